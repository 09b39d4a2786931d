"""A page of tickets by urgency, at the same cost on the millionth as on the first.

Urgency is `due_at` (none last), then priority, then age (domain.md). Each queue gives its own most urgent
rows from the index `ticket_by_urgency`; the few that are gathered are put in order and cut.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan  # type: ignore[import-untyped]

from supportdesk.errors import BadInput
from supportdesk.instants import read_instant, write_instant
from supportdesk.rest.paging import cipher
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

COLUMNS: Final = ("due_at", "priority_rank", "created_at", "id")
PLACE: Final = "urgency"


@dataclass(frozen=True)
class UrgentPage:
    """The rows of one page, joined with all that a list names, and the cursor of the next page, if any."""

    tickets: list[Ticket]
    next_cursor: str | None


def most_urgent(
    rows: TicketQuerySet, *, queues: Collection[int] | None, cursor: str | None, size: int
) -> UrgentPage:
    """The `size` most urgent of `rows` after the cursor's place; two queries.

    `queues` names the queues that the rows may be in, for the database to ask each by index; None asks all
    rows at once, for lists that are short by themselves. Raises BadInput at /cursor.
    """
    after = read_place(cursor) if cursor else None
    if queues is None:
        found = list(first_of(rows, after, size + 1))
    elif not queues:
        found = []
    else:
        parts = [first_of(rows.filter(queue=queue), after, size + 1) for queue in sorted(queues)]
        found = list(parts[0] if len(parts) == 1 else merged(parts)[: size + 1])
    kept = found[:size]
    return UrgentPage(
        tickets=in_order([row["id"] for row in kept]),
        next_cursor=write_place(kept[-1]) if len(found) > size else None,
    )


def merged(parts: Sequence[Any]) -> Any:
    """The places of several queues as one list by urgency."""
    return parts[0].union(*parts[1:], all=True).order_by(F("due_at").asc(nulls_last=True), *COLUMNS[1:])


def first_of(rows: TicketQuerySet, after: tuple[Any, ...] | None, count: int) -> Any:
    """The places of the first `count` rows after a place."""
    if after is not None:
        rows = rows.filter(beyond(after))
    return rows.by_urgency().values(*COLUMNS)[:count]


def beyond(place: tuple[Any, ...]) -> Q:
    """What a row must fulfil to come after a place; rows without `due_at` come after all that have one."""
    due_at, *rest = place
    if due_at is None:
        return Q(due_at=None) & Q(TupleGreaterThan(Tuple(*map(F, COLUMNS[1:])), tuple(rest)))
    return Q(TupleGreaterThan(Tuple(*map(F, COLUMNS)), place)) | Q(due_at=None)


def in_order(ids: Sequence[int]) -> list[Ticket]:
    """The tickets with these ids in this order, joined with all that a list names; one query."""
    found = Ticket.objects.with_people().in_bulk(ids) if ids else {}
    return [found[pk] for pk in ids if pk in found]


def write_place(row: dict[str, Any]) -> str:
    due_at: datetime | None = row["due_at"]
    place = [
        PLACE,
        None if due_at is None else write_instant(due_at),
        row["priority_rank"],
        write_instant(row["created_at"]),
        row["id"],
    ]
    return cipher(settings.SECRET_KEY).encrypt(json.dumps(place).encode()).decode().rstrip("=")


def read_place(cursor: str) -> tuple[Any, ...]:
    try:
        place = json.loads(cipher(settings.SECRET_KEY).decrypt(cursor + "=" * (-len(cursor) % 4)))
    except (InvalidToken, ValueError):
        raise BadInput("/cursor", "This cursor was not given out by this desk.") from None
    if place[0] != PLACE:
        raise BadInput("/cursor", "This cursor belongs to another list or ordering.")
    _, due_at, rank, created_at, pk = place
    return (read_instant(due_at) if due_at else None, rank, read_instant(created_at), pk)
