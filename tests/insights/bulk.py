"""Many tickets at once, with histories as the verbs would have written them, for counts of a known size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slas.models import Clock, Timer
from teams.models import Queue
from tickets.models import Creator, Event, Ticket

Step = tuple[float, str, dict[str, Any]]
"""Hours after the beginning, what happened, and its plain facts."""

REPLIED: dict[str, Any] = {"automated": False}


@dataclass
class History:
    """One ticket: created in `queue`, then its steps; its row ends with `status`."""

    queue: Queue
    steps: Sequence[Step] = ()
    hours: float = 0.0
    creator: str = ""
    channel: str = "webform"
    status: str = "resolved"
    timers: list[dict[str, Any]] = field(default_factory=list)


def place(queue: Queue) -> dict[str, Any]:
    return {"queue": queue.slug, "tier": queue.tier, "lob": queue.line.slug}


def solved(hours: float, queue: Queue) -> Step:
    return hours, "resolved", {"resolution": "solved", "queue": queue.slug, "tier": queue.tier}


def reopened(hours: float, queue: Queue) -> Step:
    return hours, "reopened", {"queue": queue.slug, "tier": queue.tier}


def escalated(hours: float, origin: Queue, to: Queue) -> Step:
    return hours, "escalated", {**place(to), "origin_queue": origin.slug, "reason": "other"}


def returned(hours: float, origin: Queue, to: Queue) -> Step:
    return hours, "returned", {**place(to), "origin_queue": origin.slug}


def write(histories: Sequence[History], begins: datetime) -> list[Ticket]:
    """Store them; times are hours after `begins`."""

    def at(hours: float) -> datetime:
        return begins + timedelta(hours=hours)

    creators = {
        history.creator or f"own-{number}": Creator(
            source="webform", external_id=history.creator or f"own-{number}"
        )
        for number, history in enumerate(histories)
    }
    Creator.objects.bulk_create(creators.values())
    clocks = Clock.objects.bulk_create(
        Clock(
            no_match_reason="none",
            priority="normal",
            started_at=at(history.hours),
            phases=[[at(history.hours).isoformat(), "open"]],
        )
        for history in histories
    )
    tickets = Ticket.objects.bulk_create(
        Ticket(
            clock=clock,
            line=history.queue.line,
            queue=history.queue,
            creator=creators[history.creator or f"own-{number}"],
            source="webform",
            channel=history.channel,
            subject="Payout",
            status=history.status,
            pending_on="creator" if history.status == "pending" else "",
            created_at=at(history.hours),
            recorded_at=at(history.hours),
            queued_at=at(history.hours),
            event_count=1 + len(history.steps),
            resolved_at=at(history.hours) if history.status in ("resolved", "closed") else None,
            updated_at=at(max([history.hours, *(hours for hours, _, _ in history.steps)])),
        )
        for number, (history, clock) in enumerate(zip(histories, clocks, strict=True))
    )
    Event.objects.bulk_create(
        Event(ticket=ticket, seq=seq, at=at(hours), kind=kind, data=data)
        for ticket, history in zip(tickets, histories, strict=True)
        for seq, (hours, kind, data) in enumerate(
            [
                (
                    history.hours,
                    "created",
                    {**place(history.queue), "channel": history.channel, "locale": "en"},
                ),
                *history.steps,
            ],
            start=1,
        )
    )
    Timer.objects.bulk_create(
        Timer(clock=clock, **timer)
        for clock, history in zip(clocks, histories, strict=True)
        for timer in history.timers
    )
    return tickets
