"""The frame that every verb on a stored ticket works in: one lock, one save, one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from slas.matching import Facts
from slas.moves import Move as ClockMove
from supportdesk.errors import Stale
from teams.models import Key, Person, Queue
from tickets import states
from tickets.actions.batch import Batch
from tickets.actions.storage import AT_ONCE, Caller, Storage
from tickets.live import announce, sight_of, ticket_fact
from tickets.models import Event, Message, OutboxRow, Ticket


class Change:
    """What one verb does to one locked ticket, gathered and written at the end.

    A verb moves the status with `move`, tells the clock with `clock`, the history with `record`, people's
    words with `write` and the outside with `post`. The rows are written when the frame closes: clock,
    ticket, message, events, outbox, in at most seven queries.
    """

    def __init__(
        self, ticket: Ticket, *, storage: Storage, by: Caller | None, at: datetime, origin: str
    ) -> None:
        self.ticket = ticket
        self.storage = storage
        self.was = sight_of(ticket)
        self.by = by
        self.at = at
        self.origin = origin
        self.clock_moves: list[ClockMove] = []
        self.events: list[Event] = []
        self.outbox: list[OutboxRow] = []
        self.touched = False

    def move(self, move: states.Move) -> str:
        """Move the status by the table of transitions; the status before. Raises `MoveRefused`."""
        before = self.ticket.status
        self.ticket.status = states.after(move, before)
        self.touched = True
        if self.ticket.status != "pending":
            self.ticket.pending_on = ""
            self.ticket.pending_until = None
        return before

    def clock(self, *moves: ClockMove) -> None:
        """Tell the clock, in the order in which it happened."""
        self.clock_moves.extend(moves)

    def write(self, kind: str, body: str, *, author: Person | None, automated: bool) -> Message:
        """Store people's words."""
        self.touched = True
        message = Message(
            ticket=self.ticket,
            kind=kind,
            body=body,
            author=author,
            key=self.by if isinstance(self.by, Key) else None,
            automated=automated,
            at=self.at,
        )
        self.storage.add_message(message)
        return message

    def record(
        self, kind: str, *, message: Message | None = None, at: datetime | None = None, **data: object
    ) -> None:
        """Add one event; its place in the ticket's history follows the order of the calls."""
        self.touched = True
        self.ticket.event_count += 1
        actor = self.by if isinstance(self.by, Person) else None
        if message is not None and message.author is not None:
            actor = message.author
        self.events.append(
            Event(
                ticket=self.ticket,
                seq=self.ticket.event_count,
                at=at or self.at,
                kind=kind,
                actor=actor,
                key=self.by if isinstance(self.by, Key) else None,
                message=message,
                data={name: value for name, value in data.items() if value not in (None, "")},
                origin=self.origin,
            )
        )

    def post(self, kind: str, *, lane: str = "", **ids: object) -> None:
        """Ask for something to be sent once this is committed. What is replayed or imported stays silent."""
        if self.origin:
            return
        self.outbox.append(
            OutboxRow(
                lane=lane or f"ticket:{self.ticket.pk}",
                kind=kind,
                ids=ids,
                created_at=self.at,
                not_before=self.at,
            )
        )

    def enter_queue(self, queue: Queue) -> Queue:
        """Put the ticket into a queue, unassigned, at the head of a new stay; the queue it left."""
        left = self.ticket.queue
        self.ticket.queue = queue
        self.ticket.line = queue.line
        self.ticket.queued_at = self.at
        self.ticket.assignee = None
        self.ticket.holder = None
        self.touched = True
        return left

    def write_down(self) -> None:
        """Write all that was gathered. Called once, when the frame closes without an error."""
        if self.clock_moves:
            self.ticket.mirror(self.storage.move_clock(self.ticket, self.clock_moves, at=self.at))
        if not (self.touched or self.clock_moves):
            return
        self.ticket.version += 1
        self.ticket.updated_at = max(self.at, self.ticket.updated_at)
        self.storage.save(self.ticket, self.events, self.outbox)
        if not self.origin:
            kinds = [event.kind for event in self.events]
            announce(ticket_fact(self.ticket, kinds, self.at, self.was))


@contextmanager
def changing(
    ticket: Ticket,
    *,
    by: Caller | None,
    at: datetime,
    origin: str = "",
    expected_version: int | None = None,
) -> Iterator[Change]:
    """Lock the ticket's row, let a verb work on it, write everything down; all or nothing.

    The row is read again under the lock, so a caller who lost sight of it meanwhile gets
    `Ticket.DoesNotExist`, a vendor that may only read it `NotAllowed`, and one with a stale
    `expected_version` `Stale`. `by` is None for the system. A non-empty `origin` marks what is replayed or
    imported: rights are not asked and nothing goes out.
    """
    storage = storage_of(ticket)
    with storage.frame():
        locked = storage.lock(ticket, by=by, rights=not origin)
        if expected_version is not None and expected_version != locked.version:
            raise Stale(f"{locked.ref} is at version {locked.version}, not {expected_version}.")
        change = Change(locked, storage=storage, by=by, at=at, origin=origin)
        yield change
        change.write_down()


def storage_of(ticket: Ticket) -> Storage:
    """Where what happens to this ticket is written: its batch, or the database at once."""
    return ticket.batch if isinstance(ticket.batch, Batch) else AT_ONCE


def facts_of(ticket: Ticket, queue: Queue) -> Facts:
    """What a policy may match on, at this moment, in this queue."""
    vendor = queue.team.vendor
    return Facts(
        channel=ticket.channel,
        lob=queue.line.slug,
        tier=queue.tier,
        priority=ticket.priority,
        segment=ticket.creator.segment or None,
        locale=ticket.locale or None,
        vendor=vendor.slug if vendor is not None else None,
    )
