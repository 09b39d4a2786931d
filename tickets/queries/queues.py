"""How much waits in each queue, and for how long: the numbers of the queue list and of the board."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.db.models.functions import Coalesce

from teams.models import Key, Person
from tickets.models import Ticket
from tickets.querysets import UNASSIGNED, WAITING, at_risk_condition, breached_condition


@dataclass(frozen=True)
class QueueFigures:
    """One queue at an instant, by what this caller sees of it.

    `depth` counts new and open tickets that nobody holds, `waiting_since` is since when the longest waiting
    of them has waited: for an answer where the creator waits for one, else in this queue. The others count
    all unsolved tickets: `open` altogether, `unassigned`, `at_risk`, `breached`.
    """

    depth: int = 0
    waiting_since: datetime | None = None
    open: int = 0
    unassigned: int = 0
    at_risk: int = 0
    breached: int = 0


NOTHING = QueueFigures()


def queue_figures(
    caller: Person | Key, queue_ids: Collection[int], *, at: datetime
) -> dict[int, QueueFigures]:
    """The figures of each queue; one query, answered by the index `ticket_by_urgency` alone."""
    rows = (
        Ticket.objects.visible_to(caller)
        .unsolved()
        .filter(queue__in=queue_ids)
        .order_by()
        .values("queue")
        .annotate(
            depth=Count("pk", filter=WAITING),
            waiting_since=Min(Coalesce("waiting_since", "queued_at"), filter=WAITING),
            open=Count("pk"),
            unassigned=Count("pk", filter=UNASSIGNED),
            at_risk=Count("pk", filter=at_risk_condition(at)),
            breached=Count("pk", filter=breached_condition(at)),
        )
    )
    found = {row.pop("queue"): QueueFigures(**row) for row in rows}
    return {queue_id: found.get(queue_id, NOTHING) for queue_id in queue_ids}
