"""The ends of a ticket's life, and the ways back: resolve, reopen, close, spam, merge."""

from __future__ import annotations

from datetime import datetime

from slas.moves import Cancelled, Reopened, Resolved
from supportdesk.errors import BadInput, MoveRefused
from teams.models import Key, Person
from tickets import states
from tickets.actions.change import Change, changing, facts_of, storage_of
from tickets.models import Appeal, Ticket
from tickets.querysets import visible_condition
from tickets.words import RESOLUTIONS


def resolve(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    resolution: str,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Solve a ticket: its clocks stop. With a last message use `reply(…, resolution=…)`."""
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        carry_resolve(change, resolution)
    return change.ticket


def carry_resolve(change: Change, resolution: str) -> None:
    """Resolve within another verb's frame."""
    if resolution not in RESOLUTIONS:
        raise BadInput("/resolution", f"One of {', '.join(RESOLUTIONS)}.", "invalid_choice")
    refuse_undecided(change)
    change.move("resolve")
    ticket = change.ticket
    ticket.resolution = resolution
    ticket.resolved_at = change.at
    ticket.waiting_since = None
    change.clock(Resolved())
    change.record("resolved", resolution=resolution, queue=ticket.queue.slug, tier=ticket.queue.tier)


def refuse_undecided(change: Change) -> None:
    """An appeal ends by its decision or its withdrawal, with reasons; it is not just resolved."""
    ticket = change.ticket
    if ticket.channel != "appeal" or change.origin:
        return
    if Appeal.objects.undecided().filter(ticket=ticket.pk).exists():
        allowed = tuple(move for move in states.allowed_from(ticket.status) if move != "resolve")
        raise MoveRefused(f"{ticket.ref} is an appeal: decide it, or withdraw it for its creator.", allowed)


def reopen(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    note: str = "",
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Take a resolved ticket up again: the totals run on, a new stay in its queue begins."""
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        change.move("reopen")
        carry_reopen(change)
        write_reason(change, note)
    return change.ticket


def carry_reopen(change: Change) -> None:
    """What every reopening does beside moving the status, by staff or by the creator's words."""
    ticket = change.ticket
    ticket.resolution = ""
    ticket.resolved_at = None
    ticket.queued_at = change.at
    change.clock(Reopened(queue=ticket.queue, facts=facts_of(ticket, ticket.queue)))
    change.record("reopened", queue=ticket.queue.slug, tier=ticket.queue.tier, priority=ticket.priority)


def close(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    note: str = "",
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Close a resolved ticket for good; what the creator writes later starts a follow-up."""
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        change.move("close")
        change.ticket.closed_at = at
        change.record("closed")
        write_reason(change, note)
    return change.ticket


def mark_spam(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    note: str = "",
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """End a ticket that was no request: its unended timers are cancelled."""
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        before = change.move("spam")
        change.ticket.waiting_since = None
        change.clock(Cancelled())
        change.record("marked_spam", was=before)
        write_reason(change, note)
    return change.ticket


def merge(
    *,
    ticket: Ticket,
    into: Ticket,
    by: Person | Key | None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """End a ticket in favour of another one of the same creator; its unended timers are cancelled.

    Both rows are locked, the older first. Raises `BadInput` at /into where that is the ticket itself, is
    somebody else's, or is no longer unsolved.
    """
    if ticket.pk == into.pk:
        raise BadInput("/into", "A ticket cannot be merged into itself.", "invalid")
    storage = storage_of(ticket)
    with storage.frame():
        target = storage.lock_both(ticket, into)
        if (
            not origin
            and by is not None
            and not Ticket.objects.filter(visible_condition(by), pk=into.pk).exists()
        ):
            raise BadInput("/into", "There is no such ticket.", "does_not_exist")
        with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
            if target.creator.external_id != change.ticket.creator.external_id:
                raise BadInput("/into", f"{target.ref} is another creator's.", "invalid")
            if not target.is_unsolved and not origin:
                raise BadInput("/into", f"{target.ref} is {target.status}.", "invalid")
            change.move("merge")
            change.ticket.merged_into = target
            change.ticket.waiting_since = None
            change.clock(Cancelled())
            change.record("merged", into=target.ref)
        with changing(target, by=by, at=at, origin=origin or "") as other:
            other.record("merged", merged=change.ticket.ref)
    return change.ticket


def write_reason(change: Change, note: str) -> None:
    if note.strip():
        writer = change.by if isinstance(change.by, Person) else None
        message = change.write("note", note, author=writer, automated=writer is None)
        change.record("noted", message=message, message_id=message.pk)
