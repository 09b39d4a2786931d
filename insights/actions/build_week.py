"""Building a line's weekly report: counted, composed, frozen, and mailed to its readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from insights.models import Counted, Reader, Report
from insights.numbers import Found
from insights.queries.sections import find_numbers
from insights.scope import SETTLED_AFTER, Scope
from insights.weekly import compose
from insights.weeks import Week, last_ended, read_week, span_of
from supportdesk.errors import BadInput
from teams.models import Line
from tickets.models import OutboxRow

SETTLES_EVERY: Final = timedelta(days=7)
RECENT: Final = 4
"""Weeks back that the beat looks for reports that were never built or have settled since."""


@dataclass(frozen=True)
class Built:
    """A report, the tickets behind its numbers in their order, and whether this call stored it."""

    report: Report
    numbers: list[Found]
    is_stored: bool
    is_new: bool


def build_week(*, line: Line, week: str, horizon: datetime | None = None, at: datetime) -> Built:
    """The report of a line's week as of a horizon.

    Without a `horizon` it is the week's end, or the last of seven and fourteen days after it that has come,
    when what looks past the week has settled; of a week that is not over it is `at`, and the report is told
    but not stored (it has no primary key). Where there is a report for that horizon and the history still
    says the same, it is given back as it is; otherwise a new revision is stored beside it. The first
    revision is posted to its readers.

    Raises BadInput at /week where it has not begun, at /horizon where that lies in the future or before the
    end of a week that is over. One builder per line and week at a time. Ten queries for the numbers of both
    weeks, seldom twelve, however many tickets there are.
    """
    asked = parse_week(week)
    span = span_of(asked, line.timezone)
    if span.begins >= at:
        raise BadInput("/week", f"{week} has not begun in {line.timezone}.", "future")
    if horizon is not None and horizon > at:
        raise BadInput("/horizon", "This instant lies in the future.", "future")
    if horizon is not None and horizon < span.ends <= at:
        raise BadInput("/horizon", f"{week} ends only later, at {span.ends.isoformat()}.", "early")
    horizon = horizon or default_horizon(span.ends, at)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"report:{line.pk}:{asked}"]
            )
        body, numbers = tell(line, asked, horizon)
        earlier = list(Report.objects.filter(line=line, week=str(asked)).order_by("revision"))
        at_horizon = [report for report in earlier if report.horizon == horizon]
        if at_horizon and says_the_same(at_horizon[-1], body, numbers):
            return Built(at_horizon[-1], numbers, is_stored=True, is_new=False)
        report = Report(
            line=line,
            week=str(asked),
            revision=len(earlier) + 1,
            reason="late" if at_horizon else "settled" if earlier else "first",
            begins=span.begins,
            ends=span.ends,
            horizon=horizon,
            built_at=at,
            body=body,
        )
        if horizon < span.ends:
            return Built(report, numbers, is_stored=False, is_new=False)
        store(report, numbers)
        if report.reason == "first":
            post(report, at)
    return Built(report, numbers, is_stored=True, is_new=True)


def parse_week(text: str) -> Week:
    try:
        return read_week(text)
    except ValueError as wrong:
        raise BadInput("/week", str(wrong)) from wrong


def default_horizon(ends: datetime, at: datetime) -> datetime:
    """The last instant by which something settles and that has come; the present where the week goes on."""
    if at < ends:
        return at
    steps = min((at - ends) // SETTLES_EVERY, SETTLED_AFTER // SETTLES_EVERY)
    return ends + steps * SETTLES_EVERY


def tell(line: Line, week: Week, horizon: datetime) -> tuple[dict[str, Any], list[Found]]:
    """The body of a report as the history tells it, and the tickets behind its numbers.

    The week before is counted as it was known equally long after (or before) its own end, so that what has
    not settled is compared with what had not settled.
    """
    span, span_before = span_of(week, line.timezone), span_of(week.previous, line.timezone)
    scope = Scope(line.pk, line.slug, span, horizon)
    before = Scope(line.pk, line.slug, span_before, span_before.ends + (horizon - span.ends))
    now = find_numbers(scope)
    return compose(scope, week, line.timezone, now.numbers, find_numbers(before).numbers, now.notes)


def says_the_same(report: Report, body: dict[str, Any], numbers: list[Found]) -> bool:
    """Whether a stored report has these numbers, from these tickets."""
    return report.body == body and list(
        report.counted.order_by("place").values_list("place", "counted", "others")
    ) == [(row.place, row.counted, row.others) for row in counted_rows(report, numbers)]


def store(report: Report, numbers: list[Found]) -> None:
    report.save(force_insert=True)
    Counted.objects.bulk_create(counted_rows(report, numbers))


def counted_rows(report: Report, numbers: list[Found]) -> list[Counted]:
    return [
        Counted(report=report, place=place, counted=list(found.counted), others=list(found.others))
        for place, found in enumerate(numbers)
        if found.counted or found.others
    ]


def post(report: Report, at: datetime) -> None:
    """Ask for the report to be mailed to the line's owner and its other readers."""
    people = {report.line.owner_id} if report.line.owner_id is not None else set()
    people |= set(Reader.objects.filter(line=report.line_id).values_list("person_id", flat=True))
    OutboxRow.objects.bulk_create(
        OutboxRow(
            lane=f"report:{person}",
            kind="report_mail",
            ids={"report": report.pk, "person": person},
            created_at=at,
            not_before=at,
        )
        for person in sorted(people)
    )


def build_due_weeks(*, at: datetime, again: bool = False) -> int:
    """Build what is due: of each line the weeks that have ended and were not built, and those that settled.

    Looks back four weeks, to the line's first ticket. With `again` the weeks that were built are counted
    once more too, so that what became known late makes a revision. How many were stored.
    """
    stored = 0
    for line in Line.objects.order_by("slug"):
        built = set(Report.objects.filter(line=line).values_list("week", "horizon"))
        week = last_ended(at, line.timezone)
        for _ in range(RECENT):
            ends = span_of(week, line.timezone).ends
            is_due = again or (str(week), default_horizon(ends, at)) not in built
            if is_due and line.tickets.filter(created_at__lt=ends).exists():
                stored += build_week(line=line, week=str(week), at=at).is_new
            week = week.previous
    return stored
