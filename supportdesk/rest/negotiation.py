"""One language: JSON. A caller that asks for another is answered in JSON all the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class AlwaysAnswers(DefaultContentNegotiation):
    """The renderer that `Accept` names, or else the first."""

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        offered = list(renderers)
        try:
            chosen: tuple[Any, str] = super().select_renderer(request, offered, format_suffix)
        except exceptions.NotAcceptable:
            return offered[0], offered[0].media_type
        return chosen
