"""Reads of reports and of the tickets behind their numbers, each as its reader may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Subquery

from insights.definitions import CHANNELS
from insights.models import Counted, Report
from insights.querysets import lines_reported_to
from insights.redaction import redact
from insights.sight import may_see
from insights.wording import Told
from teams.models import Line, Person
from tickets.masking import mask_text
from tickets.models import Message, Ticket

PAGE: Final = 50
EXCERPTS: Final = 8


@dataclass(frozen=True)
class Shown:
    """A report as one person may see it: its numbers with their places, and what moved."""

    report: Report
    numbers: list[tuple[int, Told]]
    moved: list[Told]


@dataclass(frozen=True)
class TicketLine:
    ref: str
    subject: str
    channel: str
    language: str
    status: str
    created_at: object


@dataclass(frozen=True)
class Behind:
    """The tickets on one side of a number: one page of them, how many there are, and how many are hidden."""

    tickets: list[TicketLine]
    excerpts: list[str]
    total: int
    page: int
    pages: int

    @property
    def hidden(self) -> int:
        """How many of this page the reader may not see."""
        first = (self.page - 1) * PAGE
        return min(PAGE, self.total - first) - len(self.tickets)


def sees(person: Person, part: Told) -> bool:
    vendor = person.vendor.slug if person.vendor is not None else None
    return may_see(part, role=person.role, vendor=vendor)


def shown_to(person: Person, report: Report) -> Shown:
    """A report's numbers as this person may see them; the person's vendor is one query where not loaded."""
    return Shown(
        report=report,
        numbers=[
            (place, number)
            for place, number in enumerate(report.body["numbers"])
            if sees(person, number["part"])
        ],
        moved=[move for move in report.body["moved"] if sees(person, move["part"])],
    )


def report_for(person: Person, *, line: str, week: str, revision: int | None) -> Report | None:
    """A week's report, its newest revision unless one is asked for; None where it is not theirs. One query."""
    reports = Report.objects.visible_to(person).filter(line__slug=line, week=week).select_related("line")
    if revision is not None:
        reports = reports.filter(revision=revision)
    return reports.order_by("-revision").first()


def revisions_of(report: Report) -> list[Report]:
    """All revisions of a report's week, without their bodies, the newest first. One query."""
    return list(
        Report.objects.filter(line=report.line_id, week=report.week).defer("body").order_by("-revision")
    )


def weeks_beside(report: Report) -> tuple[str | None, str | None]:
    """The reported weeks before and after one, of its line. One query."""
    weeks = sorted(set(Report.objects.filter(line=report.line_id).values_list("week", flat=True)))
    place = weeks.index(report.week)
    return (
        weeks[place - 1] if place else None,
        weeks[place + 1] if place + 1 < len(weeks) else None,
    )


def lines_with_reports(person: Person) -> list[tuple[Line, Report | None]]:
    """The lines that this person reads about, each with its newest report. Two queries."""
    newest = Report.objects.filter(line=OuterRef("pk")).order_by("-week", "-revision").values("pk")[:1]
    lines = list(lines_reported_to(person).annotate(newest_report=Subquery(newest)).order_by("name"))
    reports = Report.objects.in_bulk([line.newest_report for line in lines if line.newest_report])
    return [(line, reports.get(line.newest_report)) for line in lines]


def counted_in(report: Report, place: int) -> tuple[list[int], list[int]]:
    """The ids of the tickets behind a number of a stored report: counted, and the others. One query."""
    row = Counted.objects.filter(report=report, place=place).first()
    return (list(row.counted), list(row.others)) if row is not None else ([], [])


def tickets_behind(person: Person, ids: Sequence[int], page: int) -> Behind:
    """One page of the tickets of a number, as this person may see them: masked, or as redacted excerpts.

    One query, none where there are no tickets. A stakeholder gets the words of a few and no reference.
    """
    pages = max(1, -(-len(ids) // PAGE))
    page = min(max(page, 1), pages)
    wanted = list(ids[(page - 1) * PAGE : page * PAGE])
    if person.role == "stakeholder":
        return Behind([], excerpts_of(ids), len(ids), 1, 1)
    rows = Ticket.objects.visible_to(person).filter(pk__in=wanted).order_by("created_at", "pk")
    lines = [
        TicketLine(
            ref=ticket.ref,
            subject=mask_text(ticket.subject),
            channel=str(CHANNELS.get(ticket.channel, ticket.channel)),
            language=ticket.language,
            status=ticket.status,
            created_at=ticket.created_at,
        )
        for ticket in (rows if wanted else ())
    ]
    return Behind(lines, [], len(ids), page, pages)


def excerpts_of(ids: Sequence[int]) -> list[str]:
    """The redacted beginnings of what a few creators wrote first; restricted lines give none. One query."""
    chosen = sorted(ids)[:: max(1, len(ids) // EXCERPTS)][:EXCERPTS]
    first = (
        Message.objects.filter(ticket__in=chosen, kind="creator", ticket__line__sensitivity="standard")
        .order_by("ticket", "at", "id")
        .distinct("ticket")
    )
    return [redact(message.body) for message in first] if chosen else []
