"""Whether things fit together: the file laid over what is stored, looked at as a whole.

A fault is told at the thing in the file that brings it about, which need not be the one that it is a fault
of: a team that changes its vendor while its people stay. What was at odds before and is not named stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from supportdesk.setup_file.findings import Findings
from supportdesk.setup_file.records import (
    LineRecord,
    Organisation,
    PersonRecord,
    QueueRecord,
    TeamRecord,
)
from teams.words import VENDOR_ROLES


@dataclass(frozen=True)
class Misfit:
    """What is wrong with one field of a thing, and with which other thing it does not fit."""

    kind: str
    slug: str
    field: str
    what: str
    with_kind: str = ""
    with_slug: str = ""


RESERVED: Final = ("me", "none", "system")


def check(given: Organisation, stored: Organisation, findings: Findings) -> None:
    """Note every misfit that the file brings about."""
    whole = stored.overlaid_with(given)
    for misfit in misfits(whole):
        if findings.names(misfit.kind, misfit.slug):
            findings.add_to(misfit.kind, misfit.slug, misfit.what, misfit.field)
        elif findings.names(misfit.with_kind, misfit.with_slug):
            findings.add_to(
                misfit.with_kind, misfit.with_slug, f'{misfit.kind} "{misfit.slug}": {misfit.what}'
            )


def misfits(whole: Organisation) -> Iterator[Misfit]:
    for line in whole.line.values():
        yield from _line(line, whole)
    for team in whole.team.values():
        yield from _team(team, whole)
    for queue in whole.queue.values():
        yield from _queue(queue, whole)
    for person in whole.person.values():
        yield from _person(person, whole)
    yield from _emails(whole)
    for slug, policy in whole.policy.items():
        yield from _missing("policy", slug, "calendar", policy.calendar, whole)
        for fact in ("line", "vendor"):
            for named in getattr(policy.match, fact):
                yield from _missing("policy", slug, "match", named, whole, of=fact)
    for slug, window in whole.appeal_window.items():
        yield from _missing("appeal_window", slug, "line", window.line, whole)
    yield from _windows(whole)


def _line(line: LineRecord, whole: Organisation) -> Iterator[Misfit]:
    yield from _missing("line", line.slug, "owner", line.owner, whole, of="person")
    owner = whole.person.get(line.owner or "")
    if owner is not None and owner.vendor is not None:
        what = f'owner "{line.owner}" works for vendor "{owner.vendor}"; a line is owned in-house'
        yield Misfit("line", line.slug, "owner", what, "person", owner.username)


def _team(team: TeamRecord, whole: Organisation) -> Iterator[Misfit]:
    yield from _missing("team", team.slug, "vendor", team.vendor, whole)
    yield from _missing("team", team.slug, "lead", team.lead, whole, of="person")
    lead = whole.person.get(team.lead or "")
    if lead is not None and lead.vendor != team.vendor:
        what = f'the team is {_house(team.vendor)}, but its lead "{team.lead}" is {_house(lead.vendor)}'
        yield Misfit("team", team.slug, "lead", what, "person", lead.username)


def _queue(queue: QueueRecord, whole: Organisation) -> Iterator[Misfit]:
    yield from _missing("queue", queue.slug, "line", queue.line, whole)
    yield from _missing("queue", queue.slug, "team", queue.team, whole)
    line, team = whole.line.get(queue.line), whole.team.get(queue.team)
    if line is not None and team is not None and line.sensitivity == "restricted" and team.vendor is not None:
        what = f'line "{line.slug}" is restricted, but team "{team.slug}" is {_house(team.vendor)}'
        yield Misfit("queue", queue.slug, "team", what, "line", line.slug)
        yield Misfit("queue", queue.slug, "team", what, "team", team.slug)


def _person(person: PersonRecord, whole: Organisation) -> Iterator[Misfit]:
    name = person.username
    if name in RESERVED:
        yield Misfit("person", name, "username", f'"{name}" means something else in filters and histories')
    yield from _missing("person", name, "vendor", person.vendor, whole)
    if person.vendor is not None and person.role not in VENDOR_ROLES:
        what = f"a {person.role} works in-house, not for a vendor"
        yield Misfit("person", name, "vendor", what)
    if person.vendor is None and person.role == "vendor_manager":
        yield Misfit("person", name, "vendor", "a vendor_manager has a vendor")
    for slug in person.teams:
        yield from _missing("person", name, "teams", slug, whole, of="team")
        team = whole.team.get(slug)
        if team is not None and team.vendor != person.vendor:
            what = f'team "{slug}" is {_house(team.vendor)}, but the person is {_house(person.vendor)}'
            yield Misfit("person", name, "teams", what, "team", slug)
    for slug in person.lines:
        yield from _missing("person", name, "lines", slug, whole, of="line")
        line = whole.line.get(slug)
        if line is not None and line.sensitivity == "restricted" and person.vendor is not None:
            what = f'line "{slug}" is restricted; nobody at a vendor is certified on it'
            yield Misfit("person", name, "lines", what, "line", slug)


def _emails(whole: Organisation) -> Iterator[Misfit]:
    first: dict[str, str] = {}
    for person in whole.person.values():
        other = first.setdefault(person.email.lower(), person.username)
        if other != person.username and person.email:
            what = f'"{person.email}" is the e-mail address of person "{other}" too'
            yield Misfit("person", person.username, "email", what, "person", other)


def _windows(whole: Organisation) -> Iterator[Misfit]:
    first: dict[tuple[str, str], str] = {}
    for slug, window in whole.appeal_window.items():
        other = first.setdefault((window.jurisdiction, window.decision_type), slug)
        if other != slug:
            what = f'"{other}" is for {window.decision_type} in {window.jurisdiction} too'
            yield Misfit("appeal_window", slug, "jurisdiction", what, "appeal_window", other)


def _missing(
    kind: str, slug: str, field: str, named: str | None, whole: Organisation, of: str = ""
) -> Iterator[Misfit]:
    """The reference `named` leads nowhere. `of` is its kind, where the field is not called so."""
    if named is None or named in whole.of(of or field):
        return
    word = field if not of else of if field == "match" else field if field in ("owner", "lead") else of
    yield Misfit(kind, slug, field, f'{word} "{named}" is not defined')


def _house(vendor: Any) -> str:
    return f'vendor "{vendor}"' if vendor is not None else "in-house"
