"""What was met and what was breached, ticket by ticket, of tickets that a history or an import brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from slas.queries import TimerLine, timer_lines
from tickets.models import Ticket


@dataclass(frozen=True)
class Outcome:
    """One ticket with its timers; `name` is the reference that the history gave it."""

    name: str
    ref: str
    status: str
    no_match_reason: str
    """Why it has no timer, where no policy matched."""
    timers: tuple[TimerLine, ...]


def outcomes(refs: Sequence[str], *, source: str, at: datetime) -> list[Outcome]:
    """The tickets with these references, in the order of `refs`, each before its follow-ups. Two queries."""
    place = {ref: number for number, ref in enumerate(refs)}
    rows = (
        Ticket.objects.filter(source=source)
        .filter(Q(external_ref__in=refs) | Q(external_ref=None, follow_up_of__external_ref__in=refs))
        .values_list(
            "external_ref",
            "follow_up_of__external_ref",
            "pk",
            "ref",
            "status",
            "clock",
            "clock__no_match_reason",
        )
    )
    found = sorted(rows, key=lambda row: (place[row[0] or row[1] or ""], row[0] is None, row[2]))
    lines = timer_lines([row[5] for row in found], at=at)
    return [
        Outcome(
            name=external_ref or f"{ref} (follow-up of {followed})",
            ref=ref,
            status=status,
            no_match_reason=reason,
            timers=tuple(lines[clock]),
        )
        for external_ref, followed, _, ref, status, clock, reason in found
    ]
