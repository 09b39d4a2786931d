"""What is wrong with a setup file: each fault once, at the thing and at its line."""

from __future__ import annotations

from dataclasses import dataclass

from supportdesk.errors import DeskError
from supportdesk.setup_file.places import Places


@dataclass(frozen=True)
class Fault:
    """`policy "rewards": calendar "la-weekdayz" is not defined`, and the line that says so."""

    what: str
    line: int | None = None

    def told(self, file: str) -> str:
        """The whole sentence: `org.toml: policy "rewards": … (line 41)`."""
        return f"{file}: {self.what}" + (f" (line {self.line})" if self.line is not None else "")


class SetupRefused(DeskError):
    """Nothing of this file was applied; every fault that was found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(fault.what for fault in faults))
        self.faults = faults


class Findings:
    """Faults as they are found, by the thing's kind and its place among those of its kind."""

    def __init__(self, places: Places) -> None:
        self.faults: list[Fault] = []
        self._places = places
        self._index: dict[tuple[str, str], int] = {}
        self._faulty: set[tuple[str | int, ...]] = set()

    def name(self, kind: str, index: int, slug: str) -> None:
        """From now on `slug` means the thing at this place; the first of a name keeps it."""
        self._index.setdefault((kind, slug), index)

    def names(self, kind: str, slug: str) -> bool:
        return (kind, slug) in self._index

    def add(self, kind: str, index: int, label: str, what: str, *path: str | int) -> None:
        """A fault of what `path` names in the thing, unless one was found there already."""
        if path and (kind, index, *path) in self._faulty:
            return
        self._faulty |= {(kind, index, *path), (kind, index, *path[:1])}
        self.faults.append(Fault(f"{label}: {what}", self._places.line_of(kind, index, *path)))

    def is_faulty(self, kind: str, index: int, field: str) -> bool:
        return (kind, index, field) in self._faulty

    def add_to(self, kind: str, slug: str, what: str, *path: str | int) -> None:
        """A fault of the thing that the file calls `slug`, unless that field was found faulty already."""
        index = self._index[kind, slug]
        if not path or not self.is_faulty(kind, index, str(path[0])):
            self.add(kind, index, f'{kind} "{slug}"', what, *path)

    def add_loose(self, what: str, *path: str | int) -> None:
        """A fault of the file as such."""
        self.faults.append(Fault(what, self._places.line_of(*path)))

    def in_order(self) -> list[Fault]:
        """From the top of the file down."""
        return sorted(self.faults, key=lambda fault: fault.line or 0)
