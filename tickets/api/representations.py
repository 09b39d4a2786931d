"""Tickets, messages, events and queues as the contract writes them (api.md), masked as the caller must see them.

Each class declares its fields for the schema; the functions build the answers, since a page of fifty whole
tickets goes through them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from rest_framework import serializers

from slas.metrics import METRICS
from slas.queries import TimerLine, timer_lines
from supportdesk.instants import write_instant
from supportdesk.rest.fields import Instant
from teams.models import Key, Person, Queue
from tickets.masking import mask_email, mask_text
from tickets.models import Creator, Event, Message, Ticket
from tickets.queries.queues import QueueFigures, queue_figures
from tickets.queries.veil import foreign_queues, holder_of, named
from tickets.words import CHANNELS, EVENT_KINDS, MESSAGE_KINDS, PRIORITIES, STATUSES

Caller = Person | Key
STATES = ("running", "paused", "met", "breached", "cancelled")


def text(**terms: Any) -> serializers.CharField:
    return serializers.CharField(**terms)


class CreatorAnswer(serializers.Serializer[Any]):
    external_id = text()
    handle = text(allow_null=True)
    display_name = text(allow_null=True)
    region = text(allow_null=True)
    locale = text(allow_null=True)
    segment = text(allow_null=True)
    email = text(allow_null=True, help_text="Masked: a•••@d•••.")


class TimerAnswer(serializers.Serializer[Any]):
    metric = serializers.ChoiceField(tuple(METRICS))
    cycle = serializers.IntegerField(help_text="Numbers the next replies, updates and stays in a queue.")
    state = serializers.ChoiceField(STATES)
    target_seconds = serializers.FloatField()
    elapsed_seconds = serializers.FloatField(help_text="Counted time up to now or the end.")
    due_at = Instant(allow_null=True, help_text="Null while paused.")
    breached_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    queue = text(allow_null=True, help_text="Whose stay it is (tier ownership), else where the ticket is.")
    calendar = text(help_text='`slug@version`, or "always".')
    policy = text(help_text="`slug@version`.")


class TicketAnswer(serializers.Serializer[Any]):
    id = text()
    external_ref = text(allow_null=True)
    version = serializers.IntegerField()
    channel = serializers.ChoiceField(CHANNELS)
    lob = text()
    subject = text(help_text="E-mails, phone numbers, payment data and ids in it are masked.")
    status = serializers.ChoiceField(STATUSES)
    priority = serializers.ChoiceField(PRIORITIES)
    tier = serializers.ChoiceField((1, 2))
    queue = text()
    assignee = text(allow_null=True, help_text='A username, or "api:<key name>" where a key holds it.')
    vendor = text(allow_null=True, help_text="The vendor that holds it, or held it last before Tier 2.")
    locale = text(allow_null=True)
    tags = serializers.ListField(child=text())
    custom_fields = serializers.DictField()
    creator = CreatorAnswer()
    sla = TimerAnswer(many=True, help_text="Every timer that the ticket has had, ended ones too.")
    created_at = Instant()
    updated_at = Instant()
    first_replied_at = Instant(allow_null=True)
    resolved_at = Instant(allow_null=True)


class MessageAnswer(serializers.Serializer[Any]):
    n = serializers.IntegerField(help_text="The event of the ticket's history that brought it.")
    ticket = text(help_text="Another than the one written to where a follow-up was started.")
    at = Instant()
    kind = serializers.ChoiceField(MESSAGE_KINDS)
    body = text(help_text="E-mails, phone numbers, payment data and ids in it are masked.")
    author = text(allow_null=True, help_text="A username; null for the creator and for machines.")
    by = text(help_text='Who brought it: a username, "api:<key name>" or "system".')
    automated = serializers.BooleanField()


class EventAnswer(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    at = Instant()
    kind = serializers.ChoiceField(EVENT_KINDS)
    by = text(help_text='A username, "api:<key name>" or "system".')
    data = serializers.DictField()  # type: ignore[assignment]


class QueueAnswer(serializers.Serializer[Any]):
    slug = text()
    lob = text()
    tier = serializers.ChoiceField((1, 2))
    vendor = text(allow_null=True)
    depth = serializers.IntegerField(help_text="New and open tickets that nobody holds.")
    oldest_wait_seconds = serializers.FloatField(allow_null=True)
    at_risk = serializers.IntegerField()
    breached = serializers.IntegerField()


def ticket_answers(tickets: Sequence[Ticket], *, caller: Caller, at: datetime) -> list[dict[str, Any]]:
    """Whole tickets, timers included; the tickets being joined (`with_people`), one query for all timers.

    One more for a vendor where a ticket has been in other queues.
    """
    lines = timer_lines([ticket.clock_id for ticket in tickets], at=at)
    here = {ticket.queue.slug for ticket in tickets}
    elsewhere = {timer.queue for timers in lines.values() for timer in timers if timer.queue} - here
    hidden = foreign_queues(elsewhere, caller)
    return [ticket_answer(ticket, lines[ticket.clock_id], caller, hidden) for ticket in tickets]


def ticket_answer(
    ticket: Ticket, timers: Sequence[TimerLine], caller: Caller, hidden: Collection[str]
) -> dict[str, Any]:
    return {
        "id": ticket.ref,
        "external_ref": ticket.external_ref,
        "version": ticket.version,
        "channel": ticket.channel,
        "lob": ticket.line.slug,
        "subject": mask_text(ticket.subject),
        "status": ticket.status,
        "priority": ticket.priority,
        "tier": ticket.queue.tier,
        "queue": ticket.queue.slug,
        "assignee": holder_of(ticket, caller),
        "vendor": ticket.vendor.slug if ticket.vendor is not None else None,
        "locale": ticket.locale or None,
        "tags": ticket.tags,
        "custom_fields": ticket.custom_fields,
        "creator": creator_answer(ticket.creator),
        "sla": [timer_answer(timer, ticket, hidden) for timer in timers],
        "created_at": write_instant(ticket.created_at),
        "updated_at": write_instant(ticket.updated_at),
        "first_replied_at": instant_or_null(ticket.first_replied_at),
        "resolved_at": instant_or_null(ticket.resolved_at),
    }


def creator_answer(creator: Creator) -> dict[str, Any]:
    return {
        "external_id": creator.external_id,
        "handle": creator.handle or None,
        "display_name": mask_text(creator.display_name) or None,
        "region": creator.region or None,
        "locale": creator.locale or None,
        "segment": creator.segment or None,
        "email": mask_email(creator.email) or None,
    }


def timer_answer(timer: TimerLine, ticket: Ticket, hidden: Collection[str]) -> dict[str, Any]:
    queue = timer.queue or ticket.queue.slug
    return {
        "metric": timer.metric,
        "cycle": timer.cycle,
        "state": timer.state,
        "target_seconds": number(timer.target_seconds),
        "elapsed_seconds": number(timer.elapsed_seconds),
        "due_at": instant_or_null(timer.due_at),
        "breached_at": instant_or_null(timer.breached_at),
        "ended_at": instant_or_null(timer.ended_at),
        "queue": None if queue in hidden else queue,
        "calendar": timer.calendar or "always",
        "policy": timer.policy,
    }


def message_answer(message: Message, n: int, caller: Caller) -> dict[str, Any]:
    author = named(message.author, caller)
    return {
        "n": n,
        "ticket": message.ticket.ref,
        "at": write_instant(message.at),
        "kind": message.kind,
        "body": mask_text(message.body),
        "author": author,
        "by": named(message.key, caller) or author or "system",
        "automated": message.automated,
    }


def event_answer(event: Event, data: dict[str, Any], caller: Caller) -> dict[str, Any]:
    return {
        "n": event.seq,
        "at": write_instant(event.at),
        "kind": event.kind,
        "by": named(event.actor, caller) or named(event.key, caller) or "system",
        "data": data,
    }


def queue_answers(queues: Sequence[Queue], caller: Caller, *, at: datetime) -> list[dict[str, Any]]:
    """The queues with what waits in them; one query."""
    figures = queue_figures(caller, [queue.pk for queue in queues], at=at)
    return [queue_answer(queue, figures[queue.pk], at) for queue in queues]


def queue_answer(queue: Queue, figures: QueueFigures, at: datetime) -> dict[str, Any]:
    waits = figures.waiting_since
    return {
        "slug": queue.slug,
        "lob": queue.line.slug,
        "tier": queue.tier,
        "vendor": queue.team.vendor.slug if queue.team.vendor is not None else None,
        "depth": figures.depth,
        "oldest_wait_seconds": None if waits is None else number((at - waits).total_seconds()),
        "at_risk": figures.at_risk,
        "breached": figures.breached,
    }


def instant_or_null(at: datetime | None) -> str | None:
    return None if at is None else write_instant(at)


def number(seconds: float) -> float | int:
    """Whole seconds without a fraction, as the contract writes them."""
    return int(seconds) if seconds.is_integer() else seconds
