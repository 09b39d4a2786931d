"""What the history says of appeals, and the numbers of the dictionary that follow from it. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil
from typing import Final

from tickets.appeals.states import DECIDED_IN_SUBSTANCE, OVERTURNED

TOLD_BY: Final = ("appeal_submitted", "appeal_decided", "appeal_withdrawn", "appeal_admitted")
"""The kinds of events that say where an appeal stands."""


@dataclass(frozen=True)
class Told:
    """One event of an appeal; `outcome` where it is a decision."""

    ticket_id: int
    kind: str
    at: datetime
    outcome: str = ""


@dataclass(frozen=True)
class AppealLife:
    """An appeal as it stood at an instant. `ended` is its outcome, "withdrawn", or empty while it is open."""

    ticket_id: int
    submitted_at: datetime
    ended: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True)
class AppealFigures:
    """The appeals of a span: what was decided in it, what ended otherwise, what was open at its end.

    Each holds the appeals that it counts, in the order of their submission.
    """

    decided: tuple[AppealLife, ...]
    inadmissible: tuple[AppealLife, ...]
    withdrawn: tuple[AppealLife, ...]
    open: tuple[AppealLife, ...]

    @property
    def overturned(self) -> tuple[AppealLife, ...]:
        """The decided ones that were overturned, wholly or partly: the overturn rate is these over those."""
        return tuple(life for life in self.decided if life.ended in OVERTURNED)

    @property
    def overturn_rate(self) -> float | None:
        """None where nothing was decided: "no data"."""
        return len(self.overturned) / len(self.decided) if self.decided else None

    @property
    def times(self) -> list[timedelta]:
        """From submission to decision, shortest first."""
        return sorted(life.ended_at - life.submitted_at for life in self.decided if life.ended_at is not None)

    def time_to_decision(self, percent: int) -> timedelta | None:
        """The nearest-rank percentile: 50 is the median."""
        times = self.times
        return times[max(ceil(len(times) * percent / 100), 1) - 1] if times else None

    @property
    def oldest_open(self) -> AppealLife | None:
        return self.open[0] if self.open else None


def lives_of(events: Iterable[Told]) -> list[AppealLife]:
    """One life per appeal, from its events in their order. A late one that was taken up is open again."""
    lives = []
    for ticket_id, told in groupby(events, key=lambda event: event.ticket_id):
        submitted_at, last = None, None
        for event in told:
            if event.kind == "appeal_submitted":
                submitted_at = event.at
            else:
                last = event
        if submitted_at is None:
            continue
        if last is None or last.kind == "appeal_admitted":
            lives.append(AppealLife(ticket_id, submitted_at))
        else:
            lives.append(AppealLife(ticket_id, submitted_at, last.outcome or "withdrawn", last.at))
    return sorted(lives, key=lambda life: (life.submitted_at, life.ticket_id))


def figures_of(lives: Sequence[AppealLife], begins: datetime) -> AppealFigures:
    """The figures of what ended since `begins`, and of what is open."""
    ended = [life for life in lives if life.ended_at is not None and life.ended_at >= begins]
    return AppealFigures(
        decided=tuple(life for life in ended if life.ended in DECIDED_IN_SUBSTANCE),
        inadmissible=tuple(life for life in ended if life.ended == "inadmissible"),
        withdrawn=tuple(life for life in ended if life.ended == "withdrawn"),
        open=tuple(life for life in lives if life.ended_at is None),
    )
