"""Tickets written together: the verbs of a replay or an import, at a fraction of the queries."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.db import connection

from slas.actions import ClockBatch, ClockSupply, Reached, save_clock_batches
from slas.matching import Facts
from slas.models import Clock
from slas.moves import Mirror, Move
from supportdesk.sequences import drawn_keys
from teams.models import Queue
from tickets.actions.storage import Caller
from tickets.models import Creator, Event, Message, OutboxRow, Ticket

CREATOR_FACTS = ("handle", "display_name", "region", "locale", "segment", "email")


class Supply:
    """What the batches of one run share: policies as they stand, keys for new rows, creators met so far."""

    def __init__(self) -> None:
        self.clocks = ClockSupply()
        self.ticket_keys: Iterator[int] = drawn_keys(Ticket)
        self.message_keys: Iterator[int] = drawn_keys(Message)
        self.creators: dict[tuple[str, str], Creator] = {}

    def meet(self, source: str, external_ids: Iterable[str]) -> None:
        """Read the creators whom the coming lines name, in one query, and let go of those before."""
        rows = Creator.objects.filter(source=source, external_id__in=set(external_ids))
        self.creators = {(row.source, row.external_id): row for row in rows}


class Batch:
    """Storage that keeps all rows in memory until `write_batches`; what fails before leaves no trace.

    The caller holds a transaction around both, and is the only one to write for this source meanwhile.
    Only what has an origin goes in: nothing is posted to the outbox.
    """

    def __init__(self, supply: Supply) -> None:
        self.supply = supply
        self.clocks = ClockBatch(supply.clocks)
        self.new: list[Ticket] = []
        self.changed: dict[int, Ticket] = {}
        self.messages: list[Message] = []
        self.events: list[Event] = []
        self.creators: dict[tuple[str, str], Creator] = {}

    def settle(self) -> None:
        """All went well: the batches that follow may meet the creators as they are now."""
        self.supply.creators |= self.creators

    def take(self, ticket: Ticket, *, at: datetime) -> None:
        """Take up a stored ticket, which the caller has locked, whose history goes on from `at`."""
        ticket.batch = self
        self.clocks.load(clock_id=ticket.clock_id, at=at)

    def tell(self, ticket: Ticket, *, at: datetime) -> list[Reached]:
        """What the ticket's timers have reached by `at`, silently; brings its mirror up to date."""
        reached, mirror = self.clocks.tell(clock_id=ticket.clock_id, at=at)
        ticket.mirror(mirror)
        return reached

    def frame(self) -> AbstractContextManager[object]:
        return nullcontext()

    def lock(self, ticket: Ticket, *, by: Caller | None, rights: bool) -> Ticket:
        return ticket

    def lock_both(self, ticket: Ticket, other: Ticket) -> Ticket:
        return other

    def remember_creator(self, source: str, facts: Mapping[str, str]) -> Creator:
        key = (source, facts["external_id"])
        met = self.creators.get(key) or copy.copy(self.supply.creators.get(key))
        row = self.creators[key] = met or Creator(source=source, external_id=facts["external_id"])
        for name, value in facts.items():
            if value:
                setattr(row, name, value)
        return row

    def start_clock(
        self, *, facts: Facts, queue: Queue, started_at: datetime, at: datetime
    ) -> tuple[Clock, Mirror]:
        return self.clocks.start(facts=facts, queue=queue, started_at=started_at, at=at)

    def move_clock(self, ticket: Ticket, moves: Sequence[Move], *, at: datetime) -> Mirror:
        return self.clocks.move(clock_id=ticket.clock_id, moves=moves, at=at)

    def add_ticket(self, ticket: Ticket) -> None:
        ticket.pk = next(self.supply.ticket_keys)
        ticket.batch = self
        self.new.append(ticket)

    def add_message(self, message: Message) -> None:
        message.pk = next(self.supply.message_keys)
        self.messages.append(message)

    def save(self, ticket: Ticket | None, events: Sequence[Event], outbox: Sequence[OutboxRow]) -> None:
        if ticket is not None and not ticket._state.adding:
            self.changed[ticket.pk] = ticket
        self.events.extend(events)


def write_batches(batches: Sequence[Batch]) -> None:
    """Write all that these settled batches hold: eight queries, two more for each ticket stored before."""
    met = {key: batch.supply.creators[key] for batch in batches for key in batch.creators}
    Creator.objects.bulk_create(
        met.values(),
        update_conflicts=True,
        unique_fields=["source", "external_id"],
        update_fields=CREATOR_FACTS,
    )
    save_clock_batches(batch.clocks for batch in batches)
    fresh = [ticket for batch in batches for ticket in batch.new]
    for ticket in fresh:
        ticket.creator = met[ticket.creator.source, ticket.creator.external_id]
    Ticket.objects.bulk_create(fresh)
    for batch in batches:
        for ticket in batch.changed.values():
            ticket.save()
    Message.objects.bulk_create(message for batch in batches for message in batch.messages)
    events = [event for batch in batches for event in batch.events]
    stamp(events)
    Event.objects.bulk_create(events)


def stamp(events: Sequence[Event]) -> None:
    """Give events what the database would give each by itself, asked once: that makes writing them faster."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp(), pg_current_xact_id()::text::bigint")
        recorded_at, xid = cursor.fetchone()
    for event in events:
        event.recorded_at, event.xid = recorded_at, xid
