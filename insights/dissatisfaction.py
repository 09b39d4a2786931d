"""What goes with bad ratings, and why the satisfaction rate moved. No Django.

Drivers are ranked by excess: how many more bad ratings go with a trait than would if it were as common
among the bad as among the good. A change of the rate splits into mix (other tickets than before) and
rate (the same tickets, rated otherwise), which sum to it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Generic, TypeVar

LEAST_CASES: Final = 10
"""Ratings that a trait must go with before it is ranked."""

Trait = TypeVar("Trait", bound=Hashable)
ZERO: Final = Fraction(0)


@dataclass(frozen=True)
class Driver(Generic[Trait]):
    trait: Trait
    bad: int
    good: int
    lift: float | None
    """Share among bad ÷ share among good; None where none of the good has it."""
    excess: float

    @property
    def cases(self) -> int:
        return self.bad + self.good


def driver(trait: Trait, bad: int, good: int, bad_total: int, good_total: int) -> Driver[Trait] | None:
    """One trait among bad and good ratings; None where either side has no ratings at all."""
    if not bad_total or not good_total:
        return None
    lift = Fraction(bad, bad_total) / Fraction(good, good_total) if good else None
    excess = bad - good * Fraction(bad_total, good_total)
    return Driver(trait, bad, good, None if lift is None else float(lift), float(excess))


def ranked_drivers(
    counts: Mapping[Trait, tuple[int, int]], bad_total: int, good_total: int
) -> list[Driver[Trait]]:
    """The traits with at least ten ratings and an excess above nought, the greatest excess first.

    `counts` maps a trait to how many (bad, good) ratings it goes with.
    """
    found = [
        drawn
        for trait, (bad, good) in counts.items()
        if bad + good >= LEAST_CASES
        and (drawn := driver(trait, bad, good, bad_total, good_total)) is not None
        and drawn.excess > 0
    ]
    return sorted(found, key=lambda each: (-each.excess, str(each.trait)))


@dataclass(frozen=True)
class Part(Generic[Trait]):
    """What one segment adds to the change of the whole rate."""

    segment: Trait
    mix: float
    rate: float


@dataclass(frozen=True)
class Split(Generic[Trait]):
    change: float
    mix: float
    rate: float
    parts: tuple[Part[Trait], ...]


def split_change(
    before: Mapping[Trait, tuple[int, int]], now: Mapping[Trait, tuple[int, int]]
) -> Split[Trait] | None:
    """The change of a rate between two periods as mix and rate, by segment; None where a period is empty.

    Each mapping gives, per segment, (good, all). With shares w and rates r of a segment, and R the mean of
    both whole rates: mix is Δw × (mean r − R), rate is Δr × (mean w); over all segments they sum to the
    change. A segment that one period lacks adds to the mix alone.
    """
    all_before, all_now = (sum(cases for _, cases in period.values()) for period in (before, now))
    if not all_before or not all_now:
        return None
    whole_before = Fraction(sum(good for good, _ in before.values()), all_before)
    whole_now = Fraction(sum(good for good, _ in now.values()), all_now)
    middle = (whole_before + whole_now) / 2
    exact = []
    for segment in sorted({*before, *now}, key=str):
        good_then, cases_then = before.get(segment, (0, 0))
        good_now, cases_now = now.get(segment, (0, 0))
        if not cases_then and not cases_now:
            continue
        rate_now = Fraction(good_now, cases_now) if cases_now else Fraction(good_then, cases_then)
        rate_then = Fraction(good_then, cases_then) if cases_then else rate_now
        share_then, share_now = Fraction(cases_then, all_before), Fraction(cases_now, all_now)
        mix = (share_now - share_then) * ((rate_then + rate_now) / 2 - middle)
        exact.append((segment, mix, (rate_now - rate_then) * (share_then + share_now) / 2))
    return Split(
        change=float(whole_now - whole_before),
        mix=float(sum((mix for _, mix, _ in exact), ZERO)),
        rate=float(sum((part for _, _, part in exact), ZERO)),
        parts=tuple(Part(segment, float(mix), float(part)) for segment, mix, part in exact),
    )
