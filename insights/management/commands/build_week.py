"""`manage.py build_week`: a line's weekly report, built by hand or told as JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from insights.actions import build_week
from insights.actions.build_week import Built
from insights.queries.references import references_of
from insights.wording import headline, sentence
from supportdesk import clock
from supportdesk.errors import BadInput
from supportdesk.instants import read_instant
from teams.models import Line


class Command(BaseCommand):
    help = "Builds a line's weekly report; the same for the same history, a new revision where it changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--line", required=True, metavar="SLUG")
        parser.add_argument(
            "--week", required=True, metavar="2026-W47", help="an ISO week in the line's zone"
        )
        parser.add_argument(
            "--horizon",
            metavar="INSTANT",
            help="as of when, such as 2026-11-23T08:00:00Z; else the week's end, or seven or fourteen days on",
        )
        parser.add_argument(
            "--json", action="store_true", help="print every number with the references that it counted"
        )

    def handle(
        self,
        *args: Any,
        line: str,
        week: str,
        horizon: str | None = None,
        json: bool = False,
        **options: Any,
    ) -> None:
        found = Line.objects.select_related("owner").filter(slug=line).first()
        if found is None:
            raise CommandError(f"--line: there is no line {line!r}.")
        try:
            built = build_week(line=found, week=week, horizon=instant(horizon), at=clock.now())
        except BadInput as wrong:
            raise CommandError(f"--{wrong.pointer.strip('/')}: {wrong.detail}") from wrong
        self.stdout.write(as_json(built) if json else in_words(built))


def instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    found = read_instant(text)
    if found is None:
        raise CommandError(f"--horizon: {text!r} is no instant; write for instance 2026-11-23T08:00:00Z.")
    return found


def in_words(built: Built) -> str:
    """A few lines: which report it is, its headlines, and what moved."""
    report = built.report
    if not built.is_stored:
        what = "not over yet, so it is told but not stored"
    elif built.is_new:
        what = f"stored as revision {report.revision} ({report.reason})"
    else:
        what = f"unchanged since revision {report.revision}"
    return "\n".join(
        [
            f"{report.body['line']} {report.week} as of {report.body['horizon']}: {what}.",
            *headline(report.body),
            *(sentence(move) for move in report.body["moved"]),
            *report.body["notes"],
        ]
    )


def as_json(built: Built) -> str:
    """The body of the report, each number with the references that it counted.

    `references` made the numerator, or the count; `denominator_references` are all that it is a share of.
    `external_refs` says what the tickets were called where they came from.
    """
    known = references_of(pk for found in built.numbers for pk in (*found.counted, *found.others))
    body = dict(built.report.body)
    body["revision"] = built.report.revision if built.is_stored else None
    body["numbers"] = [
        {
            **number,
            "references": sorted(known[pk].ref for pk in found.counted),
            "denominator_references": sorted(known[pk].ref for pk in (*found.counted, *found.others))
            if number["denominator"] is not None
            else None,
        }
        for number, found in zip(body["numbers"], built.numbers, strict=True)
    ]
    body["external_refs"] = {
        each.ref: each.external_ref
        for each in sorted(known.values(), key=lambda each: each.ref)
        if each.external_ref is not None
    }
    return json.dumps(body, indent=2, ensure_ascii=False)
