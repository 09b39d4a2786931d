"""What a setup file does not move: tickets in their queues, and timers on the versions that they run under."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Count

from slas.models import Timer
from supportdesk.setup_file.findings import Findings
from supportdesk.setup_file.records import Organisation
from tickets.models import Ticket


def refuse_queues_that_hold_tickets(given: Organisation, stored: Organisation, findings: Findings) -> None:
    """A queue that ever held a ticket keeps its line, its tier and its vendor; a new one takes its place.

    Its tickets' clocks, histories and numbers are told by them.
    """
    whole = stored.overlaid_with(given)
    moved = {}
    for slug, before in stored.queue.items():
        after = whole.queue[slug]
        was = (before.line, before.tier, _vendor_of(before.team, stored))
        will = (after.line, after.tier, _vendor_of(after.team, whole))
        words = [
            word for word, old, new in zip(("line", "tier", "vendor"), was, will, strict=True) if old != new
        ]
        if words:
            moved[slug] = words
    held = Ticket.objects.filter(queue__slug__in=moved).order_by("queue__slug").values_list("queue__slug")
    for (slug,) in held.distinct():
        what = f"it has held tickets and keeps its {' and '.join(moved[slug])}; write a new queue instead"
        if findings.names("queue", slug):
            findings.add_to("queue", slug, what)
        else:
            findings.add_to("team", stored.queue[slug].team, f'queue "{slug}": {what}', "vendor")


def _vendor_of(team: str, organisation: Organisation) -> str | None:
    found = organisation.team.get(team)
    return found.vendor if found is not None else None


def kept_timers(*, calendars: Sequence[str], policies: Sequence[str]) -> Iterator[str]:
    """How many unended timers stay on which earlier version of what has a new one. Two queries."""
    for kind, column, slugs in (
        ("calendar", "calendar_version__calendar__slug", calendars),
        ("policy", "policy_version__policy__slug", policies),
    ):
        if slugs:
            yield from _kept(kind, column, slugs)


def _kept(kind: str, column: str, slugs: Sequence[str]) -> Iterator[str]:
    number = f"{kind}_version__number"
    counts: dict[str, list[str]] = defaultdict(list)
    rows = Timer.objects.unended().filter(**{f"{column}__in": slugs}).values_list(column, number)
    for slug, version, count in rows.annotate(count=Count("pk")).order_by(column, number):
        counts[slug].append(f"{count} on version {version}")
    for slug in slugs:
        kept = ", ".join(counts[slug])
        yield (
            f'{kind} "{slug}": running timers stay as they are ({kept}) until the new version is applied to them'
            if kept
            else f'{kind} "{slug}": no running timer'
        )
