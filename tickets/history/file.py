"""The file of a history, however long: read once to learn where each ticket's lines stand, then by ticket.

What stays in memory is twelve bytes a line and a reference a ticket.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from tickets.history.entries import BadLine, Entry, ref_in

LONGEST_LINE: Final = 1024 * 1024
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

Read = Callable[[bytes, int], Entry]


class HistoryFile:
    """`read` makes an entry of a line and its number or raises `BadLine`; `file` can be sought in.

    First `survey`, then `groups` of tickets, whose `entries` are read again.
    """

    def __init__(self, file: BinaryIO, read: Read) -> None:
        self.held_back: set[str] = set()
        """The tickets with a bad line."""
        self.lines = 0
        self._file = file
        self._read = read
        self._offsets = array("Q")
        self._before = array("I")
        """The number of the line before of the same ticket; 0 for none."""
        self._last: dict[str, int] = {}
        self._joined: dict[str, str] = {}

    def survey(self) -> Iterator[BadLine]:
        """Go through the file once; what is wrong with single lines, in their order."""
        self._file.seek(0)
        while raw := self._file.readline(LONGEST_LINE + 1):
            offset = self._file.tell() - len(raw)
            if len(raw) > LONGEST_LINE:
                self._skip_line(raw)
            self._offsets.append(offset)
            self._before.append(0)
            if not raw.strip():
                continue
            self.lines += 1
            number = len(self._offsets)
            try:
                entry = self._entry(raw, number)
            except BadLine as bad:
                if bad.ref is not None:
                    self._place(bad.ref, number)
                    self.held_back.add(bad.ref)
                yield bad
                continue
            self._place(entry.ref, number)
            if entry.event == "merge":
                self._join(entry.ref, entry.facts["into"])

    def groups(self, lines: int) -> Iterator[list[list[str]]]:
        """Tickets by the first line of each, those that merge together; so many that they have `lines` lines.

        Those that are held back are left out.
        """
        companies: dict[str, list[str]] = {}
        for ref in self._joined:
            companies.setdefault(self._root(ref), []).append(ref)
        group: list[list[str]] = []
        gathered = 0
        for ref in self._last:
            company = companies.pop(self._root(ref), None) if ref in self._joined else [ref]
            present = [each for each in company or () if each in self._last and each not in self.held_back]
            if not present:
                continue
            group.append(present)
            gathered += sum(1 for each in present for _ in self._numbers(each))
            if gathered >= lines:
                yield group
                group, gathered = [], 0
        if group:
            yield group

    def entries(self, ref: str) -> list[Entry]:
        """The lines of one ticket, in file order; raises `BadLine` where the file has changed meanwhile."""
        found = []
        for number in reversed(list(self._numbers(ref))):
            self._file.seek(self._offsets[number - 1])
            found.append(self._entry(self._file.readline(LONGEST_LINE + 1), number))
        return found

    def _entry(self, raw: bytes, number: int) -> Entry:
        if len(raw) > LONGEST_LINE:
            raise BadLine(number, "", f"This is longer than {LONGEST_LINE:,} bytes.", ref_in(raw))
        return self._read(raw.removeprefix(BYTE_ORDER_MARK) if number == 1 else raw, number)

    def _numbers(self, ref: str) -> Iterator[int]:
        """The numbers of a ticket's lines, the last first."""
        number = self._last[ref]
        while number:
            yield number
            number = self._before[number - 1]

    def _place(self, ref: str, number: int) -> None:
        self._before[number - 1] = self._last.get(ref, 0)
        self._last[ref] = number

    def _skip_line(self, raw: bytes) -> None:
        while raw and not raw.endswith(b"\n"):
            raw = self._file.readline(LONGEST_LINE)

    def _join(self, ref: str, other: str) -> None:
        self._joined.setdefault(ref, ref)
        self._joined.setdefault(other, other)
        self._joined[self._root(ref)] = self._root(other)

    def _root(self, ref: str) -> str:
        while (other := self._joined[ref]) != ref:
            self._joined[ref] = self._joined[other]
            ref = other
        return ref
