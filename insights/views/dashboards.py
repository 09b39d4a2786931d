"""`/insights/dashboards/`: the same numbers as in the reports, of any span, as of this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insights.blocks import Address, blocks, tiles
from insights.forms import SpanForm
from insights.numbers import Found
from insights.queries.reports import sees
from insights.queries.sections import find_numbers
from insights.querysets import lines_reported_to
from insights.scope import Scope
from insights.views.weekly import READERS, behind_page
from insights.weeks import Span, day_begins
from insights.wording import Told
from supportdesk.clock import now
from supportdesk.instants import read_instant, write_instant
from teams.models import Line, Person
from teams.views.access import only_for

USUAL: Final = timedelta(days=6)
"""Before today, where nobody asks for other days."""


@dataclass(frozen=True)
class Asked:
    """The scope of a dashboard, and the query that names it."""

    line: Line
    scope: Scope
    query: dict[str, str]


@require_safe
@only_for(*READERS)
def dashboard(request: HttpRequest, person: Person) -> HttpResponse:
    """One line, one channel or all, over the days asked for. Six queries, seldom seven."""
    at = now()
    lines = list(lines_reported_to(person).order_by("name"))
    form = SpanForm(lines, request.GET if "line" in request.GET else usual(lines, person, at))
    if not form.is_valid():
        status = 422 if "line" in request.GET else 200
        return render(request, "insights/dashboard.html", {"form": form, "at": at}, status=status)
    asked = scope_of(form, at)
    numbers = numbers_for(person, asked.scope)
    placed = [(place, found.number.as_json()) for place, found in numbers]
    address = address_in(asked)
    context = {
        "form": form,
        "line": asked.line,
        "at": at,
        "tiles": tiles(placed, address),
        "blocks": blocks(placed, address),
    }
    return render(request, "insights/dashboard.html", context)


def usual(lines: Sequence[Line], person: Person, at: datetime) -> dict[str, str]:
    """The first line that is this person's own, else the first of all, over the last seven days."""
    own = [line for line in lines if line.owner_id == person.pk] or lines
    today = at.astimezone(ZoneInfo(person.timezone)).date()
    return {
        "line": own[0].slug if own else "",
        "begins": (today - USUAL).isoformat(),
        "ends": today.isoformat(),
    }


def scope_of(form: SpanForm, at: datetime) -> Asked:
    line, channel = form.cleaned_data["line"], form.cleaned_data["channel"]
    begins, ends = form.cleaned_data["begins"], form.cleaned_data["ends"]
    span = Span(day_begins(begins, line.timezone), day_begins(ends + timedelta(days=1), line.timezone))
    query = {
        "line": line.slug,
        "channel": channel,
        "begins": begins.isoformat(),
        "ends": ends.isoformat(),
        "horizon": write_instant(at),
    }
    return Asked(line, Scope(line.pk, line.slug, span, at, channel or None), query)


def numbers_for(person: Person, scope: Scope) -> list[tuple[int, Found]]:
    """The numbers of a scope that this person may see, with their places."""
    found = enumerate(find_numbers(scope).numbers)
    return [(place, each) for place, each in found if sees(person, each.number.part)]


def address_in(asked: Asked) -> Address:
    def address(place: int, number: Told) -> str:
        part = [f"{name}:{value}" for name, value in number["part"].items()]
        query = {**asked.query, "key": number["key"], "part": part}
        return f"{reverse('dashboard_number')}?{urlencode(query, doseq=True)}"

    return address


@require_safe
@only_for(*READERS)
def dashboard_number(request: HttpRequest, person: Person) -> HttpResponse:
    """The tickets behind one number of a dashboard, counted once more as of the same instant."""
    form = SpanForm(lines_reported_to(person).order_by("name"), request.GET)
    horizon = read_instant(request.GET.get("horizon", ""))
    if not form.is_valid() or horizon is None or horizon > now():
        raise Http404
    asked = scope_of(form, horizon)
    found = named_in(request.GET, numbers_for(person, asked.scope))
    if found is None:
        raise Http404
    return behind_page(
        request,
        person,
        found.number.as_json(),
        list(found.counted),
        list(found.others),
        horizon=horizon,
        line=asked.line,
        back=f"{reverse('dashboards')}?{urlencode(asked.query)}",
        back_title=_("Dashboard"),
    )


def named_in(query: QueryDict, numbers: list[tuple[int, Found]]) -> Found | None:
    """The number that an address names by its key and its part."""
    part = sorted(text.partition(":")[::2] for text in query.getlist("part"))
    for _place, found in numbers:
        facts = sorted((name, str(value)) for name, value in found.number.part.items())
        if found.number.key == query.get("key") and facts == part:
            return found
    return None
