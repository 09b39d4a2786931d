"""A strict reader of JSON bodies: UTF-8, one object, nothing that JSON or the desk cannot keep.

A wrong body raises `BadInput` at the deepest field that is known to be wrong.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from email.message import Message
from typing import IO, Any, Final, NamedTuple

from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from supportdesk.errors import BadInput
from supportdesk.rest.problems import TOO_LARGE, Problem, escaped
from supportdesk.texts import NUL_OR_SURROGATE

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of an ordinary body."""
DEEPEST: Final = 16
LONGEST_NAME: Final = 200
LARGEST_NUMBER: Final = 2**63 - 1


class Fault(NamedTuple):
    """Stands in a parsed body where something is wrong, until the walk finds it and knows its pointer.

    `name` is the member that is wrong where the fault is an object's.
    """

    code: str
    detail: str
    name: str | None = None


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        refuse_other_charset(media_type or self.media_type)
        return read_object(read_bytes(stream, LARGEST))


def refuse_other_charset(media_type: str) -> None:
    message = Message()
    message["Content-Type"] = media_type
    charset = message.get_param("charset", "utf-8")
    if str(charset).lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(media_type, detail="JSON is read as UTF-8 only.")


def read_bytes(stream: IO[Any], largest: int) -> bytes:
    """The whole body, or 413 once it is known to be larger than `largest` bytes."""
    body: bytes = stream.read(largest + 1)
    if len(body) > largest:
        raise Problem(TOO_LARGE, f"The body may have {largest:,} bytes at most.")
    return body


def read_object(body: bytes) -> dict[str, Any]:
    """The object that the bytes hold; an empty body reads as an empty object."""
    if not body.strip():
        return {}
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("", f"The body is not UTF-8 (byte {error.start}).", "invalid_encoding") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=read_members,
            parse_int=read_whole_number,
            parse_float=read_fraction,
            parse_constant=refuse_constant,
        )
    except json.JSONDecodeError as error:
        detail = f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        raise BadInput("", detail, "invalid_json") from None
    except RecursionError:
        raise BadInput("", f"The body is nested deeper than {DEEPEST} levels.", "too_deep") from None
    refuse_faults(value, "", 1)
    if not isinstance(value, dict):
        raise BadInput("", "The body must be a JSON object.", "not_an_object")
    return value


def read_members(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Fault:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    doubled = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return Fault("duplicate", "This field is given twice.", doubled)


def read_whole_number(text: str) -> int | Fault:
    if len(text) > len(str(LARGEST_NUMBER)) + 1 or abs(int(text)) > LARGEST_NUMBER:
        return Fault("out_of_range", "This number is too large.")
    return int(text)


def read_fraction(text: str) -> float | Fault:
    number = float(text)
    return number if math.isfinite(number) else Fault("out_of_range", "This number is too large.")


def refuse_constant(text: str) -> Fault:
    return Fault("invalid", f"{text} is not a number that JSON knows.")


def refuse_faults(value: Any, pointer: str, depth: int) -> None:
    """Walk the body in order and raise at the first fault."""
    if isinstance(value, str):
        if NUL_OR_SURROGATE.search(value):
            detail = "NUL characters and lone surrogates are not allowed."
            raise BadInput(pointer, detail, "invalid_characters")
    elif isinstance(value, Fault):
        if value.name is not None:
            refuse_name(value.name, pointer)
            pointer = f"{pointer}/{escaped(value.name)}"
        raise BadInput(pointer, value.detail, value.code)
    elif isinstance(value, (dict, list)):
        if depth > DEEPEST:
            raise BadInput(pointer, f"The body is nested deeper than {DEEPEST} levels.", "too_deep")
        for name, inner in steps_into(value):
            if isinstance(name, str):
                refuse_name(name, pointer)
            refuse_faults(inner, f"{pointer}/{escaped(name)}", depth + 1)


def steps_into(value: dict[str, Any] | list[Any]) -> Iterable[tuple[object, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value)


def refuse_name(name: str, pointer: str) -> None:
    """A member whose name cannot be written into an answer is reported at the object that holds it."""
    if len(name) > LONGEST_NAME:
        raise BadInput(pointer, "A field's name is too long.", "unknown_field")
    if NUL_OR_SURROGATE.search(name):
        detail = "A field's name contains NUL characters or lone surrogates."
        raise BadInput(pointer, detail, "invalid_characters")
