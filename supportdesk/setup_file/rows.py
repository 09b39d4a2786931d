"""The rows of people and structure, written from records: what is new in bulk, what differs one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat

from supportdesk.setup_file.records import (
    LineRecord,
    PersonRecord,
    QueueRecord,
    TeamRecord,
    VendorRecord,
)
from teams.models import Certificate, Line, Membership, Person, Queue, Team, Vendor

MODELS: Final[Mapping[str, type[models.Model]]] = {
    "vendor": Vendor,
    "person": Person,
    "line": Line,
    "team": Team,
    "queue": Queue,
}


def write_rows(kind: str, given: Mapping[str, Any], stored: Mapping[str, Any], at: datetime) -> None:
    """Make the rows of one kind say what the records say; those they refer to are there already.

    Rows that change give up their unique values before new ones take them. People who are new have no
    password: a one-time address is their first way in.
    """
    rows = MODELS[kind]._default_manager
    name = "username" if kind == "person" else "slug"
    columns = COLUMNS[kind]
    ids = _Ids()
    changed = [slug for slug, record in given.items() if slug in stored and record != stored[slug]]
    if kind == "person":
        wanted = {record.email.lower() for slug, record in given.items() if record != stored.get(slug)}
        moving = [
            slug
            for slug in changed
            if given[slug].email != stored[slug].email and stored[slug].email.lower() in wanted
        ]
        Person.objects.filter(username__in=moving).update(email=Concat("username", Value("@moving.invalid")))
    for slug in changed:
        rows.filter(**{name: slug}).update(**columns(given[slug], ids))
    extra = {"password": make_password(None), "joined_at": at} if kind == "person" else {}
    rows.bulk_create(
        rows.model(**{name: slug}, **columns(record, ids), **extra)
        for slug, record in given.items()
        if slug not in stored
    )


def write_links(given: Mapping[str, PersonRecord], stored: Mapping[str, PersonRecord]) -> None:
    """Teams and certificates of people as the records say; only what differs is touched."""
    ids = _Ids()
    memberships, certificates = [], []
    for username, record in given.items():
        known = stored.get(username)
        had_teams, had_lines = (set(known.teams), set(known.lines)) if known else (set(), set())
        if gone := had_teams - set(record.teams):
            Membership.objects.filter(person__username=username, team__slug__in=gone).delete()
        if gone := had_lines - set(record.lines):
            Certificate.objects.filter(person__username=username, line__slug__in=gone).delete()
        person = ids.of("person", username)
        memberships += [
            Membership(person_id=person, team_id=ids.of("team", slug))
            for slug in record.teams
            if slug not in had_teams
        ]
        certificates += [
            Certificate(person_id=person, line_id=ids.of("line", slug))
            for slug in record.lines
            if slug not in had_lines
        ]
    Membership.objects.bulk_create(memberships)
    Certificate.objects.bulk_create(certificates)


class _Ids:
    """Primary keys by slug; one query a kind, at the first question."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, int]] = {}

    def of(self, kind: str, slug: str | None) -> Any:
        if slug is None:
            return None
        if kind not in self._known:
            name = "username" if kind == "person" else "slug"
            self._known[kind] = dict(MODELS[kind]._default_manager.values_list(name, "pk"))
        return self._known[kind][slug]


def _vendor(record: VendorRecord, ids: _Ids) -> dict[str, Any]:
    return {"name": record.name}


def _person(record: PersonRecord, ids: _Ids) -> dict[str, Any]:
    return {
        "name": record.name,
        "email": record.email,
        "role": record.role,
        "vendor_id": ids.of("vendor", record.vendor),
        "languages": list(record.languages),
        "capacity": record.capacity,
        "timezone": record.timezone,
        "is_active": record.active,
    }


def _line(record: LineRecord, ids: _Ids) -> dict[str, Any]:
    return {
        "name": record.name,
        "owner_id": ids.of("person", record.owner),
        "timezone": record.timezone,
        "sensitivity": record.sensitivity,
        "vendors_may_pend": record.vendors_may_pend,
        "vendors_may_prioritise": record.vendors_may_prioritise,
    }


def _team(record: TeamRecord, ids: _Ids) -> dict[str, Any]:
    return {
        "name": record.name,
        "vendor_id": ids.of("vendor", record.vendor),
        "lead_id": ids.of("person", record.lead),
    }


def _queue(record: QueueRecord, ids: _Ids) -> dict[str, Any]:
    return {
        "line_id": ids.of("line", record.line),
        "tier": record.tier,
        "team_id": ids.of("team", record.team),
        "locales": list(record.locales),
        "channels": list(record.channels),
        "share": record.share,
    }


COLUMNS: Final[Mapping[str, Any]] = {
    "vendor": _vendor,
    "person": _person,
    "line": _line,
    "team": _team,
    "queue": _queue,
}
