"""Where the verbs read and write: straight to the database, or, in a batch, all together at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final, Protocol

from django.db import transaction

from slas import actions as clocks
from slas.matching import Facts
from slas.models import Clock
from slas.moves import Mirror, Move
from supportdesk.errors import NotAllowed
from teams.models import Key, Person, Queue
from tickets.models import Creator, Event, Message, OutboxRow, Ticket
from tickets.querysets import visible_condition

Caller = Person | Key
RACES: Final = 3
"""How often a row that changed while we waited for it is read again before it counts as gone."""


class Storage(Protocol):
    def frame(self) -> AbstractContextManager[object]:
        """What a verb works in: all of it is kept, or nothing."""

    def lock(self, ticket: Ticket, *, by: Caller | None, rights: bool) -> Ticket:
        """The ticket as it is now, held against everybody else, if `by` may change it."""

    def lock_both(self, ticket: Ticket, other: Ticket) -> Ticket:
        """Both tickets held, the older first; the other one as it is now."""

    def remember_creator(self, source: str, facts: Mapping[str, str]) -> Creator:
        """The source's row of this creator, made or brought up to date; facts that are empty stay."""

    def start_clock(
        self, *, facts: Facts, queue: Queue, started_at: datetime, at: datetime
    ) -> tuple[Clock, Mirror]: ...

    def move_clock(self, ticket: Ticket, moves: Sequence[Move], *, at: datetime) -> Mirror: ...

    def add_ticket(self, ticket: Ticket) -> None: ...

    def add_message(self, message: Message) -> None: ...

    def save(self, ticket: Ticket | None, events: Sequence[Event], outbox: Sequence[OutboxRow]) -> None:
        """Write what a verb gathered; the ticket itself where it was changed."""


class AtOnce:
    """Each row when it comes: what every verb does on a ticket that is in no batch."""

    def frame(self) -> AbstractContextManager[object]:
        return transaction.atomic()

    def lock(self, ticket: Ticket, *, by: Caller | None, rights: bool) -> Ticket:
        rows = Ticket.objects.with_people().select_related("came_from__team").select_for_update(of=("self",))
        asking = by if rights else None
        seen = (
            rows.filter(pk=ticket.pk)
            if asking is None
            else rows.filter(visible_condition(asking), pk=ticket.pk)
        )
        locked = seen.first()
        for _ in range(RACES):
            if locked is not None and not is_torn(locked):
                break
            locked = seen.first()
        if locked is None:
            raise Ticket.DoesNotExist
        if asking is not None:
            refuse_readers(locked, asking)
        return locked

    def lock_both(self, ticket: Ticket, other: Ticket) -> Ticket:
        both = Ticket.objects.filter(pk__in=(ticket.pk, other.pk)).order_by("pk")
        list(both.select_for_update().values("pk"))
        return Ticket.objects.select_related("creator", "line").get(pk=other.pk)

    def remember_creator(self, source: str, facts: Mapping[str, str]) -> Creator:
        columns = {"source": source, **facts}
        given = [name for name, value in facts.items() if value]
        (row,) = Creator.objects.raw(
            f"""
            INSERT INTO tickets_creator ({", ".join(columns)}) VALUES ({", ".join(["%s"] * len(columns))})
            ON CONFLICT (source, external_id) DO UPDATE
            SET {", ".join(f"{name} = EXCLUDED.{name}" for name in given)}
            RETURNING *
            """,  # noqa: S608  the names are those of CreatorFacts
            list(columns.values()),
        )
        return row

    def start_clock(
        self, *, facts: Facts, queue: Queue, started_at: datetime, at: datetime
    ) -> tuple[Clock, Mirror]:
        return clocks.start_clock(facts=facts, queue=queue, started_at=started_at, at=at)

    def move_clock(self, ticket: Ticket, moves: Sequence[Move], *, at: datetime) -> Mirror:
        return clocks.move_clock(clock_id=ticket.clock_id, moves=moves, at=at)

    def add_ticket(self, ticket: Ticket) -> None:
        ticket.save(force_insert=True)

    def add_message(self, message: Message) -> None:
        message.save(force_insert=True)

    def save(self, ticket: Ticket | None, events: Sequence[Event], outbox: Sequence[OutboxRow]) -> None:
        if ticket is not None:
            ticket.save()
        Event.objects.bulk_create(events)
        OutboxRow.objects.bulk_create(outbox)


AT_ONCE = AtOnce()


def is_torn(ticket: Ticket) -> bool:
    """Whether the row was changed while we waited for its lock, so that what it was joined with is of before.

    PostgreSQL reads a row again that it had to wait for, but not the rows joined to it: a new assignee is
    then missing, and after a change of queue so is the row itself (its documentation, "Read Committed
    Isolation Level"). The next statement sees all of it as it now is.
    """
    return any(
        getattr(ticket, f"{name}_id") is not None and getattr(ticket, name) is None
        for name in ("assignee", "holder", "vendor", "came_from")
    )


def refuse_readers(ticket: Ticket, by: Caller) -> None:
    """A vendor that handed a ticket up reads it on and writes again only when it returns."""
    if by.vendor_id is not None and ticket.queue.team.vendor_id != by.vendor_id:
        raise NotAllowed(
            f"{ticket.ref} is in {ticket.queue.slug} (Tier {ticket.queue.tier}) since it was handed up; "
            "you may read it, and change it again once it is returned."
        )
