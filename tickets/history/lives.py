"""The lines of one ticket together: what is new in them, and whether they hang together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from supportdesk.instants import write_instant
from tickets.history.entries import BadLine, Entry


@dataclass(frozen=True)
class Known:
    """What was replayed of a ticket before: the digests of its lines, and the time of the last."""

    digests: Sequence[int]
    until: datetime


def fresh_entries(entries: Sequence[Entry], known: Known | None) -> list[Entry]:
    """Those lines of a ticket that were not replayed before, fit to follow on them.

    Raises `BadLine` where the lines are out of order, the ticket is created twice or never, or the file
    tells what was replayed before otherwise.
    """
    for before, entry in pairwise(entries):
        if entry.at < before.at:
            raise bad(entry, "at", f"This lies before line {before.number} of the same ticket.")
        if entry.event == "created":
            raise bad(entry, "event", f"{entry.ref} was created before, in line {entries[0].number}.")
    fresh, missing = sift(entries, known.digests if known is not None else ())
    if not fresh:
        return []
    first = fresh[0]
    if known is None:
        if first.event != "created":
            raise bad(first, "event", f"{first.ref} was not created by any line before.")
        return fresh
    if first.event == "created":
        raise bad(first, "event", f"{first.ref} was replayed before, and created otherwise.")
    if first.at < known.until:
        raise bad(
            first,
            "at",
            f"{first.ref} was replayed before, up to {write_instant(known.until)}; this is older.",
        )
    if missing and entries[0].event == "created":
        raise bad(first, "", f"{first.ref} was replayed before with lines that are not in this file.")
    return fresh


def sift(entries: Iterable[Entry], digests: Iterable[int]) -> tuple[list[Entry], bool]:
    """The entries whose digest is not among these, each counted once; whether digests are left over."""
    left = Counter(digests)
    fresh = []
    for entry in entries:
        if left[entry.digest]:
            left[entry.digest] -= 1
        else:
            fresh.append(entry)
    return fresh, left.total() > 0


def bad(entry: Entry, field: str, detail: str) -> BadLine:
    return BadLine(entry.number, field, detail, entry.ref)
