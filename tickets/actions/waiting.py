"""Waiting for somebody else: pend and resume."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from slas.moves import Opened, Pended
from supportdesk.errors import BadInput, NotAllowed
from teams.models import Key, Person
from tickets.actions.change import Change, changing
from tickets.models import Message, Ticket
from tickets.words import PENDING_ON


def pend(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    on: str,
    until: datetime | None = None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Wait for the creator or a third party, optionally until an instant at which it opens by itself.

    Pauses what pauses then (domain.md, "Clocks"). A line may bar vendors from it (`NotAllowed`).
    """
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        carry_pend(change, on, until=until)
    return change.ticket


def carry_pend(change: Change, on: str, *, until: datetime | None) -> None:
    """Pend within another verb's frame."""
    if on not in PENDING_ON:
        raise BadInput("/on", f"One of {', '.join(PENDING_ON)}.", "invalid_choice")
    if until is not None and until <= change.at:
        raise BadInput("/until", "This time has passed.", "past")
    by = change.by
    if (
        not change.origin
        and by is not None
        and by.vendor_id is not None
        and not change.ticket.line.vendors_may_pend
    ):
        raise NotAllowed(f"On {change.ticket.line.slug} vendors may not pend.")
    change.move("pend")
    change.ticket.pending_on = on
    change.ticket.pending_until = until
    change.clock(Pended(on="creator" if on == "creator" else "third_party"))
    change.record("pended", on=on, until=until.isoformat() if until else None)


def resume(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    note: str = "",
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Back to open without a creator's message: the third party answered, or the wait is over."""
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        carry_resume(change)
        if note.strip():
            writer = by if isinstance(by, Person) else None
            message: Message = change.write("note", note, author=writer, automated=writer is None)
            change.record("noted", message=message, message_id=message.pk)
    return change.ticket


def carry_resume(change: Change) -> None:
    """Resume within another verb's frame."""
    waited_on = change.ticket.pending_on
    change.move("resume")
    change.clock(Opened())
    change.record("resumed", on=waited_on)


def wake_pending(*, at: datetime) -> int:
    """Open the tickets whose wait is over by `at`, each as of the instant at which it was; how many.

    One transaction a ticket; one that somebody has locked right now is left to the next time.
    """
    woken = 0
    for pk, until in list(Ticket.objects.waited_out(at).values_list("pk", "pending_until")):
        with transaction.atomic():
            still_so = Ticket.objects.waited_out(at).filter(pk=pk, pending_until=until)
            if until is None or not list(still_so.select_for_update(skip_locked=True).values_list("pk")):
                continue
            with changing(Ticket(pk=pk), by=None, at=until) as change:
                carry_resume(change)
            woken += 1
    return woken
