"""The present state written as a setup file that, applied, changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from slas.terms import CalendarTerms, PolicyTerms, write_duration
from supportdesk.setup_file.records import KINDS, Organisation
from supportdesk.setup_file.stored import stored_organisation
from tickets.appeals.windows import WindowTerms


def export_setup() -> str:
    """Everything stored, as TOML; fields that have their default are left out."""
    return write(stored_organisation())


def write(organisation: Organisation) -> str:
    blocks = []
    for kind in KINDS:
        for slug, record in sorted(organisation.of(kind).items()):
            lines = WRITERS.get(kind, _plain)(slug, record)
            blocks.append("\n".join([f"[[{kind}]]", *lines]))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _plain(slug: str, record: Any) -> Iterable[str]:
    """A record field by field, in the order in which it lists them."""
    for field in fields(record):
        value = getattr(record, field.name)
        stays_out = value is None or value == field.default or (field.name == "active" and value is True)
        if not stays_out:
            yield f"{field.name} = {_value(value)}"


def _calendar(slug: str, terms: CalendarTerms) -> Iterable[str]:
    yield f"slug = {_value(slug)}"
    yield f"timezone = {_value(terms.timezone)}"
    if terms.hours:
        yield f"hours = {_value(terms.hours)}"
    if terms.holidays:
        yield f"holidays = {_value(terms.holidays)}"
    if terms.closed:
        yield f"closed = {_value(terms.closed)}"
    if terms.open:
        yield f"open = {_value([{'date': own.date, 'hours': own.hours} for own in terms.open])}"


def _policy(slug: str, terms: PolicyTerms) -> Iterable[str]:
    yield f"slug = {_value(slug)}"
    yield f"order = {terms.order}"
    match = {
        field.name: found for field in fields(terms.match) if (found := getattr(terms.match, field.name))
    }
    if match:
        yield f"match = {_value(match)}"
    yield f"calendar = {_value(terms.calendar or 'always')}"
    if terms.warn_at:
        yield f"warn_at = {_value(terms.warn_at)}"
    if terms.update_pauses:
        yield "update_pauses = true"
    if terms.targets:
        yield "[policy.targets]"
    for metric, by_priority in terms.targets.items():
        durations = {priority: write_duration(seconds) for priority, seconds in by_priority.items()}
        yield f"{metric} = {_value(durations)}"


def _appeal_window(slug: str, terms: WindowTerms) -> Iterable[str]:
    yield f"slug = {_value(slug)}"
    yield from _plain(slug, terms)


WRITERS: dict[str, Callable[[str, Any], Iterable[str]]] = {
    "calendar": _calendar,
    "policy": _policy,
    "appeal_window": _appeal_window,
}


def _value(value: Any) -> str:
    """One value on one line; JSON writes texts as TOML does, but for one control character."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case date():
            return f'"{value.isoformat()}"'
        case Mapping():
            return f"{{ {', '.join(f'{key} = {_value(held)}' for key, held in value.items())} }}"
        case _:
            return f"[{', '.join(map(_value, value))}]"
