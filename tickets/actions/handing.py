"""From queue to queue: escalate goes up, return comes back down, transfer goes sideways.

None of them resets a clock that the creator feels; tier ownership starts a new stay.
"""

from __future__ import annotations

from datetime import datetime

from slas.moves import EnteredQueue
from supportdesk.errors import BadInput, MoveRefused
from teams.models import Key, Person, Queue
from tickets import states
from tickets.actions.change import Change, changing, facts_of
from tickets.actions.conversation import add_note
from tickets.models import Ticket
from tickets.routing import Candidate, Wanted, choose_queue
from tickets.words import ESCALATION_REASONS, HANDOVER_NOTE_MIN


def escalate(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    reason: str,
    note: str,
    queue: Queue | None = None,
    author: Person | None = None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Hand a ticket up from Tier 1 to Tier 2 with a reason and a handover note of 20 characters or more.

    To the line's Tier 2 queue unless `queue` names one; it arrives unassigned and keeps its status. The
    vendor that handed it up keeps reading it. Raises `BadInput` at /reason, /note or /queue, `MoveRefused`
    where it is in Tier 2 already.
    """
    if reason not in ESCALATION_REASONS:
        raise BadInput("/reason", f"One of {', '.join(ESCALATION_REASONS)}.", "invalid_choice")
    if len(note.strip()) < HANDOVER_NOTE_MIN and not origin:
        raise BadInput(
            "/note",
            f"A handover takes at least {HANDOVER_NOTE_MIN} characters: what was done, what is asked.",
            "short",
        )
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        found = change.ticket
        change.move("escalate")
        if found.queue.tier != 1:
            raise refusal(found, "escalate", f"{found.ref} is in Tier 2 already.")
        target = queue or tier_two_for(found)
        if target.tier != 2:
            raise BadInput("/queue", f"{target.slug} is a Tier {target.tier} queue.", "invalid")
        write_handover(change, note, author)
        left = change.enter_queue(target)
        found.came_from = left
        found.handed_up_at = at
        found.vendor = target.team.vendor or found.vendor
        change.clock(EnteredQueue(queue=target, facts=facts_of(found, target)))
        change.record(
            "escalated",
            reason=reason,
            origin_queue=left.slug,
            queue=target.slug,
            tier=2,
            lob=target.line.slug,
            vendor=found.vendor.slug if found.vendor else None,
        )
    return change.ticket


def return_ticket(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    note: str,
    author: Person | None = None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Give an escalated ticket back to the Tier 1 queue that it came from, with a note."""
    require_note(note, origin)
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        found = change.ticket
        change.move("return")
        if found.came_from is None or found.queue.tier != 2:
            raise refusal(
                found, "return", f"{found.ref} was not escalated, so there is no queue to return it to."
            )
        target = Queue.objects.select_related("line", "team__vendor").get(pk=found.came_from.pk)
        write_handover(change, note, author)
        left = change.enter_queue(target)
        found.came_from = None
        found.handed_up_at = None
        found.vendor = target.team.vendor
        change.clock(EnteredQueue(queue=target, facts=facts_of(found, target)))
        change.record(
            "returned", origin_queue=left.slug, queue=target.slug, tier=target.tier, lob=target.line.slug
        )
    return change.ticket


def transfer(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    queue: Queue,
    note: str,
    author: Person | None = None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Move a ticket sideways to another queue of the same tier, of its line or another.

    Another vendor's queue makes that vendor its holder, and the first one loses sight of it; so does an
    in-house Tier 1 queue. A restricted line takes none from a vendor's sight into a vendor's queue.
    """
    require_note(note, origin)
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        found = change.ticket
        change.move("transfer")
        if queue.pk == found.queue_id:
            raise BadInput("/queue", f"{found.ref} is in {queue.slug} already.", "invalid")
        if queue.tier != found.queue.tier and not origin:
            way = "escalate it" if queue.tier == 2 else "return it"
            raise BadInput("/queue", f"{queue.slug} is Tier {queue.tier}: {way} instead.", "invalid")
        if queue.line.is_restricted and queue.team.vendor_id is not None:
            raise BadInput(
                "/queue", f"{queue.line.slug} is restricted and {queue.slug} is a vendor's.", "invalid"
            )
        write_handover(change, note, author)
        left = change.enter_queue(queue)
        if queue.tier == 1 or queue.team.vendor_id is not None:
            found.vendor = queue.team.vendor
            found.came_from = None
            found.handed_up_at = None
        change.clock(EnteredQueue(queue=queue, facts=facts_of(found, queue)))
        change.record(
            "transferred",
            origin_queue=left.slug,
            queue=queue.slug,
            tier=queue.tier,
            lob=queue.line.slug,
            origin_lob=left.line.slug,
            vendor=queue.team.vendor.slug if queue.team.vendor else None,
        )
    return change.ticket


def tier_two_for(ticket: Ticket) -> Queue:
    """The Tier 2 queue of the ticket's line, by channel, language and share; `BadInput` where it has none."""
    queues = {
        queue.slug: queue
        for queue in Queue.objects.filter(line=ticket.line_id, tier=2).select_related("line", "team__vendor")
    }
    choice = choose_queue(
        Wanted(
            line=ticket.line.slug,
            restricted=ticket.line.is_restricted,
            channel=ticket.channel,
            locale=ticket.locale,
            draw=ticket.ref,
            tier=2,
        ),
        [
            Candidate(
                slug=queue.slug,
                tier=queue.tier,
                vendor=queue.team.vendor.slug if queue.team.vendor else None,
                locales=tuple(queue.locales),
                channels=tuple(queue.channels),
                share=queue.share,
            )
            for queue in queues.values()
        ],
    )
    if choice.slug is None:
        raise BadInput(
            "/queue", f"{ticket.line.slug} has no Tier 2 queue that takes this; name one.", "no_queue"
        )
    return queues[choice.slug]


def write_handover(change: Change, note: str, author: Person | None) -> None:
    if note.strip():
        add_note(change, note, author=author)


def require_note(note: str, origin: str) -> None:
    if not note.strip() and not origin:
        raise BadInput("/note", "Say why, for the one who gets it.", "required")


def refusal(ticket: Ticket, move: str, why: str) -> MoveRefused:
    """The refusal of a move that the status allows but the place does not."""
    allowed = tuple(other for other in states.allowed_from(ticket.status) if other != move)
    return MoveRefused(f"{why} Allowed from here: {', '.join(allowed)}.", allowed)
