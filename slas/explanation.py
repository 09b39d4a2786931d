"""Why a timer stands where it stands: what counted, day by day, and what it paused for.

Told again from the phases of the clock; the seconds of all days add up to what is elapsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slas.clockwork import stretches
from slas.timers import TimerLike


@dataclass(frozen=True)
class CountedDay:
    """What counted on one day of the calendar's zone, as spans of instants."""

    day: date
    spans: tuple[tuple[datetime, datetime], ...]

    @property
    def seconds(self) -> float:
        return sum(((ends - begins).total_seconds() for begins, ends in self.spans), 0.0)


@dataclass(frozen=True)
class Pause:
    begins: datetime
    ends: datetime | None
    """None while it stands still."""
    phase: str
    """`creator`, `third_party`, `evidence` or, before a reopen, `solved`."""


def counted_days(timer: TimerLike, phases: Sequence[Any], at: datetime) -> tuple[CountedDay, ...]:
    """The days on which something counted, up to `at` or the end."""
    days: dict[date, list[tuple[datetime, datetime]]] = {}
    for stretch in stretches(timer, phases, at):
        if not stretch.runs:
            continue
        for begins, ends in timer.rule.hours.spans(stretch.begins, stretch.ends):
            for day, *part in _by_day(begins, ends, timer.rule.hours.zone):
                spans = days.setdefault(day, [])
                if spans and spans[-1][1] == part[0]:
                    part[0] = spans.pop()[0]
                spans.append((part[0], part[1]))
    return tuple(CountedDay(day, tuple(spans)) for day, spans in days.items())


def pauses(timer: TimerLike, phases: Sequence[Any], at: datetime) -> tuple[Pause, ...]:
    """When it stood still, and for whom. A pause goes on through a phase that has the same reason."""
    now = None if timer.ended_at is not None else at
    found: list[Pause] = []
    for stretch in stretches(timer, phases, at):
        if stretch.waits_for is None:
            continue
        ends = None if stretch.ends == now else stretch.ends
        if found and (found[-1].ends, found[-1].phase) == (stretch.begins, stretch.waits_for):
            found[-1] = replace(found[-1], ends=ends)
        else:
            found.append(Pause(stretch.begins, ends, stretch.waits_for))
    return tuple(found)


def _by_day(begins: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[tuple[date, datetime, datetime]]:
    while begins < ends:
        day = begins.astimezone(zone).date()
        midnight = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        until = min(ends, midnight) if midnight > begins else ends
        yield day, begins, until
        begins = until
