"""All that the page of one ticket shows beside the ticket's own row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from slas.queries import TimerLine, timer_lines
from teams.models import Person
from tickets.masking import mask_text
from tickets.models import Event, Message, Ticket
from tickets.queries.veil import foreign_queues, named, veiled_data
from tickets.wording import event_sentence

MOST_MESSAGES: Final = 100
MOST_EVENTS: Final = 60


@dataclass(frozen=True)
class MessageLine:
    """One message of the conversation, behind the mask unless it was lifted."""

    id: int
    kind: str
    body: str
    author: str
    at: datetime
    automated: bool
    by_viewer: bool


@dataclass(frozen=True)
class EventLine:
    seq: int
    at: datetime
    kind: str
    by: str
    sentence: str


@dataclass(frozen=True)
class TicketPage:
    """What the page shows. `seen_message` is the newest message of the creator among those shown."""

    messages: Sequence[MessageLine]
    routing: Sequence[str]
    earlier: int
    events: Sequence[EventLine]
    timers: Sequence[TimerLine]
    past_timers: Sequence[TimerLine]
    follow_ups: Sequence[str]
    seen_message: int


def ticket_page(ticket: Ticket, person: Person, *, at: datetime, unmasked: bool = False) -> TicketPage:
    """The page of a ticket that was looked up for this person; four queries, for a vendor up to seven."""
    newest = Message.objects.visible_to(person).filter(ticket=ticket).select_related("author", "key")
    rows = list(newest.order_by("-at", "-pk")[: MOST_MESSAGES + 1])[::-1]
    earlier = len(rows) > MOST_MESSAGES
    shown = rows[-MOST_MESSAGES:]
    timers = timers_of(ticket, person, at=at)
    unended = [line for line in timers if line.ended_at is None]
    follow_ups = (
        Ticket.objects.visible_to(person).filter(follow_up_of=ticket).values_list("ref", flat=True)
        if ticket.status == "closed"
        else ()
    )
    return TicketPage(
        messages=[message_line(row, person, unmasked=unmasked) for row in shown],
        earlier=int(earlier),
        routing=routing_for(ticket, person),
        events=history_of(ticket, person),
        timers=sorted(unended, key=lambda line: (line.due_at is None, line.due_at or at)),
        past_timers=[line for line in timers if line.ended_at is not None][::-1],
        follow_ups=list(follow_ups),
        seen_message=max((row.pk for row in rows if row.kind == "creator"), default=0),
    )


def routing_for(ticket: Ticket, person: Person) -> Sequence[str]:
    """Why the ticket went to its queue. The steps weigh all queues of a line, so a vendor reads them only of
    what it pushed itself, where its own queues alone were weighed."""
    steps: Sequence[str] = ticket.routing.get("steps", ())
    if person.vendor_id is None or ticket.source == person.source:
        return steps
    return [_("It suits your queue by line, channel, language and share.")] if steps else []


def message_line(message: Message, person: Person, *, unmasked: bool) -> MessageLine:
    who = named(message.author, person) or named(message.key, person) or ""
    return MessageLine(
        id=message.pk,
        kind=message.kind,
        body=message.body if unmasked else mask_text(message.body),
        author=who,
        at=message.at,
        automated=message.automated,
        by_viewer=message.author_id == person.pk,
    )


def timers_of(ticket: Ticket, person: Person, *, at: datetime) -> list[TimerLine]:
    """The ticket's timers with their first warnings; stays in another vendor's queues are left out."""
    lines = timer_lines([ticket.clock_id], at=at, with_risk=True)[ticket.clock_id]
    elsewhere = {line.queue for line in lines if line.queue} - {ticket.queue.slug}
    hidden = foreign_queues(elsewhere, person)
    return [line for line in lines if line.queue not in hidden]


def history_of(ticket: Ticket, person: Person) -> list[EventLine]:
    """The newest events that the person may read, newest first."""
    rows = Event.objects.visible_to(person).filter(ticket=ticket).select_related("actor", "key")
    events = list(rows.order_by("-seq")[:MOST_EVENTS])
    data = veiled_data(events, person)
    return [
        EventLine(
            seq=event.seq,
            at=event.at,
            kind=event.kind,
            by=named(event.actor, person) or named(event.key, person) or "",
            sentence=event_sentence(event.kind, data[event.seq]),
        )
        for event in events
    ]
