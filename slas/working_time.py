"""Business time: how much of it lies between two instants, and when a given amount of it has passed.

Local times follow RFC 5545, 3.3.5: a wall time that occurs twice means its first occurrence, one that a
change of clocks skips is read with the offset before the change. Between two instants elapsed seconds
count, so a Sunday of 25 hours, open all day, has 25 hours. Nothing is rounded: sums are microseconds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Final, Protocol
from zoneinfo import ZoneInfo

HORIZON_YEARS: Final = 50
"""How far `add` looks. An amount that is not reached within so many calendar years is never reached."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001
UTC_ZONE: Final = ZoneInfo("UTC")
SECOND: Final = 1_000_000
DAY: Final = 86_400

Window = tuple[int, int]
"""Opening and closing in seconds after the midnight before; over midnight it closes past 86,400."""


class WorkingTime(Protocol):
    """Counts time. `Calendar` and `AlwaysOpen` are its two kinds."""

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The counted time from `start` to `end`; negative when `end` lies before `start`."""

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        """The first instant at which `amount` has been counted since `start`, or None if that never comes.

        An amount that is used up at closing gives the closing instant, not the next opening. Zero gives
        the first open instant from `start` on. A negative amount looks back: the last instant from which
        that much is counted until `start`.
        """

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches that count between two instants, clipped to them, in order."""

    @property
    def zone(self) -> ZoneInfo:
        """Whose days are its days."""


class AlwaysOpen:
    """Round the clock."""

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return end - start

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        try:
            return start + amount
        except OverflowError:
            return None

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        if start < end:
            yield start, end

    @property
    def zone(self) -> ZoneInfo:
        return UTC_ZONE


ALWAYS: Final = AlwaysOpen()


@dataclass(frozen=True)
class Year:
    """The open stretches of one UTC year, in microseconds since 1970, apart and in order."""

    opens: list[int]
    closes: list[int]
    sums: list[int]
    """Counted before each stretch; one longer than the others, the last being the whole year's."""

    @property
    def total(self) -> int:
        return self.sums[-1]

    def before(self, instant: int) -> int:
        """Counted in this year before `instant`."""
        place = bisect_right(self.opens, instant)
        if place == 0:
            return 0
        return self.sums[place - 1] + min(instant, self.closes[place - 1]) - self.opens[place - 1]

    def reaching(self, amount: int) -> int:
        """The first instant at which `amount` (above 0, at most the total) has been counted."""
        place = bisect_left(self.sums, amount) - 1
        return self.opens[place] + amount - self.sums[place]

    def leaving(self, amount: int) -> int:
        """The last instant at which no more than `amount` (below the total) has been counted."""
        place = bisect_right(self.sums, amount) - 1
        return self.opens[place] + amount - self.sums[place]


@dataclass(frozen=True)
class Calendar:
    """Weekly hours in a zone, with closed days and days that have hours of their own.

    A window belongs to the day on which it opens: a holiday takes that day's windows away and leaves the
    tail of the night before. An own day wins over weekday, holiday and closed day. Windows may overlap.
    """

    zone: ZoneInfo
    weekly: tuple[tuple[Window, ...], ...]
    """Monday to Sunday."""
    closed: frozenset[date] = frozenset()
    own: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    _years: dict[int, Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def ever_opens(self) -> bool:
        return any(self.weekly) or any(self.own.values())

    def windows(self, day: date) -> tuple[Window, ...]:
        """The windows that open on `day`."""
        if day in self.own:
            return self.own[day]
        return () if day in self.closed else self.weekly[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether `at` counts. A window holds its opening instant and not its closing one."""
        year, instant = self._year(_utc_year(at)), _micros(at)
        place = bisect_right(year.opens, instant)
        return place > 0 and instant < year.closes[place - 1]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        if end < start:
            return -self.elapsed(end, start)
        first, last = _utc_year(start), _utc_year(end)
        counted = self._year(last).before(_micros(end)) - self._year(first).before(_micros(start))
        counted += sum(self._year(number).total for number in range(first, last))
        return timedelta(microseconds=counted)

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        wanted = amount // timedelta(microseconds=1)
        if wanted < 0:
            return self._back(start, -wanted)
        first = _utc_year(start)
        wanted += self._year(first).before(_micros(start))
        for number in range(first, first + HORIZON_YEARS + 1):
            year = self._year(number)
            if amount and wanted <= year.total:
                return _instant(year.reaching(wanted))
            if not amount and wanted < year.total:
                return _instant(max(_micros(start), year.leaving(wanted)))
            wanted -= year.total
        return None

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        low, high = _micros(start), _micros(end)
        for number in range(_utc_year(start), _utc_year(end) + 1):
            year = self._year(number)
            for place in range(max(bisect_right(year.opens, low) - 1, 0), bisect_left(year.opens, high)):
                opens, closes = max(year.opens[place], low), min(year.closes[place], high)
                if opens < closes:
                    yield _instant(opens), _instant(closes)

    def _back(self, start: datetime, wanted: int) -> datetime | None:
        first = _utc_year(start)
        left = self._year(first).before(_micros(start)) - wanted
        for number in range(first, first - HORIZON_YEARS - 1, -1):
            if left >= 0:
                return _instant(self._year(number).leaving(left))
            left += self._year(number - 1).total
        return None

    def _year(self, number: int) -> Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = self._expand(number)
        return year

    def _expand(self, number: int) -> Year:
        """Lay out the stretches of one UTC year, overlaps joined, cut at its ends."""
        if not 2 <= number <= 9997:
            return Year([], [], [0])
        begins, ends = (_micros(datetime(n, 1, 1, tzinfo=UTC)) for n in (number, number + 1))
        stretches = []
        day = date(number, 1, 1) - timedelta(days=3)
        while day <= date(number + 1, 1, 2):
            for opens, closes in self.windows(day):
                stretches.append((max(self._at(day, opens), begins), min(self._at(day, closes), ends)))
            day += timedelta(days=1)
        merged: list[list[int]] = []
        for opened, closed in sorted(stretches):
            if opened >= closed:
                continue
            if merged and opened <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], closed)
            else:
                merged.append([opened, closed])
        lengths = (closed - opened for opened, closed in merged)
        return Year([m[0] for m in merged], [m[1] for m in merged], list(accumulate(lengths, initial=0)))

    def _at(self, day: date, seconds: int) -> int:
        """The instant of a wall time; `seconds` counts on the wall from the midnight that begins `day`."""
        wall = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001
        offset = wall.replace(tzinfo=self.zone).utcoffset() or timedelta()
        return (wall - NAIVE_EPOCH - offset) // timedelta(microseconds=1)


def _utc_year(instant: datetime) -> int:
    return instant.year if instant.tzinfo is UTC else instant.astimezone(UTC).year


def _micros(instant: datetime) -> int:
    since = instant - EPOCH
    return (since.days * DAY + since.seconds) * SECOND + since.microseconds


def _instant(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
