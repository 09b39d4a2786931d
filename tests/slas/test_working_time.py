"""Business time by the table: windows, holidays, own days, clock changes, the far horizon."""

from datetime import timedelta

import pytest

from slas.terms import WEEKDAYS
from slas.working_time import ALWAYS, HORIZON_YEARS
from tests.slas.dates import OFFICE, calendar, utc

HOUR = timedelta(hours=1)
NIGHTS = {"fri": ["22:00-06:00"]}


def test_due_at_closing_is_the_closing_instant() -> None:
    office = calendar("UTC", OFFICE)
    assert office.add(utc("2026-03-06T09:00"), 8 * HOUR) == utc("2026-03-06T17:00")
    assert office.add(utc("2026-03-06T18:00"), 16 * HOUR) == utc("2026-03-10T17:00")


def test_microseconds_are_kept() -> None:
    office = calendar("UTC", OFFICE)
    start = utc("2026-03-06T16:59:59.999999")
    assert office.add(start, timedelta(microseconds=1)) == utc("2026-03-06T17:00")
    assert office.add(start, timedelta(microseconds=2)) == utc("2026-03-09T09:00:00.000001")
    assert office.elapsed(start, utc("2026-03-09T09:00:00.000001")) == timedelta(microseconds=2)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-06T21:00", "2026-03-07T08:00", 8),
        ("2026-03-06T23:00", "2026-03-07T01:00", 2),
        ("2026-03-07T05:00", "2026-03-07T23:00", 1),
        ("2026-03-05T22:00", "2026-03-06T06:00", 0),
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_on_which_it_opens(
    start: str, end: str, hours: int
) -> None:
    assert calendar("UTC", NIGHTS).elapsed(utc(start), utc(end)) == hours * HOUR


def test_a_holiday_takes_its_own_windows_and_leaves_the_tail_of_the_night_before() -> None:
    saturday_off = calendar("UTC", NIGHTS, closed=["2026-03-07"])
    assert saturday_off.elapsed(utc("2026-03-06"), utc("2026-03-08")) == 8 * HOUR
    friday_off = calendar("UTC", NIGHTS, closed=["2026-03-06"])
    assert friday_off.elapsed(utc("2026-03-06"), utc("2026-03-08")) == timedelta()


def test_an_own_day_wins_over_weekday_and_holiday() -> None:
    hours = calendar(
        "UTC",
        OFFICE,
        closed=["2026-12-25", "2026-12-24"],
        own={"2026-12-25": ["10:00-14:00"], "2026-12-28": [], "2026-12-27": ["23:00-01:00"]},
    )
    assert hours.elapsed(utc("2026-12-24"), utc("2026-12-27")) == 4 * HOUR
    assert hours.elapsed(utc("2026-12-27"), utc("2026-12-29")) == 2 * HOUR


def test_overlapping_and_touching_windows_count_once() -> None:
    overlapping = calendar("UTC", {"mon": ["09:00-13:00", "12:00-17:00"], "sun": ["20:00-10:00"]})
    assert overlapping.elapsed(utc("2026-03-08T20:00"), utc("2026-03-09T17:00")) == 21 * HOUR
    touching = calendar("UTC", {"mon": ["09:00-12:00", "12:00-24:00"], "tue": ["00:00-03:00"]})
    assert touching.add(utc("2026-03-09T09:00"), 18 * HOUR) == utc("2026-03-10T03:00")


ALL_DAY = {"sun": ["00:00-24:00"]}
PARIS, HAVANA, LORD_HOWE = "Europe/Paris", "America/Havana", "Australia/Lord_Howe"


@pytest.mark.parametrize(
    ("zone", "hours", "day", "counted"),
    [
        (PARIS, ALL_DAY, "2026-03-29", 23),
        (PARIS, ALL_DAY, "2026-10-25", 25),
        (PARIS, ALL_DAY, "2026-10-18", 24),
        (LORD_HOWE, ALL_DAY, "2026-04-05", 24.5),
        (HAVANA, ALL_DAY, "2026-03-08", 23),
        (HAVANA, ALL_DAY, "2026-11-01", 25),
        (PARIS, {"sat": ["22:00-06:00"]}, "2026-03-29", 7),
        (PARIS, {"sat": ["22:00-06:00"]}, "2026-10-25", 9),
        (PARIS, {"sun": ["09:00-17:00"]}, "2026-10-25", 8),
        # A time that the change skips is read with the offset before it: 02:15 means what was 01:00 + 75 min.
        (PARIS, {"sun": ["02:15-04:00"]}, "2026-03-29", 0.75),
        (PARIS, {"sun": ["02:15-02:45"]}, "2026-03-29", 0.5),
        (PARIS, {"sun": ["02:00-03:00"]}, "2026-03-29", 0),
        # A time that occurs twice means its first occurrence, at opening and at closing.
        (PARIS, {"sun": ["02:15-02:45"]}, "2026-10-25", 0.5),
        (PARIS, {"sun": ["01:00-02:30"]}, "2026-10-25", 1.5),
        (PARIS, {"sun": ["02:30-04:00"]}, "2026-10-25", 2.5),
    ],
)
def test_elapsed_seconds_count_when_the_clocks_change(
    zone: str, hours: dict[str, list[str]], day: str, counted: float
) -> None:
    around = (utc(day) - timedelta(days=2), utc(day) + timedelta(days=2))
    assert calendar(zone, hours).elapsed(*around) == counted * HOUR


def test_closed_hours_do_not_move_an_amount_of_nothing_but_to_the_next_opening() -> None:
    office = calendar("UTC", OFFICE)
    assert office.add(utc("2026-03-06T17:00"), timedelta()) == utc("2026-03-09T09:00")
    assert office.add(utc("2026-03-06T16:00"), timedelta()) == utc("2026-03-06T16:00")


def test_looking_back() -> None:
    office = calendar("UTC", OFFICE)
    assert office.add(utc("2026-03-09T10:00"), -2 * HOUR) == utc("2026-03-06T16:00")
    assert office.add(utc("2026-03-09T10:00"), -1 * HOUR) == utc("2026-03-09T09:00")
    assert office.elapsed(utc("2026-03-09T10:00"), utc("2026-03-06T16:00")) == -2 * HOUR


def test_over_the_end_of_a_year() -> None:
    nights = calendar("Asia/Tokyo", dict.fromkeys(WEEKDAYS[:5], ("22:00-06:00",)))
    assert nights.elapsed(utc("2026-12-31T00:00"), utc("2027-01-01T12:00")) == 8 * HOUR
    assert nights.add(utc("2026-12-31T13:00"), 8 * HOUR) == utc("2026-12-31T21:00")
    always_open = calendar("UTC", dict.fromkeys(WEEKDAYS, ("00:00-24:00",)))
    assert always_open.elapsed(utc("2024-12-31T23:00"), utc("2026-01-01T01:00")) == 365 * 24 * HOUR + 2 * HOUR
    assert [*always_open.spans(utc("2026-03-02T10:00"), utc("2026-03-02T11:00"))] == [
        (utc("2026-03-02T10:00"), utc("2026-03-02T11:00"))
    ]


def test_what_is_never_reached_is_none() -> None:
    once = calendar("UTC", {}, own={"2026-12-27": ["10:00-14:00"]})
    assert once.add(utc("2026-03-06"), 4 * HOUR) == utc("2026-12-27T14:00")
    assert once.add(utc("2026-03-06"), 5 * HOUR) is None
    assert once.add(utc("2027-03-06"), HOUR) is None
    assert once.add(utc("2026-03-06"), -HOUR) is None
    assert ALWAYS.add(utc("9999-12-31"), 48 * HOUR) is None


def test_far_dates_have_answers() -> None:
    mondays = calendar("UTC", {"mon": ["09:00-10:00"]})
    reached = mondays.add(utc("2026-01-01"), 40 * 52 * HOUR)
    assert reached is not None
    assert reached.year == 2065
    assert mondays.add(utc("2026-01-01"), (HORIZON_YEARS + 2) * 53 * HOUR) is None
    for edge in ("0001-01-01", "9999-12-31T23:59:59"):
        assert mondays.elapsed(utc(edge), utc(edge)) == timedelta()
        assert not mondays.is_open(utc(edge))
        assert [*mondays.spans(utc(edge), utc(edge))] == []


def test_spans_are_the_open_stretches() -> None:
    office = calendar("UTC", OFFICE)
    assert [*office.spans(utc("2026-03-06T16:00"), utc("2026-03-09T10:00"))] == [
        (utc("2026-03-06T16:00"), utc("2026-03-06T17:00")),
        (utc("2026-03-09T09:00"), utc("2026-03-09T10:00")),
    ]
    assert [*office.spans(utc("2026-03-07T16:00"), utc("2026-03-08T10:00"))] == []
