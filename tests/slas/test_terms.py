"""What a calendar or a policy may say, and at which field it is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from slas.holiday_dates import holiday_dates
from slas.matching import Facts, Match, first_match, speaks
from slas.terms import (
    CalendarTerms,
    OwnDay,
    PolicyTerms,
    check_calendar,
    check_policy,
    parse_duration,
    parse_window,
    write_duration,
)
from supportdesk.errors import BadInput
from tests.slas.dates import OFFICE, rule

XMAS = date(2026, 12, 25)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("09:00-17:00", (32_400, 61_200)),
        ("00:00-24:00", (0, 86_400)),
        ("22:00-06:00", (79_200, 108_000)),
        ("22:00-24:00", (79_200, 86_400)),
        ("22:00-00:00", (79_200, 86_400)),
    ],
)
def test_windows(text: str, window: tuple[int, int]) -> None:
    assert parse_window(text) == window


@pytest.mark.parametrize(
    "text",
    ["", "9:00-17:00", "09:00", "09:00-25:00", "24:00-06:00", "09:00-09:00", "09:60-10:00", "09:00-24:01",
     "09:00-17:00 ", "٠٩:٠٠-١٧:٠٠"],
)  # fmt: skip
def test_what_is_no_window(text: str) -> None:
    with pytest.raises(ValueError, match=r"window|at once"):
        parse_window(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("45s", 45), ("30m", 1_800), ("8h", 28_800), ("3d", 259_200), ("90s", 90)]
)
def test_durations_are_read_and_written(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds
    assert write_duration(seconds) == text
    assert write_duration(86_400) == "1d"
    assert write_duration(5_400) == "90m"


@pytest.mark.parametrize("text", ["", "0h", "8", "h", "1.5h", "-1h", "8 h", "1w", "08h", "8h30m", "٨h"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"timezone": "America/Los_Angelez"}, "/timezone"),
        ({"timezone": ""}, "/timezone"),
        ({"timezone": "../etc/passwd"}, "/timezone"),
        ({"hours": {"monday": ("09:00-17:00",)}}, "/hours/monday"),
        ({"hours": {"mon": ("09:00-17:00", "18-19")}}, "/hours/mon/1"),
        ({"hours": {}}, "/hours"),
        ({"hours": {"mon": ()}, "open": (OwnDay(XMAS, ()),)}, "/hours"),
        ({"holidays": ("US", "XX")}, "/holidays/1"),
        ({"holidays": ("US-ZZ",)}, "/holidays/0"),
        ({"holidays": ("us",)}, "/holidays/0"),
        ({"open": (OwnDay(XMAS, ("10-12",)),)}, "/open/0/hours/0"),
        ({"open": (OwnDay(XMAS, ("10:00-12:00",)), OwnDay(XMAS, ()))}, "/open/1/date"),
        ({"open": (OwnDay(XMAS, ()),), "closed": (XMAS,)}, "/open/0/date"),
    ],
)
def test_calendars_that_are_refused(terms: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_calendar(CalendarTerms(**{"timezone": "UTC", "hours": OFFICE, **terms}))
    assert refused.value.pointer == pointer


def test_a_calendar_may_open_on_own_days_only() -> None:
    check_calendar(CalendarTerms("UTC", open=(OwnDay(XMAS, ("10:00-12:00",)),), holidays=("US-CA", "BR")))


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"order": -1}, "/order"),
        ({"order": 40_000}, "/order"),
        ({"warn_at": (0,)}, "/warn_at/0"),
        ({"warn_at": (75, 100)}, "/warn_at/1"),
        ({"warn_at": (90, 75)}, "/warn_at/1"),
        ({"warn_at": (75, 75)}, "/warn_at/1"),
        ({"targets": {"first_response": {"normal": 60}}}, "/targets/first_response"),
        ({"targets": {"first_reply": {}}}, "/targets/first_reply"),
        ({"targets": {"first_reply": {"medium": 60}}}, "/targets/first_reply/medium"),
        ({"targets": {"first_reply": {"normal": 0}}}, "/targets/first_reply/normal"),
        ({"targets": {"first_reply": {"normal": 10**10}}}, "/targets/first_reply/normal"),
        ({"match": Match(priority=("high", "medium"))}, "/match/priority/1"),
        ({"match": Match(tier=(3,))}, "/match/tier/0"),
    ],
)
def test_policies_that_are_refused(terms: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_policy(PolicyTerms(**{"order": 1, "targets": {}, **terms}))
    assert refused.value.pointer == pointer


def test_holidays_are_dates_of_country_and_subdivision() -> None:
    nation, state = holiday_dates(["US"]), holiday_dates(["US-CA"])
    assert date(2026, 7, 3) in nation
    assert date(2026, 3, 31) not in nation
    assert date(2026, 3, 31) in state
    assert holiday_dates(["US", "US-CA"]) == sorted({*nation, *state})


@pytest.mark.parametrize(
    ("wanted", "locale", "fits"),
    [
        ("pt", "pt-BR", True),
        ("pt", "pt", True),
        ("PT-br", "pt-BR", True),
        ("pt-BR", "pt", False),
        ("pt", "ptx", False),
        ("en", None, False),
    ],
)
def test_a_language_takes_its_regions(wanted: str, locale: str | None, fits: bool) -> None:
    assert speaks(wanted, locale) is fits


FACTS = Facts("webform", "creator-rewards", 1, "high", "partner", "pt-BR", "acme")


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        (Match(), True),
        (Match(line=("creator-rewards",), channel=("in_app", "webform")), True),
        (Match(tier=(1,), priority=("high",), segment=("partner",), locale=("pt",), vendor=("acme",)), True),
        (Match(line=("account-access",)), False),
        (Match(channel=("in_app",)), False),
        (Match(tier=(2,)), False),
        (Match(priority=("low",)), False),
        (Match(segment=("new",)), False),
        (Match(locale=("en",)), False),
        (Match(vendor=("bolt",)), False),
    ],
)
def test_a_match_looks_at_every_fact_that_it_names(match: Match, fits: bool) -> None:
    assert match.fits(FACTS) is fits


def test_what_is_not_known_fits_only_what_does_not_ask() -> None:
    assert Match().fits(Facts())
    assert not Match(vendor=("acme",)).fits(Facts())
    assert not Match(segment=("partner",)).fits(Facts())


def test_the_first_by_order_then_slug_wins() -> None:
    def policy(slug: str, order: int, match: Match = Match()) -> Any:  # noqa: B008
        bare = rule({}, slug=slug)
        return type(bare)(slug, 1, order, match, bare.hours, {})

    policies = [policy("c", 5), policy("b", 10), policy("a", 10), policy("z", 1, Match(tier=(2,)))]
    assert first_match(policies, FACTS) is policies[0]
    assert first_match(policies[1:], FACTS) is policies[2]
    assert first_match(policies, Facts(tier=2)) is policies[3]
    assert first_match([], FACTS) is None
