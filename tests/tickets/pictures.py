"""All that is stored about tickets, to compare two ways that should come to the same."""

from __future__ import annotations

from slas.models import Timer
from tickets.models import Event, Message, Ticket


def picture(ref: str) -> list[object]:
    """All that is stored about the tickets of one life, but for keys and random references."""
    tickets = Ticket.objects.filter(external_ref__startswith=ref) | Ticket.objects.filter(
        follow_up_of__external_ref__startswith=ref
    )
    seen: list[object] = []
    for ticket in tickets.order_by("created_at", "external_ref"):
        facts = {
            field.name: getattr(ticket, field.attname)
            for field in Ticket._meta.concrete_fields
            if field.name not in ("id", "ref", "clock", "external_ref", "follow_up_of", "merged_into")
        }
        timers = Timer.objects.filter(clock=ticket.clock_id).order_by("metric", "cycle")
        events = Event.objects.filter(ticket=ticket)
        unstable = ("message_id", "by_ticket", "follow_up_of", "into", "merged")
        seen += [
            facts,
            list(
                timers.values(
                    "metric", "cycle", "queue", "target", "banked", "due_at", "next_at", "ended_at",
                    "cancelled", "breached_at", "warned", "untold", "retargets", "policy_version",
                )
            ),
            ticket.clock.phases,
            [
                (e.seq, e.at, e.kind, e.by, e.origin, {k: v for k, v in e.data.items() if k not in unstable})
                for e in events
            ],
            list(Message.objects.filter(ticket=ticket).values("kind", "body", "author", "automated", "at")),
        ]  # fmt: skip
    return seen
