"""A name for each request: on the request, in every log line it causes, and on its answer."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("supportdesk.requests")
PLAIN = re.compile(r"[A-Za-z0-9_-]{8,64}")


class RequestIdMiddleware:
    """Takes a plain `X-Request-ID` from outside, else makes one; sets `request.request_id`.

    Logs each answer under its route, not its address, for an address can hold a token or a search.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if PLAIN.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request.META["supportdesk.request_id"] = request_id  # type: ignore[attr-defined]
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            route = request.resolver_match.route if request.resolver_match else None
            if route not in QUIET:
                log.info(
                    "answered",
                    method=request.method,
                    route=route,
                    status=response.status_code,
                    ms=round((time.perf_counter() - started) * 1000, 1),
                )
        return response


QUIET = ("healthz", "readyz")
"""Routes that monitors ask for every few seconds."""
