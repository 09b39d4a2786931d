"""`/insights/` and the weekly reports: the page, its downloads, and the tickets behind each number."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insights.blocks import Address, blocks, tiles
from insights.definitions import TABLE
from insights.models import Report
from insights.queries.reports import (
    Shown,
    counted_in,
    lines_with_reports,
    report_for,
    revisions_of,
    shown_to,
    tickets_behind,
    weeks_beside,
)
from insights.sheets import as_csv, as_workbook, rows_of
from insights.weekly import changed_numbers
from insights.wording import Told, headlines_in, interval_of, of_how_many, part_of, sentence, title, value_of
from teams.models import Person
from teams.views.access import only_for

READERS: Final = ("lead", "stakeholder", "vendor_manager")
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@only_for(*READERS)
def index(request: HttpRequest, person: Person) -> HttpResponse:
    """The lines, each with its newest report. Two queries."""
    rows = []
    for line, report in lines_with_reports(person):
        shown = shown_to(person, report) if report is not None else None
        rows.append({"line": line, "report": report, "figures": figures(shown) if shown is not None else []})
    return render(request, "insights/index.html", {"rows": rows})


def figures(shown: Shown) -> list[dict[str, str]]:
    return [
        {"title": name_of(number), "shown": value_of(number)}
        for number in headlines_in([number for _, number in shown.numbers])
    ]


def name_of(number: Told) -> str:
    about = part_of(number["part"])
    return f"{title(number['key'])}: {about}" if about else title(number["key"])


@require_safe
@only_for(*READERS)
def weekly(request: HttpRequest, person: Person, line: str, week: str) -> HttpResponse:
    """A week's report as this person may see it, its newest revision unless `?revision=` names one."""
    shown = shown_or_404(request, person, line, week)
    report = shown.report
    revisions = revisions_of(report)
    former = next((each for each in revisions if each.revision == report.revision - 1), None)
    before, after = weeks_beside(report)
    address = address_in(report)
    return render(
        request,
        "insights/weekly.html",
        {
            "report": report,
            "line": report.line,
            "tiles": tiles(shown.numbers, address),
            "blocks": blocks(shown.numbers, address),
            "moved": [{"said": sentence(move), "key": move["key"]} for move in shown.moved],
            "compared": person.role != "vendor_manager" or bool(shown.moved),
            "revisions": revisions,
            "changed": changes(person, report, former) if former is not None else [],
            "former": former,
            "before": before,
            "after": after,
            "query": f"?revision={report.revision}",
        },
    )


def changes(person: Person, report: Report, former: Report) -> list[dict[str, str]]:
    """What this revision says otherwise than the one before, as far as this person sees it."""
    now = shown_to(person, report)
    then = shown_to(person, former)
    told = changed_numbers(
        {"numbers": [number for _, number in now.numbers]},
        {"numbers": [number for _, number in then.numbers]},
    )
    return [
        {
            "title": name_of(each),
            "value": value_of(each),
            "former": value_of({**each, "value": each["former"]}),
        }
        for each in told
    ]


def address_in(report: Report) -> Address:
    def address(place: int, number: Told) -> str:
        path = reverse(
            "weekly_number", kwargs={"line": report.line.slug, "week": report.week, "place": place}
        )
        return f"{path}?{urlencode({'revision': report.revision})}"

    return address


@require_safe
@only_for(*READERS)
def weekly_number(request: HttpRequest, person: Person, line: str, week: str, place: int) -> HttpResponse:
    """The tickets that one number of a report counted, as of its horizon; those that this person may see."""
    shown = shown_or_404(request, person, line, week)
    number = dict(shown.numbers).get(place)
    if number is None:
        raise Http404
    counted, others = counted_in(shown.report, place)
    back = reverse("weekly_report", kwargs={"line": line, "week": week})
    return behind_page(
        request,
        person,
        number,
        counted,
        others,
        horizon=shown.report.horizon,
        line=shown.report.line,
        back=f"{back}?revision={shown.report.revision}",
        back_title=_("Week %(week)s") % {"week": week},
    )


def behind_page(
    request: HttpRequest,
    person: Person,
    number: Told,
    counted: list[int],
    others: list[int],
    **context: object,
) -> HttpResponse:
    """The page of the tickets behind a number: `?side=others` for the rest of its denominator."""
    of_others = request.GET.get("side") == "others" and number["denominator"] is not None
    query = request.GET.copy()
    query.pop("page", None)
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isdecimal() and len(asked) < 9 else 1
    sides = []
    for side, ids, name in sides_of(number, counted, others):
        query["side"] = side
        sides.append({"url": f"?{query.urlencode()}", "title": name, "total": len(ids), "side": side})
    query["side"] = "others" if of_others else "counted"
    return render(
        request,
        "insights/behind.html",
        {
            "number": number,
            "name": name_of(number),
            "shown": value_of(number),
            "interval": interval_of(number),
            "cases": of_how_many(number),
            "sides": sides,
            "side": query["side"],
            "query": query.urlencode(),
            "behind": tickets_behind(person, others if of_others else counted, page),
            "redacted": person.role == "stakeholder",
            **context,
        },
    )


def sides_of(number: Told, counted: list[int], others: list[int]) -> list[tuple[str, list[int], str]]:
    if number["denominator"] is None:
        return [("counted", counted, _("Counted"))]
    return [("counted", counted, _("Counted")), ("others", others, _("The others it is a share of"))]


@require_safe
@only_for(*READERS)
def weekly_csv(request: HttpRequest, person: Person, line: str, week: str) -> HttpResponse:
    shown = shown_or_404(request, person, line, week)
    sheet = as_csv(rows_of(number for _, number in shown.numbers))
    return download(sheet, "text/csv; charset=utf-8", file_name(shown.report, "csv"))


@require_safe
@only_for(*READERS)
def weekly_workbook(request: HttpRequest, person: Person, line: str, week: str) -> HttpResponse:
    shown = shown_or_404(request, person, line, week)
    report = shown.report
    facts = [
        (_("Line"), report.line.name),
        (_("Week"), report.week),
        (_("Zone"), report.body["timezone"]),
        (_("From"), report.body["begins"]),
        (_("To"), report.body["ends"]),
        (_("As of"), report.body["horizon"]),
        (_("Revision"), str(report.revision)),
    ]
    book = as_workbook(rows_of(number for _, number in shown.numbers), facts)
    return download(book, WORKBOOK, file_name(report, "xlsx"))


def file_name(report: Report, ending: str) -> str:
    return f"{report.line.slug}-{report.week}-r{report.revision}.{ending}"


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=kind, headers=headers)


def shown_or_404(request: HttpRequest, person: Person, line: str, week: str) -> Shown:
    """The report of an address as this person may see it; 404 where there is none, or none of theirs."""
    asked = request.GET.get("revision", "")
    revision = int(asked) if asked.isdecimal() and len(asked) < 6 else None
    report = report_for(person, line=line, week=week, revision=revision)
    if report is None:
        raise Http404
    return shown_to(person, report)


@require_safe
@only_for(*READERS)
def definitions(request: HttpRequest, person: Person) -> HttpResponse:
    """Every number that a page shows, defined, with its worked example. No query of its own."""
    return render(request, "insights/definitions.html", {"definitions": TABLE})
