"""The board: each queue's numbers, and the alerts that nobody has acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from teams.models import Key, Person, Queue
from tickets.queries.alerts import AlertLine, alert_feed
from tickets.queries.queues import QueueFigures, queue_figures

FEED: Final = 50

OPENS: Final = MappingProxyType(
    {
        "depth": "status=new&status=open&assignee=none",
        "open": "status=new&status=open&status=pending",
        "unassigned": "status=new&status=open&status=pending&assignee=none",
        "at_risk": "sla=at_risk",
        "breached": "sla=breached",
    }
)
"""The filter under which each number's tickets are found, in the words of `tickets.filters`, beside `queue=`."""


@dataclass(frozen=True)
class BoardLine:
    """One queue, joined with its line, team and vendor, and its numbers."""

    queue: Queue
    figures: QueueFigures

    @property
    def opens(self) -> dict[str, str]:
        """The query string by which the queue page shows exactly the tickets that a number counts."""
        return {number: f"queue={self.queue.slug}&{words}" for number, words in OPENS.items()}


@dataclass(frozen=True)
class Board:
    lines: list[BoardLine]
    alerts: list[AlertLine]
    at: datetime


def board(caller: Person | Key, *, at: datetime) -> Board:
    """What this caller's queues look like at `at`, by line and tier; three queries.

    At most fifty alerts, the newest first.
    """
    queues = list(
        Queue.objects.visible_to(caller)
        .select_related("line", "team__vendor")
        .order_by("line__name", "tier", "slug")
    )
    figures = queue_figures(caller, [queue.pk for queue in queues], at=at)
    lines = [BoardLine(queue, figures[queue.pk]) for queue in queues]
    return Board(lines=lines, alerts=alert_feed(caller, limit=FEED), at=at)
