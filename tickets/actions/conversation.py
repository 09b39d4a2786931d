"""Words: a reply to the creator, a note among staff, a message from the creator."""

from __future__ import annotations

from datetime import datetime

from slas.moves import CreatorWrote, HumanReply, Opened
from supportdesk.errors import BadInput, MoveRefused, NotAllowed
from supportdesk.texts import is_blank
from teams.models import Key, Person
from tickets import states
from tickets.actions.batch import Batch
from tickets.actions.change import Change, changing
from tickets.actions.ending import carry_reopen, carry_resolve
from tickets.actions.opening import CreatorFacts, NewTicket, open_ticket
from tickets.actions.waiting import carry_pend
from tickets.models import Message, Ticket
from tickets.words import BODY_MAX


def reply(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    body: str,
    author: Person | None = None,
    automated: bool = False,
    pend_on: str = "",
    resolution: str = "",
    seen_message: int | None = None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Answer the creator; with `pend_on` or `resolution` wait for them or resolve in the same step.

    A human reply opens a new or pending ticket, stops first and next reply and starts the next update; an
    automatic one moves nothing and meets nothing. `author` is the person whose words a key brings; without
    one the reply is automatic. `seen_message` is the id of the newest creator message that the writer has
    seen: a newer one stops the reply with `MoveRefused`, once, so that nobody answers past the creator. The mail
    goes out through the outbox. At most 10 queries.
    """
    check_body(body)
    if pend_on and resolution:
        raise BadInput("/pend_on", "A reply waits for the creator or resolves, not both.", "contradiction")
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        if seen_message is not None:
            refuse_unseen(change.ticket, seen_message)
        writer = author or (by if isinstance(by, Person) else None)
        message = carry_reply(change, body, author=writer, automated=automated)
        if not (message.automated or pend_on or resolution or change.ticket.status == "resolved"):
            change.clock(Opened())
        if pend_on:
            carry_pend(change, pend_on, until=None)
        if resolution:
            carry_resolve(change, resolution)
    return change.ticket


def carry_reply(change: Change, body: str, *, author: Person | None, automated: bool) -> Message:
    """Answer within another verb's frame; the message. One without an author is automatic."""
    human = author is not None and not automated
    ticket = change.ticket
    if human:
        change.move("reply")
    elif ticket.status in ("closed", "spam", "merged"):
        states.after("reply", ticket.status)
    message = change.write("reply", body, author=author, automated=not human)
    change.record("replied", message=message, message_id=message.pk, automated=not human)
    if human:
        ticket.waiting_since = None
        ticket.first_replied_at = ticket.first_replied_at or change.at
        if ticket.status != "resolved":
            change.clock(HumanReply())
    change.post("reply_mail", message=message.pk)
    return message


def note(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    body: str,
    author: Person | None = None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Write something down for colleagues. Moves nothing, and may be written on a ticket in any status."""
    check_body(body)
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        add_note(change, body, author=author)
    return change.ticket


def add_note(change: Change, body: str, *, author: Person | None = None, kind: str = "noted") -> Message:
    """A note within another verb's frame."""
    writer = author or (change.by if isinstance(change.by, Person) else None)
    message = change.write("note", body, author=writer, automated=writer is None)
    change.record(kind, message=message, message_id=message.pk)
    return message


def receive_message(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    body: str,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Take what the creator wrote: the ticket as it is now, or the follow-up that a closed one starts.

    Opens a pending or resolved ticket in the same transaction and resumes its clocks. Next reply starts
    unless an earlier message still waits. A ticket that is spam or was merged takes none (`MoveRefused`).
    """
    check_body(body)
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        found = change.ticket
        if found.status == "merged" and found.merged_into is not None:
            raise MoveRefused(f"{found.ref} was merged into {found.merged_into.ref}; write there.", ())
        if found.status != "closed":
            take_message(change, body)
            return found
    return start_follow_up(closed=found, by=by, subject=found.subject, body=body, origin=origin, at=at)


def take_message(change: Change, body: str) -> Message:
    """The creator's words on a ticket that is not closed: store them, open it, resume the clocks."""
    ticket = change.ticket
    before = change.move("receive_message")
    message = change.write("creator", body, author=None, automated=False)
    change.record("creator_message", message=message, message_id=message.pk, was=before)
    ticket.waiting_since = ticket.waiting_since or change.at
    if before == "resolved":
        carry_reopen(change)
    elif before == "pending":
        change.clock(Opened())
    change.clock(CreatorWrote())
    return message


def follow_up(
    *, ticket: Ticket, by: Person | Key | None, subject: str, body: str, origin: str = "", at: datetime
) -> Ticket:
    """Start a new ticket that links back to a closed one; the new ticket."""
    check_body(body)
    with changing(ticket, by=by, at=at, origin=origin) as change:
        states.after("follow_up", change.ticket.status)
    return start_follow_up(
        closed=change.ticket, by=by, subject=subject or change.ticket.subject, body=body, origin=origin, at=at
    )


def start_follow_up(
    *, closed: Ticket, by: Person | Key | None, subject: str, body: str, origin: str, at: datetime
) -> Ticket:
    """Open the follow-up on the closed ticket's line and say so in the history of both."""
    creator = closed.creator
    with changing(closed, by=by, at=at, origin=origin) as change:
        if by is not None and by.vendor_id is not None and change.ticket.line.is_restricted:
            raise NotAllowed(f"{closed.line.slug} is not yours to file on.")
        fresh, _ = open_ticket(
            new=NewTicket(
                channel=closed.channel,
                line=closed.line,
                subject=subject,
                body=body,
                creator=CreatorFacts(
                    **{
                        name: getattr(creator, name)
                        for name in (
                            "external_id",
                            "handle",
                            "display_name",
                            "region",
                            "locale",
                            "segment",
                            "email",
                        )
                    }
                ),
                priority=closed.priority,
                locale=closed.locale,
                tags=tuple(closed.tags),
                follow_up_of=closed,
            ),
            source=closed.source,
            by=by,
            origin=origin,
            batch=closed.batch if isinstance(closed.batch, Batch) else None,
            at=at,
        )
        change.record("followed_up", by_ticket=fresh.ref)
    return fresh


def check_body(body: str) -> None:
    """Refuse an empty message and one over the limit."""
    if is_blank(body):
        raise BadInput("/body", "Write something first.", "required")
    if len(body) > BODY_MAX:
        raise BadInput("/body", f"At most {BODY_MAX} characters.", "max_length")


def refuse_unseen(ticket: Ticket, seen_message: int) -> None:
    """Stop a reply that was written before the creator's newest message could be read."""
    if ticket.messages.filter(kind="creator", pk__gt=seen_message).exists():
        raise MoveRefused(
            "The creator wrote again while you were composing. Read the new message, then send once more.",
            states.allowed_from(ticket.status),
        )
