"""Writing a checked setup file: only what differs, in one transaction, one file at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from slas.actions import define_calendar, define_policy
from slas.terms import CalendarTerms, PolicyTerms
from supportdesk.setup_file.checking import check
from supportdesk.setup_file.findings import SetupRefused
from supportdesk.setup_file.kept import kept_timers, refuse_queues_that_hold_tickets
from supportdesk.setup_file.reading import read
from supportdesk.setup_file.records import Organisation, PersonRecord
from supportdesk.setup_file.rows import write_links, write_rows
from supportdesk.setup_file.stored import stored_organisation
from tickets.appeals.actions import define_window

LOCK: Final = 7_301_001
"""The advisory lock of PostgreSQL under which setup files are applied, one at a time."""


@dataclass(frozen=True)
class Change:
    """One thing that is new or differs: `person "dana": capacity 6 → 8`."""

    kind: str
    slug: str
    new: bool
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        word = "new" if self.new else "changed"
        return f'{self.kind} "{self.slug}": {", ".join((word, *self.details))}'


@dataclass(frozen=True)
class Outcome:
    """What a file changed, or would; and which timers keep to what was said before."""

    changes: tuple[Change, ...]
    timers: tuple[str, ...]


def apply_setup(*, content: bytes, dry_run: bool = False, at: datetime) -> Outcome:
    """Make the organisation what the file says of the things that it names; all of it or nothing.

    What the file does not name stays. A field that is absent takes its default, save whether a person is
    active. The same file again changes nothing. A dry run does all of it and takes it back, so that what it
    tells is what would be. Raises SetupRefused with every fault.
    """
    given, findings = read(content)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        stored = stored_organisation()
        given.person = {name: _settled(person, stored) for name, person in given.person.items()}
        check(given, stored, findings)
        refuse_queues_that_hold_tickets(given, stored, findings)
        if findings.faults:
            raise SetupRefused(findings.in_order())
        changes = tuple(_write(given, stored, at))
        timers = kept_timers(calendars=_changed("calendar", changes), policies=_changed("policy", changes))
        transaction.set_rollback(dry_run)
    return Outcome(changes, tuple(timers))


def _settled(person: PersonRecord, stored: Organisation) -> PersonRecord:
    """Whether the person is active: as the file says, else as is stored, else yes."""
    if person.active is not None:
        return person
    known = stored.person.get(person.username)
    return replace(person, active=known.active if known is not None else True)


def _write(given: Organisation, stored: Organisation, at: datetime) -> Iterator[Change]:
    """In an order in which every reference leads to something that is there already."""
    for slug, calendar in given.calendar.items():
        calendar_version, differs = define_calendar(slug=slug, terms=calendar, at=at)
        if differs:
            yield _new_version("calendar", slug, calendar_version.number, calendar, stored.calendar.get(slug))
    for kind in ("vendor", "person", "line", "team", "queue"):
        write_rows(kind, given.of(kind), stored.of(kind), at)
        for slug, record in given.of(kind).items():
            if record != stored.of(kind).get(slug):
                known = stored.of(kind).get(slug)
                yield Change(kind, slug, known is None, _differences(known, record) if known else ())
    write_links(given.person, stored.person)
    for slug, policy in given.policy.items():
        policy_version, differs = define_policy(slug=slug, terms=policy, at=at)
        if differs:
            yield _new_version("policy", slug, policy_version.number, policy, stored.policy.get(slug))
    for slug, window in given.appeal_window.items():
        _, differs = define_window(slug=slug, terms=window, at=at)
        if differs:
            known = stored.appeal_window.get(slug)
            yield Change(
                "appeal_window", slug, known is None, _differences(known, window) if known is not None else ()
            )


def _new_version(
    kind: str,
    slug: str,
    number: int,
    terms: CalendarTerms | PolicyTerms,
    known: CalendarTerms | PolicyTerms | None,
) -> Change:
    if known is None:
        return Change(kind, slug, new=True)
    names = [
        field.name for field in fields(terms) if getattr(terms, field.name) != getattr(known, field.name)
    ]
    return Change(kind, slug, False, (f"version {number}", *(names or ["dates of its holidays"])))


def _differences(known: Any, record: Any) -> tuple[str, ...]:
    """`capacity 6 → 8` of each field that differs."""
    pairs = [
        (field.name, getattr(known, field.name), getattr(record, field.name)) for field in fields(record)
    ]
    return tuple(f"{name} {_shown(old)} → {_shown(new)}" for name, old, new in pairs if old != new)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return "none" if value is None else str(value)


def _changed(kind: str, changes: tuple[Change, ...]) -> list[str]:
    return [change.slug for change in changes if change.kind == kind and not change.new]
