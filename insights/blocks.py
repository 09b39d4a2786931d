"""A report as a page shows it: blocks of numbers, each with the bars of its chart and the rows of its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from insights.definitions import DEFINITIONS
from insights.wording import HEADLINES, Told, interval_of, of_how_many, part_of, points, title, value_of

Placed = tuple[int, Told]
"""A number with its place in the report."""
Address = Callable[[int, Told], str]
"""Where the tickets of a number are shown."""

MOST_BARS: Final = 12
BAR: Final = 44
"""Pixels that a bar takes with its label."""


@dataclass(frozen=True)
class Bar:
    label: str
    shown: str
    width: str
    """Per cent of the chart, as SVG takes it."""
    top: int
    interval: tuple[str, str] | None = None

    @property
    def text_top(self) -> int:
        return self.top + 16

    @property
    def bar_top(self) -> int:
        return self.top + 24

    @property
    def middle(self) -> int:
        return self.top + 29


@dataclass(frozen=True)
class Row:
    label: str
    shown: str
    interval: str
    cases: str
    url: str
    settles_at: datetime | None
    extra: str = ""


@dataclass(frozen=True)
class Block:
    """One subject: its definition, its chart (or none) and its table."""

    name: str
    key: str
    title: str
    rows: Sequence[Row]
    finer_rows: Sequence[Row]
    """The parts by more than one fact, which a page keeps folded."""
    bars: Sequence[Bar]
    extra_title: str = ""

    @property
    def height(self) -> int:
        return BAR * len(self.bars)

    @property
    def has_cases(self) -> bool:
        return any(row.cases for row in (*self.rows, *self.finer_rows))

    @property
    def tables(self) -> list[tuple[bool, Sequence[Row]]]:
        """The tables of the block, each with whether it is folded."""
        return [(folded, rows) for folded, rows in ((False, self.rows), (True, self.finer_rows)) if rows]


@dataclass(frozen=True)
class Tile:
    title: str
    key: str
    row: Row


def blocks(numbers: Sequence[Placed], address: Address) -> list[Block]:
    """The numbers grouped by subject, in the order in which the report tells them."""
    groups: dict[str, list[Placed]] = {}
    for place, number in numbers:
        groups.setdefault(group_of(number), []).append((place, number))
    return [block(name, group, address) for name, group in groups.items()]


def group_of(number: Told) -> str:
    return f"ageing-{number['part']['since']}" if number["key"] == "ageing" else str(number["key"])


def block(name: str, group: Sequence[Placed], address: Address) -> Block:
    key = str(group[0][1]["key"])
    heading = title(key)
    if key == "ageing":
        heading = f"{heading}, {part_of({'since': group[0][1]['part']['since']})}"
    return Block(
        name=name,
        key=key,
        title=heading,
        rows=[row(place, number, address) for place, number in group if not is_fine(number)],
        finer_rows=[row(place, number, address) for place, number in group if is_fine(number)],
        bars=bars([number for _, number in group]),
        extra_title={"driver": _("Lift"), "csat_change": _("Mix and rate")}.get(key, ""),
    )


def row(place: int, number: Told, address: Address) -> Row:
    settles_at = number["settles_at"]
    return Row(
        label=label_of(number),
        shown=value_of(number),
        interval=interval_of(number),
        cases=of_how_many(number),
        url=address(place, number),
        settles_at=datetime.fromisoformat(settles_at) if settles_at else None,
        extra=extra_of(number),
    )


def label_of(number: Told) -> str:
    part = number["part"]
    if number["key"] == "ageing":
        part = {"bucket": part["bucket"]}
    return part_of(part) or _("All")


def extra_of(number: Told) -> str:
    detail: Mapping[str, Any] = number["detail"]
    if number["key"] == "driver":
        return _("none of the good") if detail["lift"] is None else f"{detail['lift']:.1f}"
    if number["key"] == "csat_change" and "mix" in detail:
        return f"{points(detail['mix'])}, {points(detail['rate'])}"
    return ""


def bars(numbers: Sequence[Told]) -> list[Bar]:
    """The chart of a group: shares of the whole width, counts of the greatest; none for signed values."""
    shown = [number for number in numbers if number["value"] is not None and is_charted(number)][:MOST_BARS]
    unit = DEFINITIONS[numbers[0]["key"]].unit
    if unit == "points" or len(shown) < 2:
        return []
    greatest = 1.0 if unit == "share" else max(number["value"] for number in shown) or 1.0
    return [
        Bar(
            label=label_of(number),
            shown=value_of(number),
            width=f"{max(100 * number['value'] / greatest, 0):.2f}%",
            top=BAR * place,
            interval=ends_of(number) if unit == "share" else None,
        )
        for place, number in enumerate(shown)
    ]


def is_fine(number: Told) -> bool:
    """Whether a number is about a part by more facts than one; ageing and drivers always name two."""
    return len(number["part"]) > 1 and number["key"] not in ("ageing", "driver")


def is_charted(number: Told) -> bool:
    """A chart shows the whole and what it is parted into by one fact; of volume, channels and languages."""
    if number["key"] == "volume":
        return set(number["part"]) in ({"channel"}, {"language"})
    return not is_fine(number)


def ends_of(number: Told) -> tuple[str, str] | None:
    if not number["interval"]:
        return None
    low, high = number["interval"]
    return f"{100 * low:.2f}%", f"{100 * high:.2f}%"


def tiles(numbers: Sequence[Placed], address: Address) -> list[Tile]:
    """The few numbers that stand first, of those there are."""
    by_place = {(each["key"], tuple(sorted(each["part"].items()))): (place, each) for place, each in numbers}
    found = []
    for key, part in HEADLINES:
        placed = by_place.get((key, tuple(sorted(part.items()))))
        if placed is not None:
            place, number = placed
            about = part_of(number["part"])
            name = f"{title(key)}: {about}" if about else title(key)
            found.append(Tile(title=name, key=key, row=row(place, number, address)))
    return found
