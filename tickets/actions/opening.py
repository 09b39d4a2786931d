"""A ticket comes in: pushed by a key, filed by staff, replayed or imported."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from supportdesk.errors import BadInput, Conflict
from teams.models import Key, Line, Person, Queue, Vendor
from tickets.actions.batch import Batch
from tickets.actions.change import facts_of
from tickets.actions.storage import AT_ONCE, Storage
from tickets.live import announce, ticket_fact
from tickets.models import Event, Message, Ticket
from tickets.references import draw_reference
from tickets.routing import Candidate, Choice, Wanted, choose_queue


@dataclass(frozen=True)
class CreatorFacts:
    """What a source says of a creator; a fact left empty keeps what the source said before."""

    external_id: str
    handle: str = ""
    display_name: str = ""
    region: str = ""
    locale: str = ""
    segment: str = ""
    email: str = ""


@dataclass(frozen=True)
class NewTicket:
    """A ticket as it arrives. `content_hash` is that of the body as pushed, see `external_ref`."""

    channel: str
    line: Line
    subject: str
    body: str
    creator: CreatorFacts
    queue: Queue | None = None
    external_ref: str | None = None
    content_hash: str = ""
    priority: str = "normal"
    locale: str = ""
    tags: tuple[str, ...] = ()
    custom_fields: dict[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    requester: Person | None = None
    sponsor: str = ""
    justification: str = ""
    follow_up_of: Ticket | None = None


def open_ticket(
    *,
    new: NewTicket,
    source: str,
    by: Person | Key | None,
    at: datetime,
    origin: str = "",
    batch: Batch | None = None,
) -> tuple[Ticket, bool]:
    """Store a ticket with its first message, route, clock, timers and event; (ticket, whether it is new).

    One transaction, at most 10 queries. The clocks start at `new.created_at` where that is given, else at
    `at`. The same `external_ref` from the same source with the same content gives the stored ticket and
    False; with other content it raises `Conflict`. Raises `BadInput` where `created_at` lies in the future
    or no queue may take the ticket. In a `batch` it is written with the others; the caller knows that its
    reference is new.
    """
    if (new.created_at or at) > at:
        raise BadInput("/created_at", "This time lies in the future.", "future")
    if batch is not None:
        return store_ticket(new, source=source, by=by, origin=origin, storage=batch, at=at), True
    stored = already_pushed(new, source) if new.external_ref is not None else None
    if stored is not None:
        return stored, False
    try:
        return store_ticket(new, source=source, by=by, origin=origin, storage=AT_ONCE, at=at), True
    except IntegrityError:
        stored = already_pushed(new, source) if new.external_ref is not None else None
        if stored is None:
            raise
        return stored, False  # two pushed it at once, and the other one was first


def store_ticket(
    new: NewTicket,
    *,
    source: str,
    by: Person | Key | None,
    origin: str,
    storage: Storage,
    at: datetime,
) -> Ticket:
    """Write a ticket and all that comes with it, in one transaction."""
    started_at = new.created_at or at
    with storage.frame():
        ref = draw_reference()
        queue, choice = route(new, source=source, by=by, ref=ref)
        creator = storage.remember_creator(source, vars(new.creator))
        ticket = Ticket(
            ref=ref,
            line=queue.line,
            queue=queue,
            creator=creator,
            vendor=queue.team.vendor or (None if queue.line.is_restricted else vendor_of(by)),
            source=source,
            external_ref=new.external_ref,
            content_hash=new.content_hash,
            channel=new.channel,
            subject=new.subject,
            priority=new.priority,
            locale=new.locale or creator.locale,
            tags=list(new.tags),
            custom_fields=new.custom_fields,
            requester=new.requester,
            sponsor=new.sponsor,
            justification=new.justification,
            follow_up_of=new.follow_up_of,
            routing={"steps": list(choice.steps)},
            event_count=1,
            created_at=started_at,
            recorded_at=at,
            updated_at=at,
            queued_at=started_at,
            handed_up_at=started_at if by is not None and by.vendor_id and not queue.team.vendor_id else None,
            waiting_since=started_at,
        )
        ticket.clock, mirror = storage.start_clock(
            facts=facts_of(ticket, queue), queue=queue, started_at=started_at, at=at
        )
        ticket.mirror(mirror)
        storage.add_ticket(ticket)
        message = Message(
            ticket=ticket,
            kind="creator",
            body=new.body,
            key=by if isinstance(by, Key) else None,
            at=started_at,
        )
        storage.add_message(message)
        created = Event(
            ticket=ticket,
            seq=1,
            at=started_at,
            kind="created",
            actor=by if isinstance(by, Person) else None,
            key=by if isinstance(by, Key) else None,
            message=message,
            data=created_data(ticket, queue),
            origin=origin,
        )
        storage.save(None, [created], [])
        if not origin:
            announce(ticket_fact(ticket, ["created"], at))
    return ticket


def already_pushed(new: NewTicket, source: str) -> Ticket | None:
    """The ticket that this source pushed under this reference, if any; `Conflict` where its content differs."""
    stored = Ticket.objects.with_people().filter(source=source, external_ref=new.external_ref).first()
    if stored is not None and stored.content_hash != new.content_hash:
        raise Conflict(
            f"{new.external_ref} was pushed before, with other content, as {stored.ref}.", existing=stored.ref
        )
    return stored


def route(new: NewTicket, *, source: str, by: Person | Key | None, ref: str) -> tuple[Queue, Choice]:
    """The queue the ticket goes to, with the reasons. A named queue is taken as it is.

    What a vendor pushes stays with that vendor; what one of its people files goes elsewhere on the line where
    none of its queues may take it.
    """
    if new.queue is not None:
        named = f"{by.label} named {new.queue.slug}." if by is not None else f"{new.queue.slug} was named."
        if new.queue.line_id != new.line.pk:
            raise BadInput("/queue", f"{new.queue.slug} is no queue of {new.line.slug}.", "invalid")
        return new.queue, Choice(new.queue.slug, (named,))
    queues = {
        queue.slug: queue
        for queue in Queue.objects.filter(line=new.line).select_related("line", "team__vendor")
    }
    appeal = new.channel == "appeal" and any(
        queue.tier == 2 and queue.team.vendor_id is None for queue in queues.values()
    )
    wanted = Wanted(
        line=new.line.slug,
        restricted=new.line.is_restricted,
        channel=new.channel,
        locale=new.locale or new.creator.locale,
        draw=ref,
        only_vendor=slug_of(vendor_of(by)),
        tier=2 if appeal else None,
        in_house=appeal,
    )
    candidates = [
        Candidate(
            slug=queue.slug,
            tier=queue.tier,
            vendor=slug_of(queue.team.vendor),
            locales=tuple(queue.locales),
            channels=tuple(queue.channels),
            share=queue.share,
        )
        for queue in queues.values()
    ]
    choice = choose_queue(wanted, candidates)
    if choice.slug is None and wanted.only_vendor is not None and isinstance(by, Person):
        choice = choose_queue(replace(wanted, only_vendor=None), candidates)
    if choice.slug is None:
        raise BadInput(
            "/lob", f"No queue of {new.line.slug} may take this. {' '.join(choice.steps)}", "no_queue"
        )
    return queues[choice.slug], choice


def vendor_of(caller: Person | Key | None) -> Vendor | None:
    return caller.vendor if caller is not None and caller.vendor_id is not None else None


def slug_of(vendor: Vendor | None) -> str | None:
    return vendor.slug if vendor is not None else None


def created_data(ticket: Ticket, queue: Queue) -> dict[str, Any]:
    """The plain facts of a creation, enough to compute every metric from the log alone."""
    data: dict[str, Any] = {
        "queue": queue.slug,
        "tier": queue.tier,
        "lob": queue.line.slug,
        "vendor": slug_of(queue.team.vendor),
        "channel": ticket.channel,
        "priority": ticket.priority,
        "locale": ticket.locale,
        "source": ticket.source,
    }
    if ticket.tags:
        data["tags"] = list(ticket.tags)
    if ticket.follow_up_of is not None:
        data["follow_up_of"] = ticket.follow_up_of.ref
    return data
