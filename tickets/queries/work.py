"""The work list: which views a person has, how much lies in each, and which tickets one view shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from teams.models import Person, Queue
from tickets.models import Ticket
from tickets.queries.queues import QueueFigures, queue_figures
from tickets.queries.urgency import UrgentPage, most_urgent
from tickets.querysets import TicketQuerySet

PAGE_SIZE: Final = 50


@dataclass(frozen=True)
class WorkList:
    """The queues a person sees, what lies in each, and one page of the list that was asked for."""

    queues: Sequence[Queue]
    figures: dict[int, QueueFigures]
    held: int
    """How many unsolved tickets this person holds."""
    page: UrgentPage
    view: str
    """"all", "mine", "handed_up" or "queue"."""
    queue: Queue | None


def queues_of(person: Person) -> list[Queue]:
    """The queues that a person sees, by line and tier; one query."""
    rows = Queue.objects.visible_to(person).select_related("line", "team__vendor")
    return list(rows.order_by("line__name", "tier", "slug"))


def held_count(person: Person) -> int:
    """How many unsolved tickets a person holds; one query."""
    return Ticket.objects.visible_to(person).unsolved().held_by(person).count()


def work_list(
    person: Person, rows: TicketQuerySet, *, view: str, slug: str | None, cursor: str | None, at: datetime
) -> WorkList:
    """One page of `rows`, which the caller has narrowed to the view; five queries. BadInput at /cursor.

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
    figures = queue_figures(person, [one.pk for one in queues], at=at)
    return WorkList(queues, figures, held_count(person), page, view, queue)
