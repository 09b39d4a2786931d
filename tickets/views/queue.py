"""`/queue/`: the work, most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from supportdesk import clock
from supportdesk.errors import BadInput
from supportdesk.htmx import is_for, varies
from teams.models import Person, Queue
from teams.navigation import WORKING_ROLES
from teams.views.access import only_for
from tickets.filters import SLA, TicketFilter
from tickets.models import Ticket
from tickets.queries.queues import QueueFigures, queue_figures
from tickets.queries.work import WorkList, held_count, queues_of, work_list
from tickets.querysets import TicketQuerySet
from tickets.references import is_reference
from tickets.words import CHANNELS, PRIORITIES, STATUSES

MOST_ROWS: Final = 100
FILTERS: Final = ("status", "priority", "sla", "assignee", "channel", "locale", "q")


@only_for(*WORKING_ROLES)
def queue(request: HttpRequest, person: Person) -> HttpResponse:
    at = clock.now()
    asked = request.GET.get("q", "").strip().upper()
    if is_reference(asked) and Ticket.objects.visible_to(person).filter(ref=asked).exists():
        return redirect("ticket", asked)
    status, fault = 200, ""
    try:
        work = listed(person, request.GET, at=at)
    except BadInput as error:
        status, fault = 400, f"{error.pointer.strip('/')}: {error.detail}"
        work = listed(person, QueryDict(), at=at)
    context = list_context(request, work, at=at) | {"fault": fault}
    part = is_for(request, "queue-pane")
    template = "tickets/queue_pane.html" if part else "tickets/queue.html"
    return varies(render(request, template, context, status=status))


@only_for(*WORKING_ROLES)
def queue_rows(request: HttpRequest, person: Person) -> HttpResponse:
    """Of the tickets that a script names, the rows of those that belong to its list now; and the views' counts."""
    at = clock.now()
    refs = [ref for ref in request.GET.getlist("ref")[:MOST_ROWS] if is_reference(ref)]
    try:
        rows = wanted(person, request.GET, at=at)
    except BadInput:
        return HttpResponse(status=400)
    queues = queues_of(person)
    if view_of(request.GET) in ("all", "queue"):
        rows = rows.filter(queue__in=[one.pk for one in queues])
    figures = queue_figures(person, [one.pk for one in queues], at=at)
    context = {
        "at": at,
        "tickets": rows.filter(ref__in=refs).with_people().by_urgency(),
        **views_context(request, queues, figures, held_count(person)),
    }
    return render(request, "tickets/queue_rows.html", context)


def listed(person: Person, query: QueryDict, *, at: datetime) -> WorkList:
    return work_list(
        person,
        wanted(person, query, at=at),
        view=view_of(query),
        slug=query.get("queue"),
        cursor=query.get("cursor") or None,
        at=at,
    )


def wanted(person: Person, query: QueryDict, *, at: datetime) -> TicketQuerySet:
    """The tickets of the list that a query names: unsolved ones unless it names a status."""
    rows = Ticket.objects.visible_to(person)
    if not query.get("status"):
        rows = rows.unsolved()
    view = view_of(query)
    if view == "mine":
        rows = rows.held_by(person)
    elif view == "handed_up":
        rows = rows.exclude(queue__team__vendor=person.vendor_id)
    return TicketFilter.apply(filled(query), rows, caller=person, at=at)


def view_of(query: QueryDict) -> str:
    if query.get("queue"):
        return "queue"
    view = query.get("view") or "all"
    return view if view in ("mine", "handed_up") else "all"


def filled(query: QueryDict) -> QueryDict:
    """The query without the fields of its form that were left empty."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        given = [value for value in values if value.strip()]
        if given:
            kept.setlist(name, given)
    return kept


def list_context(request: HttpRequest, work: WorkList, *, at: datetime) -> dict[str, Any]:
    people = {ticket.assignee.username for ticket in work.page.tickets if ticket.assignee is not None}
    locales = {ticket.locale for ticket in work.page.tickets if ticket.locale}
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    return {
        "at": at,
        "work": work,
        "tickets": work.page.tickets,
        "chosen": chosen,
        "chips": chips(request.GET),
        "statuses": STATUSES,
        "priorities": PRIORITIES,
        "channels": CHANNELS,
        "bands": [band for band in SLA if band != "was_breached"],
        "people": sorted(people | ({chosen["assignee"]} - {"", "me", "none"})),
        "locales": sorted(locales | ({chosen["locale"]} - {""})),
        **views_context(request, work.queues, work.figures, work.held),
    }


def chips(query: QueryDict) -> list[dict[str, str]]:
    """Each filter that is on: its name, its value, and the query without it."""
    found = []
    for name in FILTERS:
        for value in filled(query).getlist(name):
            rest = filled(query)
            rest.setlist(name, [other for other in rest.getlist(name) if other != value])
            rest.pop("cursor", None)
            found.append({"name": name, "value": value, "without": f"?{rest.urlencode()}"})
    return found


def views_context(
    request: HttpRequest, queues: Sequence[Queue], figures: Mapping[int, QueueFigures], held: int
) -> dict[str, Any]:
    return {
        "views": [(queue, figures[queue.pk]) for queue in queues],
        "unsolved": sum(figure.open for figure in figures.values()),
        "held": held,
        "present_view": view_of(request.GET),
        "present_queue": request.GET.get("queue", ""),
    }
