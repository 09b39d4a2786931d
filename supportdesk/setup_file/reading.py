"""From the text of a setup file to records: the shape of each thing, not yet whether they fit together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from slas.matching import Match
from slas.metrics import METRICS
from slas.rules import PRIORITIES
from slas.terms import (
    WEEKDAYS,
    CalendarTerms,
    OwnDay,
    PolicyTerms,
    check_calendar,
    check_policy,
    parse_duration,
)
from supportdesk.setup_file.findings import Fault, Findings, SetupRefused
from supportdesk.setup_file.places import Places
from supportdesk.setup_file.records import (
    KINDS,
    LineRecord,
    Organisation,
    PersonRecord,
    QueueRecord,
    TeamRecord,
    VendorRecord,
)
from supportdesk.setup_file.tables import Table, one_of, read_locale, told
from teams.words import CHANNELS, ROLES, SENSITIVITIES
from tickets.appeals.jurisdictions import ANY
from tickets.appeals.windows import MOST_DAYS, MOST_MONTHS, SOURCE_MAX, WindowTerms, check_window

LARGEST: Final = 5_000_000
"""Bytes."""
USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
PLACE_IN_MESSAGE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read(content: bytes) -> tuple[Organisation, Findings]:
    """What the file says, and what is wrong with the shape of it.

    Raises SetupRefused where it is not TOML at all: then nothing more can be said of it.
    """
    text = _decode(content)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        message = str(wrong)
        place = PLACE_IN_MESSAGE.search(message)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        raise SetupRefused([Fault(f"not TOML: {PLACE_IN_MESSAGE.sub('', message)}", line)]) from wrong
    except (RecursionError, ValueError) as wrong:
        raise SetupRefused(
            [Fault("not TOML that this desk reads: nested too deeply or a number too long")]
        ) from wrong
    findings = Findings(Places(text))
    organisation = Organisation()
    for key in data:
        if key not in KINDS:
            findings.add_loose(f'"{key}" is not a thing of a setup file; things are {", ".join(KINDS)}', key)
    for kind in KINDS:
        _read_kind(kind, data.get(kind, []), organisation, findings)
    return organisation, findings


def _decode(content: bytes) -> str:
    if len(content) > LARGEST:
        raise SetupRefused([Fault(f"the file is larger than {LARGEST // 1_000_000} MB")])
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as wrong:
        raise SetupRefused([Fault("not UTF-8", content.count(b"\n", 0, wrong.start) + 1)]) from wrong


def _read_kind(kind: str, tables: Any, organisation: Organisation, findings: Findings) -> None:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        findings.add_loose(f"{kind} must be written as [[{kind}]]", kind)
        return
    name = "username" if kind == "person" else "slug"
    for index, raw in enumerate(tables):
        table = Table(kind, index, raw, findings, name)
        slug = _username(table) if kind == "person" else table.slug()
        record = READERS[kind](table, slug)
        table.refuse_unknown()
        if slug and findings.names(kind, slug):
            table.fault(f"there is another {kind} of this {name} in the file", name)
        elif slug:
            findings.name(kind, index, slug)
            organisation.of(kind)[slug] = record


def _username(table: Table) -> str:
    value = table.require("username")
    if value is not None and (not isinstance(value, str) or not USERNAME.fullmatch(value)):
        table.fault(
            "username must be lower-case letters, digits, dot, hyphen, underscore, at most 64", "username"
        )
    return value if isinstance(value, str) else ""


def _line(table: Table, slug: str) -> LineRecord:
    return LineRecord(
        slug=slug,
        name=table.line("name"),
        owner=table.reference("owner"),
        timezone=table.zone("timezone"),
        sensitivity=table.choice("sensitivity", SENSITIVITIES, "standard"),
        vendors_may_pend=table.flag("vendors_may_pend") is not False,
        vendors_may_prioritise=table.flag("vendors_may_prioritise") is not False,
    )


def _vendor(table: Table, slug: str) -> VendorRecord:
    return VendorRecord(slug=slug, name=table.line("name"))


def _team(table: Table, slug: str) -> TeamRecord:
    return TeamRecord(
        slug=slug,
        name=table.line("name"),
        vendor=table.reference("vendor"),
        lead=table.reference("lead"),
    )


def _queue(table: Table, slug: str) -> QueueRecord:
    return QueueRecord(
        slug=slug,
        line=table.slug("line"),
        tier=table.number("tier", 1, 2),
        team=table.slug("team"),
        locales=table.texts("locales", read_locale),
        channels=table.texts("channels", one_of(CHANNELS)),
        share=table.number("share", 1, 1_000_000, 100),
    )


def _person(table: Table, username: str) -> PersonRecord:
    email = table.line("email", longest=254)
    try:
        if email:
            validate_email(email)
    except ValidationError:
        table.fault(f"email: {told(email)} is not an e-mail address", "email")
    return PersonRecord(
        username=username,
        name=table.line("name"),
        email=email,
        role=table.choice("role", ROLES),
        vendor=table.reference("vendor"),
        teams=tuple(sorted(table.texts("teams"))),
        languages=table.texts("languages", read_locale),
        lines=tuple(sorted(table.texts("lines"))),
        capacity=table.number("capacity", 0, 1000, 6),
        timezone=table.zone("timezone"),
        active=table.flag("active"),
    )


def _calendar(table: Table, slug: str) -> CalendarTerms:
    if slug == "always":
        table.fault('"always" is the calendar round the clock and cannot be defined', "slug")
    hours = table.table(table.take("hours"), "hours")
    own = [
        OwnDay(day, table_hours)
        for place, entry in enumerate(table.items(table.take("open"), "open"))
        if (day := _own_day(table, entry, place))
        and (table_hours := _windows(table, entry.get("hours"), "open")) is not None
    ]
    closed = [
        day
        for place, value in enumerate(table.items(table.take("closed"), "closed"))
        if (day := table.day(value, "closed", place)) is not None
    ]
    terms = CalendarTerms(
        timezone=table.zone("timezone", required=True),
        hours={day: windows for day in hours if (windows := _windows(table, hours[day], "hours", day))},
        holidays=table.texts("holidays"),
        closed=tuple(sorted(set(closed))),
        open=tuple(sorted(own, key=lambda day: day.date)),
    )
    for day in hours:
        if day not in WEEKDAYS:
            table.fault(f'"{day}" is not a day; days are {", ".join(WEEKDAYS)}', "hours", day)
    table.check(check_calendar, terms)
    return terms


def _own_day(table: Table, entry: Any, place: int) -> Any:
    told_day = table.table(entry, "open", place)
    for key in told_day:
        if key not in ("date", "hours"):
            table.fault(f'open: "{key}" is not a field of a day', "open", place)
    return table.day(told_day.get("date"), "open", place)


def _windows(table: Table, value: Any, *path: str) -> tuple[str, ...]:
    windows = table.items(value, *path)
    if not all(isinstance(window, str) for window in windows):
        table.fault(f"{'.'.join(path)} must be a list of texts such as 09:00-17:00", *path)
        return ()
    return tuple(windows)


def _policy(table: Table, slug: str) -> PolicyTerms:
    calendar = table.reference("calendar")
    terms = PolicyTerms(
        order=table.number("order", 0, 32767, 100),
        targets=_targets(table),
        match=_match(table),
        calendar=None if calendar == "always" else calendar,
        warn_at=tuple(
            value if type(value) is int else 0 for value in table.items(table.take("warn_at"), "warn_at")
        ),
        update_pauses=table.flag("update_pauses") is True,
    )
    table.check(check_policy, terms)
    return terms


def _match(table: Table) -> Match:
    """Every fact is a list; which slugs there are is checked later."""
    given = table.table(table.take("match"), "match")
    readers: dict[str, Callable[[str], str]] = {
        "line": str,
        "channel": one_of(CHANNELS),
        "priority": one_of(PRIORITIES),
        "segment": _segment,
        "locale": read_locale,
        "vendor": str,
    }
    facts: dict[str, tuple[Any, ...]] = {}
    for fact, values in given.items():
        accepted = table.items(values, "match", fact)
        if fact == "tier":
            if not all(type(value) is int for value in accepted):
                table.fault("match.tier must be a list of 1 and 2", "match", fact)
            facts[fact] = tuple(value for value in accepted if type(value) is int)
        elif fact in readers:
            facts[fact] = _words(table, fact, accepted, readers[fact])
        else:
            table.fault(f'match: "{fact}" is not a fact; facts are {", ".join(readers)}, tier', "match", fact)
    return Match(**facts)


def _words(table: Table, fact: str, values: list[Any], read: Callable[[str], str]) -> tuple[str, ...]:
    words = []
    for value in values:
        try:
            if not isinstance(value, str):
                raise ValueError(f"{told(value)} is not a text")
            words.append(read(value))
        except ValueError as wrong:
            table.fault(f"match.{fact}: {wrong}", "match", fact)
    return tuple(dict.fromkeys(words))


def _segment(text: str) -> str:
    if not 0 < len(text) <= 64:
        raise ValueError("a segment has 1 to 64 characters")
    return text


def _targets(table: Table) -> dict[str, dict[str, int]]:
    targets = {}
    for metric, given in table.table(table.take("targets"), "targets").items():
        if metric not in METRICS:
            known = ", ".join(METRICS)
            table.fault(f'targets: "{metric}" is not a metric; metrics are {known}', "targets", metric)
            continue
        by_priority = table.table(given, "targets", metric)
        durations = {
            priority: _duration(table, text, metric, priority) for priority, text in by_priority.items()
        }
        targets[metric] = {priority: seconds for priority, seconds in durations.items() if seconds}
    return targets


def _duration(table: Table, text: Any, metric: str, priority: str) -> int | None:
    try:
        return parse_duration(text) if isinstance(text, str) else parse_duration(told(text))
    except ValueError as wrong:
        table.fault(f"targets.{metric}.{priority}: {str(wrong).rstrip('.')}", "targets", metric, priority)
        return None


def _appeal_window(table: Table, slug: str) -> WindowTerms:
    terms = WindowTerms(
        jurisdiction=table.reference("jurisdiction") or ANY,
        decision_type=table.reference("decision_type") or ANY,
        source=table.line("source", longest=SOURCE_MAX),
        months=table.number("months", 1, MOST_MONTHS, 0) or None,
        days=table.number("days", 1, MOST_DAYS, 0) or None,
        timezone=table.zone("timezone"),
        redress=table.reference("redress") or "",
        line=table.reference("line"),
    )
    table.check(check_window, terms)
    return terms


READERS: dict[str, Callable[[Table, str], Any]] = {
    "calendar": _calendar,
    "line": _line,
    "vendor": _vendor,
    "team": _team,
    "queue": _queue,
    "person": _person,
    "policy": _policy,
    "appeal_window": _appeal_window,
}
