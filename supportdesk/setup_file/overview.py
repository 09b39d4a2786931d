"""The organisation as `/setup/` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from slas.models import CalendarVersion, PolicyVersion
from slas.terms import write_duration
from teams.models import Line, Person, Queue
from tickets.appeals.queries import defined_windows
from tickets.appeals.windows import WindowTerms

PEOPLE_SHOWN: Final = 200


@dataclass(frozen=True)
class PolicyRow:
    """A policy as it says now; `match` and `targets` as lines of text."""

    version: PolicyVersion
    match: list[str]
    targets: list[str]


@dataclass(frozen=True)
class Overview:
    """`people` are at most two hundred; `more` says that there are others."""

    lines: list[Line]
    queues: list[Queue]
    policies: list[PolicyRow]
    calendars: list[CalendarVersion]
    windows: list[WindowTerms]
    people: list[Person]
    more: bool
    search: str


def overview_of(*, search: str = "") -> Overview:
    """Everything, people narrowed to those whose username, name or e-mail address holds `search`. Seven queries."""
    people = Person.objects.select_related("vendor").prefetch_related("teams")
    if search and "\0" not in search:
        words = Q(username__icontains=search) | Q(name__icontains=search) | Q(email__icontains=search)
        people = people.filter(words)
    found = list(people[: PEOPLE_SHOWN + 1])
    policies = PolicyVersion.objects.present().select_related("policy", "calendar")
    calendars = CalendarVersion.objects.order_by("calendar_id", "-number").distinct("calendar_id")
    return Overview(
        lines=list(Line.objects.select_related("owner")),
        queues=list(Queue.objects.select_related("line", "team__vendor")),
        policies=sorted(
            map(policy_row, policies), key=lambda row: (row.version.order, row.version.policy.slug)
        ),
        calendars=sorted(calendars.select_related("calendar"), key=lambda version: version.calendar.slug),
        windows=defined_windows(),
        people=found[:PEOPLE_SHOWN],
        more=len(found) > PEOPLE_SHOWN,
        search=search,
    )


def policy_row(version: PolicyVersion) -> PolicyRow:
    return PolicyRow(
        version=version,
        match=[f"{fact}: {', '.join(map(str, values))}" for fact, values in version.match.items()],
        targets=[
            f"{metric}: {', '.join(f'{priority} {write_duration(s)}' for priority, s in targets.items())}"
            for metric, targets in version.targets.items()
        ],
    )
