"""The work list: which views a person has, how much lies in each, and which tickets one view shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q

from teams.models import Person, Queue
from tickets.models import Ticket
from tickets.queries.urgency import UrgentPage, most_urgent
from tickets.querysets import TicketQuerySet

PAGE_SIZE: Final = 50


@dataclass(frozen=True)
class QueueCount:
    """How many unsolved tickets lie in a queue, how many of them this person holds, how many are late."""

    unsolved: int = 0
    mine: int = 0
    breached: int = 0


NOTHING = QueueCount()


@dataclass(frozen=True)
class WorkList:
    """The queues a person sees, what lies in each, and one page of the list that was asked for."""

    queues: Sequence[Queue]
    counts: dict[int, QueueCount]
    page: UrgentPage
    view: str
    """"all", "mine", "handed_up" or "queue"."""
    queue: Queue | None


def queues_of(person: Person) -> list[Queue]:
    """The queues that a person sees, by line and tier; one query."""
    rows = Queue.objects.visible_to(person).select_related("line", "team__vendor")
    return list(rows.order_by("line__name", "tier", "slug"))


def counts_of(person: Person, queues: Sequence[Queue], *, at: datetime) -> dict[int, QueueCount]:
    """What lies in each queue; one query over its unsolved tickets."""
    rows = (
        Ticket.objects.unsolved()
        .filter(queue__in=[queue.pk for queue in queues])
        .order_by()
        .values("queue")
        .annotate(
            unsolved=Count("pk"),
            mine=Count("pk", filter=Q(assignee=person.pk)),
            breached=Count("pk", filter=Q(due_at__lt=at)),
        )
    )
    found = {row.pop("queue"): QueueCount(**row) for row in rows}
    return {queue.pk: found.get(queue.pk, NOTHING) for queue in queues}


def work_list(
    person: Person, rows: TicketQuerySet, *, view: str, slug: str | None, cursor: str | None, at: datetime
) -> WorkList:
    """One page of `rows`, which the caller has narrowed to the view; four queries. BadInput at /cursor.

    `slug` names the one queue of the view "queue"; one that the person cannot see holds nothing.
    """
    queues = queues_of(person)
    queue = next((one for one in queues if one.slug == slug), None) if slug else None
    ids: list[int] | None = [one.pk for one in queues]
    if view == "queue":
        ids = [queue.pk] if queue else []
    elif view in ("mine", "handed_up"):
        ids = None
    page = most_urgent(rows, queues=ids, cursor=cursor, size=PAGE_SIZE)
    return WorkList(queues, counts_of(person, queues, at=at), page, view, queue)
