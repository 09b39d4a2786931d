"""Who works on a ticket: claim, claim the next one, release, assign."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from supportdesk.errors import BadInput, Conflict, NothingWaiting
from teams.models import Key, Line, Person, Queue
from tickets.actions.change import Change, changing
from tickets.models import Ticket
from tickets.queries.claiming import most_urgent_waiting
from tickets.querysets import visible_condition


def claim(
    *,
    ticket: Ticket,
    by: Person | Key,
    assignee: Person | None = None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Take a ticket that nobody holds; a new one opens.

    A person takes it for themselves; a key names the `assignee`, or holds it itself. Raises `Conflict`
    where somebody else holds it. Capacity is not asked: taking a ticket by name is a person's decision.
    """
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        carry_claim(change, by, assignee)
    return change.ticket


def carry_claim(change: Change, by: Person | Key, assignee: Person | None) -> None:
    """Claim within a frame whose ticket is locked."""
    ticket = change.ticket
    person = by if isinstance(by, Person) else assignee
    held = ticket.assignee_id is not None or ticket.holder_id is not None
    mine = (person is not None and ticket.assignee_id == person.pk) or (
        isinstance(by, Key) and person is None and ticket.holder_id == by.pk
    )
    if held and not mine:
        raise Conflict(f"{ticket.ref} is held by {ticket.holder_label}.")
    if person is not None and not change.origin:
        refuse_stranger(ticket, person)
    before = change.move("claim")
    if mine:
        change.touched = before != ticket.status
        return
    hold(change, person, by if isinstance(by, Key) and person is None else None)
    change.record("claimed", assignee=ticket.holder_label)


def claim_next(
    *, by: Person | Key, queue: Queue | None = None, assignee: Person | None = None, at: datetime
) -> Ticket:
    """Take the most urgent ticket that waits and that this person may work; no two ever get the same.

    Honours languages, line certificates and capacity (new and open tickets held); a key without an
    `assignee` holds the ticket itself, without limit. `queue` narrows it to one queue; without it the
    person's own teams' queues count, or all they may see where they are in no team. The row is locked with
    `SKIP LOCKED`; the person's row is locked first, so that two requests of one person keep their capacity.
    Raises `NothingWaiting` with the reason.
    """
    person = by if isinstance(by, Person) else assignee
    with transaction.atomic():
        if person is not None:
            refuse_full(person)
        queues = workable_queues(by, person, queue)
        languages = tuple(person.languages) if person is not None else ()
        found = most_urgent_waiting(queues, languages)
        if found is None:
            raise NothingWaiting(nothing_because(queues, languages))
        with changing(Ticket(pk=found), by=by, at=at) as change:
            carry_claim(change, by, assignee)
    return change.ticket


def workable_queues(by: Person | Key, person: Person | None, queue: Queue | None) -> list[int]:
    """The ids of the queues from which a ticket may be taken for this person, or for the key itself."""
    queues = Queue.objects.visible_to(by)
    if queue is not None:
        queues = queues.filter(pk=queue.pk)
    if person is not None:
        queues = queues.filter(line__in=Line.objects.filter(certificates__person=person.pk))
        if person.vendor_id is not None:
            queues = queues.filter(team__vendor=person.vendor_id)
        elif queue is None or isinstance(by, Key):
            queues = queues.filter(team__vendor=None)
        if queue is None:
            own = list(queues.filter(team__people=person.pk).values_list("pk", flat=True))
            if own:
                return own
    return list(queues.values_list("pk", flat=True))


def nothing_because(queues: list[int], languages: tuple[str, ...]) -> str:
    if not queues:
        return "No queue is open to you: a line certificate is missing."
    spoken = f" in {', '.join(languages)}" if languages else ""
    return f"Nothing is waiting for you{spoken}."


def refuse_full(person: Person) -> None:
    """Lock the person's row and refuse one who holds as much as they can."""
    locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    held = Ticket.objects.held_by(locked).weighing().count()
    if held >= locked.capacity:
        raise NothingWaiting(
            f"{locked.label} holds {held} of {locked.capacity}: resolve, pend or release one first."
        )


def release(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Give a ticket back to its queue; the status stays."""
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        change.move("release")
        held_by = change.ticket.holder_label
        if held_by is None:
            change.touched = False
            return change.ticket
        hold(change, None, None)
        change.record("released", assignee=held_by)
    return change.ticket


def assign(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    assignee: Person,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Give a ticket to a person who may work it; whoever held it lets go. Raises `BadInput` at /assignee."""
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        if not origin:
            refuse_stranger(change.ticket, assignee)
        change.move("assign")
        if change.ticket.assignee_id == assignee.pk:
            change.touched = False
            return change.ticket
        before = change.ticket.holder_label
        hold(change, assignee, None)
        change.record("assigned", assignee=assignee.label, before=before)
    return change.ticket


def hold(change: Change, assignee: Person | None, holder: Key | None) -> None:
    change.ticket.assignee = assignee
    change.ticket.holder = holder
    change.touched = True


def refuse_stranger(ticket: Ticket, person: Person) -> None:
    """Refuse an assignee who has left, cannot see the ticket, or whose vendor does not hold it."""
    holds = person.vendor_id == ticket.queue.team.vendor_id
    sees = Ticket.objects.filter(visible_condition(person), pk=ticket.pk).exists()
    if not (person.is_active and holds and sees):
        raise BadInput("/assignee", f"{person.label} may not work on {ticket.ref}.", "invalid")
