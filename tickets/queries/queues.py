"""How much waits in each queue, and for how long: the numbers of the queue list and of the board."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from tickets.models import Ticket


@dataclass(frozen=True)
class QueueFigures:
    """One queue at an instant. `waiting_since` is when the longest waiting ticket came into it."""

    depth: int = 0
    waiting_since: datetime | None = None
    at_risk: int = 0
    breached: int = 0


NOTHING = QueueFigures()


def queue_figures(queue_ids: Collection[int], *, at: datetime) -> dict[int, QueueFigures]:
    """The figures of each queue; one query over its unsolved tickets.

    Depth counts new and open tickets that nobody holds; at risk and breached count all unsolved ones, as
    `TicketQuerySet.at_risk` and `.breached` do.
    """
    waiting = Q(status__in=("new", "open"), assignee=None, holder=None)
    rows = (
        Ticket.objects.unsolved()
        .filter(queue__in=queue_ids)
        .order_by()
        .values("queue")
        .annotate(
            depth=Count("pk", filter=waiting),
            waiting_since=Min("queued_at", filter=waiting),
            at_risk=Count("pk", filter=Q(at_risk_at__lte=at, at_risk_until__gte=at)),
            breached=Count("pk", filter=Q(due_at__lt=at)),
        )
    )
    found = {row.pop("queue"): QueueFigures(**row) for row in rows}
    return {queue_id: found.get(queue_id, NOTHING) for queue_id in queue_ids}
