"""One table of a setup file, read field by field; what is wrong is noted, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import available_timezones

from supportdesk.errors import BadInput
from supportdesk.locales import tidy_locale
from supportdesk.setup_file.findings import Findings
from supportdesk.texts import fault_in_line

LONGEST_NAME: Final = 120
LONGEST_SLUG: Final = 64
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Table:
    """`[[kind]]` at its place among those of its kind. A field that is wrong reads as its default."""

    def __init__(self, kind: str, index: int, raw: Mapping[str, Any], findings: Findings, name: str) -> None:
        self.kind, self.index, self.raw, self.findings = kind, index, raw, findings
        self._known: set[str] = set()
        called = raw.get(name)
        self.label = f'{kind} "{called}"' if isinstance(called, str) else f"{kind} number {index + 1}"

    def fault(self, what: str, *path: str | int) -> None:
        self.findings.add(self.kind, self.index, self.label, what, *path)

    def refuse_unknown(self) -> None:
        """Whatever was not asked for is not a field of this kind."""
        for key in self.raw:
            if key not in self._known:
                self.fault(f'"{key}" is not a field of a {self.kind}', key)

    def take(self, key: str) -> Any:
        self._known.add(key)
        return self.raw.get(key)

    def require(self, key: str) -> Any:
        value = self.take(key)
        if value is None:
            self.fault(f"{key} is missing", key)
        return value

    def slug(self, key: str = "slug") -> str:
        """A slug that must be there."""
        value = self.require(key)
        if value is not None and not is_slug(value):
            self.fault(f"{key} must be lower-case letters, digits and single hyphens, at most 64", key)
        return value if isinstance(value, str) else ""

    def reference(self, key: str) -> str | None:
        """The slug of something else, or None."""
        value = self.take(key)
        if value is not None and not isinstance(value, str):
            self.fault(f"{key} must be a text", key)
            return None
        return value

    def line(self, key: str, longest: int = LONGEST_NAME) -> str:
        """A text of one line that must be there."""
        value = self.require(key)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{key} must be a text that is not empty", key)
        elif len(value) > longest:
            self.fault(f"{key} is longer than {longest} characters", key)
        elif wrong := fault_in_line(value):
            self.fault(f"{key}: {wrong[1]}", key)
        return value if isinstance(value, str) else ""

    def choice(self, key: str, words: Sequence[str], default: str | None = None) -> str:
        value = self.take(key) if default is not None else self.require(key)
        if value is None:
            return default or words[0]
        if value not in words:
            self.fault(f"{key} must be one of {', '.join(words)}, not {told(value)}", key)
            return default or words[0]
        return str(value)

    def number(self, key: str, lowest: int, highest: int, default: int | None = None) -> int:
        value = self.take(key) if default is not None else self.require(key)
        if value is None:
            return lowest if default is None else default
        if type(value) is not int or not lowest <= value <= highest:
            self.fault(f"{key} must be a number from {lowest} to {highest}, not {told(value)}", key)
            return lowest if default is None else default
        return value

    def flag(self, key: str) -> bool | None:
        value = self.take(key)
        if value is not None and type(value) is not bool:
            self.fault(f"{key} must be true or false, not {told(value)}", key)
            return None
        return value

    def zone(self, key: str, required: bool = False) -> str:
        value = self.require(key) if required else self.take(key)
        if value is None:
            return "UTC"
        if value not in available_timezones():
            self.fault(f"{key}: {told(value)} is not a time zone", key)
            return "UTC"
        return str(value)

    def texts(self, key: str, read: Callable[[str], str] = str) -> tuple[str, ...]:
        """A list of texts, each once; `read` makes one tidy or raises ValueError saying what is wrong."""
        found: list[str] = []
        for place, value in enumerate(self.items(self.take(key), key)):
            if not isinstance(value, str):
                self.fault(f"{key}: {told(value)} is not a text", key, place)
                continue
            try:
                tidy = read(value)
            except ValueError as wrong:
                self.fault(f"{key}: {wrong}", key, place)
                continue
            if tidy in found:
                self.fault(f"{key} names {told(value)} twice", key, place)
            found.append(tidy)
        return tuple(found)

    def items(self, value: Any, *path: str | int) -> list[Any]:
        """The list that stands here; nothing where it is absent, and a fault where it is no list."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(f"{dotted(path)} must be a list", *path)
            return []
        return value

    def table(self, value: Any, *path: str | int) -> dict[str, Any]:
        """The inline or sub-table that stands here; empty where it is absent."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.fault(f"{dotted(path)} must be a table", *path)
            return {}
        return value

    def day(self, value: Any, *path: str | int) -> date | None:
        """A date, as TOML writes one or as a text."""
        if isinstance(value, str):
            try:
                if DAY.fullmatch(value):
                    return date.fromisoformat(value)
            except ValueError:
                pass
        elif type(value) is date:
            return value
        self.fault(f"{dotted(path)}: {told(value)} is not a date such as 2026-12-24", *path)
        return None

    def check(self, check: Callable[[Any], None], terms: Any) -> None:
        """What `check` refuses is a fault here, unless the field was found faulty already."""
        try:
            check(terms)
        except BadInput as wrong:
            path = wrong.pointer.strip("/").split("/")
            if not self.findings.is_faulty(self.kind, self.index, path[0]):
                self.fault(f"{'.'.join(path)}: {wrong.detail.rstrip('.')}", *path)


def is_slug(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_SLUG and SLUG.fullmatch(value) is not None


def read_locale(text: str) -> str:
    """The language tag in its usual spelling; ValueError where it is none."""
    tidy = tidy_locale(text)
    if tidy is None:
        raise ValueError(f"{told(text)} is not a language tag such as pt or pt-BR")
    return tidy


def one_of(words: Iterable[str]) -> Callable[[str], str]:
    """A reader that takes only these words."""
    known = tuple(words)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"{told(text)} is not one of {', '.join(known)}")
        return text

    return read


def told(value: Any) -> str:
    """A value as a sentence shows it, not at full length."""
    text = (
        f'"{value}"' if isinstance(value, str) else str(value).lower() if type(value) is bool else str(value)
    )
    return text if len(text) <= 80 else f"{text[:77]}..."


def dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path if isinstance(part, str))
