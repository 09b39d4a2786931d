"""Business time against a slow minute-by-minute clock, against another library, and against itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import workclock
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from slas.terms import WEEKDAYS
from slas.working_time import Calendar
from tests.slas.dates import calendar
from tests.slas.slow import DAY, MINUTE, SlowCalendar, minutes

ZONES = (
    "UTC",
    "Europe/Paris",
    "America/Los_Angeles",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
)
CHANGES = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01", "2026-12-31")


def wall(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


def window(quarters: tuple[int, int]) -> str:
    return "-".join(map(wall, quarters))


windows = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda w: w[0] != w[1]).map(window),
    max_size=2,
)
weeks = st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, windows)).filter(lambda week: any(week.values()))
days = st.builds(
    lambda day, off: date.fromisoformat(day) + off * DAY, st.sampled_from(CHANGES), st.integers(-3, 3)
)


def near(day: date) -> Any:
    """Whole minutes around a day."""
    midnight = datetime.combine(day, time(), UTC)
    return st.integers(-3 * 1440, 3 * 1440).map(lambda n: midnight + n * MINUTE)


def unclear(zone: ZoneInfo, day: date, wall: str) -> bool:
    """Whether a wall time of that day occurs twice or never."""
    whole = datetime.combine(day, time()) + timedelta(hours=int(wall[:2]), minutes=int(wall[3:]))
    first, second = (whole.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first != second


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_as_the_clock_on_the_wall_shows(data: Any) -> None:
    zone = ZoneInfo(data.draw(st.sampled_from(ZONES)))
    week, day = data.draw(weeks), date.fromisoformat(data.draw(st.sampled_from(CHANGES)))
    closed = data.draw(st.frozensets(days, max_size=3))
    own = data.draw(st.dictionaries(days, windows, max_size=2))
    slow = SlowCalendar(zone, week, closed, own)
    for off in range(-5, 6):
        some = day + off * DAY
        texts = own.get(some, week[WEEKDAYS[some.weekday()]])
        assume(
            not any(
                unclear(zone, some + DAY * n, end)
                for text in texts
                for end in text.split("-")
                for n in (0, 1)
            )
        )
    fast = calendar(
        str(zone), week, [d.isoformat() for d in closed], {d.isoformat(): hours for d, hours in own.items()}
    )
    start, end = sorted((data.draw(near(day)), data.draw(near(day))))
    counted = [minute for minute in minutes(start, end) if slow(minute)]
    assert fast.elapsed(start, end) == len(counted) * MINUTE
    assert fast.elapsed(end, start) == -len(counted) * MINUTE
    spans = list(fast.spans(start, end))
    assert [minute for minute in minutes(start, end) if any(a <= minute < b for a, b in spans)] == counted
    assert all(fast.is_open(minute) for minute in counted[:50])
    if counted:
        amount = data.draw(st.integers(1, len(counted)))
        assert fast.add(start, amount * MINUTE) == counted[amount - 1] + MINUTE
        assert fast.add(end, -amount * MINUTE) == counted[-amount]
        assert fast.add(start, timedelta()) == counted[0]


def other(zone: str, week: dict[str, list[str]]) -> workclock.Schedule:
    """The same week for workclock, which has no 24:00: a day that ends then is written over midnight."""
    rules = []
    for place, day in enumerate(WEEKDAYS):
        for text in week[day]:
            opens, closes = (time.fromisoformat(half.replace("24:00", "00:00")) for half in text.split("-"))
            rules.append(workclock.WorkDay(opens, closes, days=[place]))
    return workclock.Schedule(rules, time_zone=zone)


def compare(week: dict[str, list[str]], zone: str, start: datetime, end: datetime, seconds: int) -> None:
    ours, theirs = calendar(zone, week), other(zone, week)
    assert ours.elapsed(start, end) == theirs.between(start, end)
    if ours.elapsed(start - 8 * DAY, start + 8 * DAY):
        assert ours.add(start, timedelta(seconds=seconds)) == theirs.add(start, seconds=seconds)


instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=150, deadline=None)
@given(weeks, st.sampled_from(ZONES[:-1]), instants, instants, st.integers(1, 30 * 86_400))
def test_as_workclock_counts(
    week: dict[str, list[str]], zone: str, start: datetime, end: datetime, seconds: int
) -> None:
    compare(week, zone, start, end, seconds)


@pytest.mark.long
@settings(max_examples=3_000, deadline=None)
@given(weeks, st.sampled_from(ZONES[:-1]), instants, instants, st.integers(1, 30 * 86_400))
def test_as_workclock_counts_at_length(
    week: dict[str, list[str]], zone: str, start: datetime, end: datetime, seconds: int
) -> None:
    compare(week, zone, start, end, seconds)


@settings(max_examples=100, deadline=None)
@given(weeks, st.sampled_from(ZONES), instants, st.integers(1, 10**13))
def test_the_first_instant_at_which_an_amount_has_passed(
    week: dict[str, list[str]], zone: str, start: datetime, microseconds: int
) -> None:
    hours: Calendar = calendar(zone, week)
    amount = timedelta(microseconds=microseconds)
    reached = hours.add(start, amount)
    assert reached is not None
    assert hours.elapsed(start, reached) == amount
    assert hours.elapsed(start, reached - timedelta(microseconds=1)) == amount - timedelta(microseconds=1)
    middle = start + (reached - start) / 2
    assert hours.elapsed(start, middle) + hours.elapsed(middle, reached) == amount
