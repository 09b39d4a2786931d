"""One line of a history: its event, whom it is by, what it says. Source: setup-files.md, "The history"."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from tickets.history import fields
from tickets.history.fields import Reader


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that is right as far as one can tell from it alone."""

    number: int
    at: datetime
    ref: str
    event: str
    by: str | None
    facts: Mapping[str, Any]
    digest: int
    """64 bits of what the line says, however it is spelled; tells a line that was replayed before."""


class BadLine(Exception):
    """A line that cannot be replayed, `field` naming what is wrong in it where it is one field.

    `ref` is the ticket that is held back, where the line tells.
    """

    def __init__(self, number: int, field: str, detail: str, ref: str | None = None) -> None:
        super().__init__(f"line {number}: {field}: {detail}" if field else f"line {number}: {detail}")
        self.number = number
        self.field = field
        self.detail = detail
        self.ref = ref


@dataclass(frozen=True)
class Form:
    """The fields of an event beside `at`, `ref`, `event` and `by`."""

    required: Mapping[str, Reader]
    optional: Mapping[str, Reader]
    by_required: bool = False


def form(
    *, by_required: bool = False, optional: Mapping[str, Reader] | None = None, **required: Reader
) -> Form:
    return Form(required, optional or {}, by_required)


FORMS: Final[Mapping[str, Form]] = {
    "created": form(
        channel=fields.channel,
        lob=fields.slug,
        subject=fields.subject,
        body=fields.body,
        creator=fields.creator,
        optional={
            "queue": fields.slug,
            "priority": fields.priority,
            "locale": fields.locale,
            "tags": fields.tags,
        },
    ),
    "claim": form(by_required=True),
    "release": form(),
    "assign": form(assignee=fields.slug),
    "reply": form(body=fields.body, optional={"pend": fields.truth}),
    "note": form(body=fields.body),
    "creator_message": form(body=fields.body),
    "pend": form(on=fields.pending_on),
    "resume": form(),
    "escalate": form(reason=fields.reason, note=fields.note, optional={"queue": fields.slug}),
    "return": form(note=fields.note),
    "transfer": form(queue=fields.slug, note=fields.note),
    "priority": form(priority=fields.priority),
    "resolve": form(optional={"resolution": fields.resolution}),
    "reopen": form(),
    "close": form(),
    "spam": form(),
    "merge": form(into=fields.ref),
}
HEAD: Final = ("at", "ref", "event", "by")

REF_IN_RUBBLE: Final = re.compile(rb'"ref"\s*:\s*("(?:[^"\\]|\\.){1,400}")')


def read_entry(raw: bytes, number: int, now: datetime) -> Entry:
    """The entry that a line holds; raises `BadLine` at the first field that is wrong."""
    value = read_object(raw, number)
    field = "ref"
    known_ref: str | None = None
    try:
        known_ref = fields.ref(value.get("ref")) if "ref" in value else missing()
        field = "event"
        event = fields.one_of(tuple(FORMS))(value["event"]) if "event" in value else missing()
        field = "at"
        at = fields.past_instant(now)(value["at"]) if "at" in value else missing()
        wanted = FORMS[event]
        field = "by"
        by = fields.slug(value["by"]) if "by" in value else None
        if by is None and wanted.by_required:
            missing()
        readers = {**wanted.required, **wanted.optional}
        facts = {}
        for field in value:
            if field not in HEAD:
                facts[field] = readers[field](value[field]) if field in readers else unknown(event, readers)
        for field in wanted.required:
            if field not in value:
                missing()
    except ValueError as wrong:
        raise BadLine(number, printable(field), str(wrong), known_ref) from None
    return Entry(number, at, known_ref, event, by, facts, digest_of(value))


def read_object(raw: bytes, number: int) -> dict[str, Any]:
    """The JSON object of a line, each name once; NUL, lone surrogates and their kin are for the fields."""
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=members, parse_constant=no_constant)
    except RecursionError:
        raise BadLine(number, "", "This is nested too deep.", ref_in(raw)) from None
    except UnicodeDecodeError as wrong:
        raise BadLine(number, "", f"This is not UTF-8 (byte {wrong.start + 1}).", ref_in(raw)) from None
    except json.JSONDecodeError as wrong:
        raise BadLine(
            number, "", f"This is not JSON: {wrong.msg} (column {wrong.colno}).", ref_in(raw)
        ) from None
    except ValueError as wrong:
        raise BadLine(number, "", str(wrong), ref_in(raw)) from None
    if not isinstance(value, dict):
        raise BadLine(number, "", "This is not a JSON object.")
    return value


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    together = dict(pairs)
    if len(together) != len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for place, name in enumerate(names) if name in names[:place])
        raise ValueError(f"The field {printable(doubled)} is given twice.")
    return together


def no_constant(text: str) -> None:
    raise ValueError(f"{text} is no number that JSON knows.")


def missing() -> Any:
    raise ValueError("This is missing.")


def unknown(event: str, readers: Mapping[str, Reader]) -> Any:
    listed = ", ".join((*HEAD, *readers))
    raise ValueError(f"There is no such field in {event}; it may have {listed}.")


def printable(name: str) -> str:
    """A field's name fit to stand in a message, however odd it is."""
    return name if name.isprintable() and len(name) <= 64 else f"{name[:64]!a}"


def ref_in(raw: bytes) -> str | None:
    """The reference in a line that cannot be read, so that its ticket is held back all the same."""
    found = REF_IN_RUBBLE.search(raw)
    if found is None:
        return None
    try:
        text: str = fields.ref(json.loads(found[1].decode("utf-8")))
    except ValueError:
        return None
    return text


def digest_of(value: Mapping[str, Any]) -> int:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(blake2b(text.encode("ascii"), digest_size=8).digest(), "big", signed=True)
