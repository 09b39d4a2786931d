"""What tickets are called, and those behind a number that a reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tickets.models import Ticket


@dataclass(frozen=True)
class Reference:
    ref: str
    external_ref: str | None


def references_of(ticket_ids: Iterable[int]) -> dict[int, Reference]:
    """The references of tickets by their ids. One query."""
    rows = Ticket.objects.filter(pk__in=set(ticket_ids)).values_list("pk", "ref", "external_ref")
    return {pk: Reference(ref, external_ref) for pk, ref, external_ref in rows}
