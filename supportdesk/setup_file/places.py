"""On which line of a TOML text a thing stands; Python's reader does not tell.

Only for texts that this reader has accepted: what is scanned here is known to be well formed.
"""

from __future__ import annotations

import re
import tomllib
from typing import Final

KEY_PART: Final = re.compile(r"""\s*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(\.?)""")
STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""+|\'\'\'.*?\'\'\'+|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL
)


class Places:
    """The line of each key of a text: `line_of("policy", 0, "targets", "first_reply")`."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str | int, ...], int] = {}
        self._count: dict[str, int] = {}
        self._scan(text.replace("\r\n", "\n"))

    def line_of(self, *path: str | int) -> int | None:
        """The line of what `path` names, or of the innermost thing around it that has one."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return None

    def _scan(self, text: str) -> None:
        place, table = 0, tuple[str | int, ...]()
        while place < len(text):
            if text[place] in " \t\n":
                place += 1
            elif text[place] == "#":
                place = _end_of_line(text, place)
            elif text[place] == "[":
                table = self._header(text, place)
                place = _end_of_line(text, place)
            else:
                key, after = _key(text, place)
                self._note((*table, *key), text, place)
                place = _end_of_value(text, after)

    def _header(self, text: str, place: int) -> tuple[str | int, ...]:
        doubled = text.startswith("[[", place)
        (first, *rest), _ = _key(text, place + (2 if doubled else 1))
        if doubled and not rest:
            self._count[first] = self._count.get(first, -1) + 1
        head: tuple[str | int, ...] = (first,)
        if first in self._count:
            head = (first, self._count[first])
        table = (*head, *rest)
        self._note((first,), text, place)
        self._note(table, text, place)
        return table

    def _note(self, path: tuple[str | int, ...], text: str, place: int) -> None:
        self._lines.setdefault(path, text.count("\n", 0, place) + 1)


def _key(text: str, place: int) -> tuple[list[str], int]:
    """The parts of a dotted key, and the place after it."""
    parts = []
    while found := KEY_PART.match(text, place):
        quoted, literal, bare, more = found.groups()
        parts.append(tomllib.loads(f'k = "{quoted}"')["k"] if quoted is not None else literal or bare or "")
        place = found.end()
        if not more:
            break
    return parts, place


def _end_of_value(text: str, place: int) -> int:
    """The place after the value that follows a key: the end of the line outside of every bracket."""
    depth = 0
    while place < len(text):
        if found := STRING.match(text, place):
            place = found.end()
            continue
        match text[place]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case "#":
                place = _end_of_line(text, place)
                continue
            case "\n" if depth == 0:
                return place
        place += 1
    return place


def _end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
