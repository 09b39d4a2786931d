"""What a calendar and a policy say, in the words of the setup file, and what can be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from slas.holiday_dates import is_known
from slas.matching import Match
from slas.metrics import METRICS
from slas.rules import PRIORITIES
from slas.working_time import DAY, Calendar, Window
from supportdesk.errors import BadInput

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_TARGET: Final = 3650 * DAY
UNITS: Final = {"d": DAY, "h": 3600, "m": 60, "s": 1}

WINDOW: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)", re.ASCII)
DURATION: Final = re.compile(r"([1-9]\d{0,9})([smhd])", re.ASCII)


@dataclass(frozen=True)
class OwnDay:
    """A day with hours of its own, holiday or not."""

    date: date
    hours: tuple[str, ...]


@dataclass(frozen=True)
class CalendarTerms:
    """One `[[calendar]]`. `hours` maps "mon" to ("09:00-17:00", …); absent days are closed."""

    timezone: str
    hours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holidays: tuple[str, ...] = ()
    closed: tuple[date, ...] = ()
    open: tuple[OwnDay, ...] = ()


@dataclass(frozen=True)
class PolicyTerms:
    """One `[[policy]]`. `calendar` is a slug, None round the clock; `targets`: metric, priority, seconds."""

    order: int
    targets: Mapping[str, Mapping[str, int]]
    match: Match = field(default_factory=Match)
    calendar: str | None = None
    warn_at: tuple[int, ...] = ()
    update_pauses: bool = False


def parse_duration(text: str) -> int:
    """Seconds of "30m", "8h", "3d" (a day is 24 hours of counted time) or "45s"; ValueError otherwise."""
    found = DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is no duration; write for instance "30m", "8h" or "3d".')
    return int(found[1]) * UNITS[found[2]]


def write_duration(seconds: int) -> str:
    """The shortest way to write `seconds` that `parse_duration` reads back."""
    unit, size = next((unit, size) for unit, size in UNITS.items() if seconds % size == 0)
    return f"{seconds // size}{unit}"


def parse_window(text: str) -> Window:
    """Seconds after midnight of "09:00-17:00", over midnight where it closes earlier; else ValueError."""
    found = WINDOW.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is no window; write for instance "09:00-17:00" or "22:00-06:00".')
    opens = int(found[1]) * 3600 + int(found[2]) * 60
    closes = DAY if found[3] is None else int(found[3]) * 3600 + int(found[4]) * 60
    if opens == closes:
        raise ValueError(f'"{text}" opens and closes at once; for a whole day write "00:00-24:00".')
    return opens, closes if closes > opens else closes + DAY


def compile_calendar(terms: CalendarTerms, holiday_dates: Iterable[date]) -> Calendar:
    """The calendar that `terms` describe; `holiday_dates` are the days that its codes stood for."""
    return Calendar(
        zone=ZoneInfo(terms.timezone),
        weekly=tuple(tuple(map(parse_window, terms.hours.get(day, ()))) for day in WEEKDAYS),
        closed=frozenset(holiday_dates) | frozenset(terms.closed),
        own={day.date: tuple(map(parse_window, day.hours)) for day in terms.open},
    )


def check_calendar(terms: CalendarTerms) -> None:
    """Refuse, at the field, what cannot be a calendar; one that never opens too."""
    if terms.timezone not in available_timezones():
        raise BadInput("/timezone", f'"{terms.timezone}" is not a time zone.')
    for day, windows in terms.hours.items():
        if day not in WEEKDAYS:
            raise BadInput(f"/hours/{day}", f'"{day}" is not a day; days are {", ".join(WEEKDAYS)}.')
        _check_windows(windows, f"/hours/{day}")
    for place, code in enumerate(terms.holidays):
        if not is_known(code):
            raise BadInput(
                f"/holidays/{place}", f'"{code}" is not a country or subdivision with known holidays.'
            )
    seen: set[date] = set(terms.closed)
    for place, own in enumerate(terms.open):
        if own.date in seen:
            raise BadInput(
                f"/open/{place}/date", f"{own.date} is named twice, as closed or with other hours."
            )
        seen.add(own.date)
        _check_windows(own.hours, f"/open/{place}/hours")
    if not compile_calendar(terms, ()).ever_opens:
        raise BadInput("/hours", "This calendar never opens.", "never_opens")


def check_policy(terms: PolicyTerms) -> None:
    """Refuse, at the field, what cannot be a policy. Slugs that it names are not looked up here."""
    if not 0 <= terms.order <= 32767:
        raise BadInput("/order", "The order is a number from 0 to 32767.")
    for place, level in enumerate(terms.warn_at):
        if not 1 <= level <= 99:
            raise BadInput(f"/warn_at/{place}", "A warning stands at 1 to 99 per cent of the target.")
        if place and level <= terms.warn_at[place - 1]:
            raise BadInput(f"/warn_at/{place}", "Warnings rise, each named once.")
    for metric, by_priority in terms.targets.items():
        if metric not in METRICS:
            raise BadInput(
                f"/targets/{metric}", f'"{metric}" is not a metric; metrics are {", ".join(METRICS)}.'
            )
        if not by_priority:
            raise BadInput(
                f"/targets/{metric}", "A metric has a target for at least one priority.", "required"
            )
        for priority, seconds in by_priority.items():
            _check_target(metric, priority, seconds)
    for place, priority in enumerate(terms.match.priority):
        _check_priority(priority, f"/match/priority/{place}")
    for place, tier in enumerate(terms.match.tier):
        if tier not in (1, 2):
            raise BadInput(f"/match/tier/{place}", "A tier is 1 or 2.")


def _check_target(metric: str, priority: str, seconds: int) -> None:
    _check_priority(priority, f"/targets/{metric}/{priority}")
    if not 1 <= seconds <= LONGEST_TARGET:
        raise BadInput(f"/targets/{metric}/{priority}", "A target is between a second and 3650 days.")


def _check_priority(priority: str, pointer: str) -> None:
    if priority not in PRIORITIES:
        raise BadInput(pointer, f'"{priority}" is not a priority; priorities are {", ".join(PRIORITIES)}.')


def _check_windows(windows: Iterable[str], pointer: str) -> None:
    for place, text in enumerate(windows):
        try:
            parse_window(text)
        except ValueError as wrong:
            raise BadInput(f"{pointer}/{place}", str(wrong)) from wrong
