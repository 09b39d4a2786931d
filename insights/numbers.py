"""A number of a report: what it is, what it was counted from, and how sure it is. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from insights.statistics import Interval, rate, shown_interval
from supportdesk.instants import write_instant

Part = Mapping[str, str | int]
WHOLE: Part = {}


@dataclass(frozen=True)
class Number:
    """One number, by its key in the definitions and the part of the line that it is about.

    A share has a numerator and a denominator, and an interval where the cases are few; a plain count has its
    numerator alone; what is neither (an excess, a median) says so in `detail`. `value` is None where nothing
    could be counted: "no data". `settles_at` is when a number that looks past its span can change no more.
    """

    key: str
    part: Part = field(default_factory=dict)
    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    interval: Interval | None = None
    settles_at: datetime | None = None
    detail: Mapping[str, float | str | None] = field(default_factory=dict)

    @property
    def place(self) -> tuple[Any, ...]:
        """What two numbers are compared by."""
        return self.key, tuple(sorted((name, str(value)) for name, value in self.part.items()))

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "part": dict(self.part),
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "interval": [self.interval.low, self.interval.high] if self.interval else None,
            "settles_at": write_instant(self.settles_at) if self.settles_at else None,
            "detail": dict(self.detail),
        }


@dataclass(frozen=True)
class Found:
    """A number with the tickets that it counted: those of the numerator, and the rest of the denominator."""

    number: Number
    counted: tuple[int, ...] = ()
    others: tuple[int, ...] = ()


def share(key: str, part: Part, amount: int, whole: int, settles_at: datetime | None = None) -> Number:
    """A rate; "no data" where there is no whole."""
    return Number(
        key=key,
        part=part,
        value=rate(amount, whole),
        numerator=amount,
        denominator=whole,
        interval=shown_interval(amount, whole),
        settles_at=settles_at,
    )


def count(key: str, part: Part, amount: int) -> Number:
    return Number(key=key, part=part, value=amount, numerator=amount)
