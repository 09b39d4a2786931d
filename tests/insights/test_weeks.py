"""Weeks in a line's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.weeks import Week, last_ended, read_week, span_of, week_of, week_of_day

ZONES = ["UTC", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut"]
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "zone", "begins", "hours"),
    [
        ("2026-W47", "UTC", "2026-11-16T00:00Z", 168),
        ("2026-W47", "America/Los_Angeles", "2026-11-16T08:00Z", 168),
        ("2026-W10", "America/Los_Angeles", "2026-03-02T08:00Z", 167),  # clocks forward on Sunday
        ("2026-W44", "America/Los_Angeles", "2026-10-26T07:00Z", 169),  # clocks back on Sunday
        ("2026-W53", "Europe/Berlin", "2026-12-27T23:00Z", 168),
        ("2026-W14", "Australia/Lord_Howe", "2026-03-29T13:00Z", 168.5),  # half an hour back
        ("2011-W52", "Pacific/Apia", "2011-12-26T10:00Z", 144),  # the whole Friday was skipped
        ("2018-W44", "America/Sao_Paulo", "2018-10-29T03:00Z", 167),  # Sunday began at one o'clock
    ],
)
def test_spans(text: str, zone: str, begins: str, hours: float) -> None:
    span = span_of(read_week(text), zone)
    assert span.begins == datetime.fromisoformat(begins.replace("Z", "+00:00"))
    assert (span.ends - span.begins) == hours * HOUR


@pytest.mark.parametrize(
    "text", ["2026-47", "2026-W7", "2026-W00", "2025-W53", "2026-W54", "26-W07", "", "2026-W٤٧"]
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="week"):
        read_week(text)


def test_years_of_53_weeks_follow_one_another() -> None:
    last = read_week("2026-W53")
    assert str(last.next) == "2027-W01"
    assert Week(2027, 1).previous == last
    assert Week(2026, 1).previous == Week(2025, 52)


def test_a_week_is_over_when_monday_begins_there() -> None:
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    zone = "America/Los_Angeles"
    assert str(last_ended(monday, zone)) == "2026-W47"
    assert str(last_ended(monday - timedelta(seconds=1), zone)) == "2026-W46"
    assert str(last_ended(monday - 8 * HOUR, "UTC")) == "2026-W47"


@given(st.dates(date(2000, 1, 3), date(2040, 1, 1)), st.sampled_from(ZONES))
def test_weeks_follow_without_a_gap_and_hold_their_days(day: date, zone: str) -> None:
    week = week_of_day(day)
    assert read_week(str(week)) == week
    span = span_of(week, zone)
    assert span.ends == span_of(week.next, zone).begins
    assert week.next.previous == week
    begins = span.begins.astimezone(ZoneInfo(zone))
    assert begins.date() == week.monday
    assert begins.isoweekday() == 1
    assert week_of(span.begins, zone) == week
    assert week_of(span.ends - timedelta(microseconds=1), zone) == week
    assert span.holds(span.begins)
    assert not span.holds(span.ends)
