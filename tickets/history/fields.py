"""What may stand in the fields of a history's line. A reader gives the value or raises ValueError: why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from supportdesk.instants import EARLIEST, read_instant, write_instant
from supportdesk.locales import tidy_locale
from supportdesk.texts import fault_in_line, fault_in_prose
from tickets.words import (
    BODY_MAX,
    CHANNELS,
    ESCALATION_REASONS,
    EXTERNAL_REF_MAX,
    PENDING_ON,
    PRIORITIES,
    RESOLUTIONS,
    SUBJECT_MAX,
)

Reader = Callable[[Any], Any]

MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MOST_TAGS: Final = 50
SLUG_MAX: Final = 64


def line_of(longest: int, *, empty: bool = False) -> Reader:
    """A text of one line, spaces around it dropped."""

    def read(value: Any) -> str:
        text = a_text(value).strip()
        if fault := fault_in_line(text):
            raise ValueError(fault[1])
        return of_length(text, longest, empty)

    return read


def prose_of(longest: int, *, empty: bool = False) -> Reader:
    """A text of several lines, kept as it is."""

    def read(value: Any) -> str:
        text = a_text(value)
        if fault := fault_in_prose(text):
            raise ValueError(fault[1])
        return of_length(text, longest, empty)

    return read


def one_of(words: Sequence[str]) -> Reader:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"Must be one of: {', '.join(words)}.")
        return value

    return read


def a_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Must be a text.")
    return value


def of_length(text: str, longest: int, empty: bool) -> str:
    if not text.strip() and not empty:
        raise ValueError("Must not be empty.")
    if len(text) > longest:
        raise ValueError(f"Must not have more than {longest:,} characters.")
    return text


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Must be true or false.")
    return value


def locale(value: Any) -> str:
    tag = tidy_locale(a_text(value))
    if tag is None:
        raise ValueError('Must be a BCP 47 language tag such as "pt-BR".')
    return tag


def mail(value: Any) -> str:
    address: str = line_of(254)(value)
    if not MAIL.fullmatch(address):
        raise ValueError("Must be an e-mail address.")
    return address


def tags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_TAGS:
        raise ValueError(f"Must be a list of at most {MOST_TAGS} tags.")
    return tuple(dict.fromkeys(line_of(64)(tag) for tag in value))


def past_instant(now: datetime) -> Reader:
    """A time with its zone, not before the year 2000 and not in the future."""

    def read(value: Any) -> datetime:
        at = read_instant(value) if isinstance(value, str) else None
        if at is None:
            raise ValueError('Must be a time with its zone, such as "2026-03-02T09:00:00Z".')
        if at > now:
            raise ValueError("This time lies in the future.")
        if at < EARLIEST:
            raise ValueError(f"Must not lie before {write_instant(EARLIEST)}.")
        return at

    return read


CREATOR: Final[Mapping[str, Reader]] = {
    "external_id": line_of(128),
    "handle": line_of(120, empty=True),
    "display_name": line_of(200, empty=True),
    "region": line_of(8, empty=True),
    "locale": locale,
    "segment": line_of(40, empty=True),
    "email": mail,
}


def creator(value: Any) -> dict[str, str]:
    """What is said of the creator; `external_id` at least."""
    if not isinstance(value, dict):
        raise ValueError("Must be an object.")
    for name in value:
        if name not in CREATOR:
            raise ValueError(f"Has no field {name!a}; it may have {', '.join(CREATOR)}.")
    if "external_id" not in value:
        raise ValueError("Must have an external_id.")
    facts = {}
    for name, fact in value.items():
        try:
            facts[name] = CREATOR[name](fact)
        except ValueError as wrong:
            raise ValueError(f"{name}: {wrong}") from None
    return facts


slug: Final = line_of(SLUG_MAX)
ref: Final = line_of(EXTERNAL_REF_MAX)
body: Final = prose_of(BODY_MAX)
note: Final = prose_of(BODY_MAX, empty=True)
subject: Final = line_of(SUBJECT_MAX)
channel: Final = one_of(CHANNELS)
priority: Final = one_of(PRIORITIES)
pending_on: Final = one_of(PENDING_ON)
resolution: Final = one_of(RESOLUTIONS)
reason: Final = one_of(ESCALATION_REASONS)
