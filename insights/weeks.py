"""ISO weeks in a line's own zone: `2026-W47` runs from Monday to Monday midnight as its wall clocks tell it.

A week in which the clocks change has an hour more or less, a year 52 or 53 weeks. Where a zone skips
midnight the day begins at the first instant that it has (ISO 8601; zones from the zone database). No Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

WRITTEN: Final = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Week:
    """A week of the calendar, without a zone."""

    year: int
    number: int

    def __post_init__(self) -> None:
        date.fromisocalendar(self.year, self.number, 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def previous(self) -> Week:
        return week_of_day(self.monday - 7 * DAY)

    @property
    def next(self) -> Week:
        return week_of_day(self.monday + 7 * DAY)


def read_week(text: str) -> Week:
    """The week written as `2026-W47`; ValueError where there is none such."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is no week; write for instance "2026-W47".')
    try:
        return Week(int(found[1]), int(found[2]))
    except ValueError:
        raise ValueError(f"There is no week {found[2]} in {found[1]}.") from None


def week_of_day(day: date) -> Week:
    year, number, _ = day.isocalendar()
    return Week(year, number)


def week_of(at: datetime, zone: str) -> Week:
    """The week in which an instant lies, in a zone."""
    return week_of_day(at.astimezone(ZoneInfo(zone)).date())


def day_begins(day: date, zone: str) -> datetime:
    """The first instant of a day in a zone, in UTC.

    Where the clocks skip midnight, Python reads it by the offset before the change: the very instant of it.
    """
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Span:
    """From `begins` up to but not `ends`, in UTC."""

    begins: datetime
    ends: datetime

    def holds(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


def span_of(week: Week, zone: str) -> Span:
    return Span(day_begins(week.monday, zone), day_begins(week.next.monday, zone))


def last_ended(at: datetime, zone: str) -> Week:
    """The newest week that is over at an instant: what is reported from Monday on."""
    return week_of(at, zone).previous
