"""Rates with their intervals, percentiles, and whether a difference is more than noise. No Django.

Intervals are at 95 %. Sources: Wilson, J. Am. Stat. Assoc. 22 (1927) 209; Newcombe, Stat. Med. 17 (1998)
873, method 10; the comparison of two Poisson counts given their total as in Przyborowski and Wilenski,
Biometrika 31 (1940) 313, with Wilson's interval for the share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

Z: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution: two sides at 95 %."""
SHOWN_BELOW: Final = 400
"""Cases under which a rate is shown with its interval."""

Value = TypeVar("Value", int, float)


@dataclass(frozen=True)
class Interval:
    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def rate(part: int, whole: int) -> float | None:
    """part ÷ whole, between 0 and 1; None ("no data") where nothing was counted."""
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share.")
    return part / whole if whole else None


def wilson(part: int, whole: int) -> Interval | None:
    """Wilson's score interval of a rate; None where nothing was counted."""
    share = rate(part, whole)
    if share is None:
        return None
    square = Z * Z / whole
    centre = (share + square / 2) / (1 + square)
    reach = Z / (1 + square) * math.sqrt(share * (1 - share) / whole + square / (4 * whole))
    return Interval(
        0.0 if part == 0 else max(0.0, centre - reach), 1.0 if part == whole else min(1.0, centre + reach)
    )


def shown_interval(part: int, whole: int) -> Interval | None:
    """The interval that a page prints beside a rate: under 400 cases, and only where there are any."""
    return wilson(part, whole) if whole < SHOWN_BELOW else None


def nearest_rank(values: Sequence[Value], percent: float) -> Value | None:
    """The smallest value such that at least `percent` per cent are no greater; None of no values."""
    if not 0 < percent <= 100:
        raise ValueError(f"There is no {percent}th percentile.")
    if not values:
        return None
    return sorted(values)[max(1, math.ceil(percent * len(values) / 100)) - 1]


@dataclass(frozen=True)
class Difference:
    """A change between two periods with its interval; noise where the interval holds "no change"."""

    change: float
    interval: Interval
    is_more_than_noise: bool


def difference_of_rates(part: int, whole: int, part_before: int, whole_before: int) -> Difference | None:
    """Rate now minus rate before, with Newcombe's interval; None where either has no cases."""
    now, before = rate(part, whole), rate(part_before, whole_before)
    about, about_before = wilson(part, whole), wilson(part_before, whole_before)
    if now is None or before is None or about is None or about_before is None:
        return None
    change = now - before
    interval = Interval(
        change - math.hypot(now - about.low, about_before.high - before),
        change + math.hypot(about.high - now, before - about_before.low),
    )
    return Difference(change, interval, not interval.holds(0))


def difference_of_counts(count: int, count_before: int) -> Difference | None:
    """The relative change of a count (0.2: a fifth more), each taken as Poisson; None from nothing.

    Given both together, the later is binomial with one half where nothing changed; the interval of that
    share is Wilson's, turned into a ratio. From zero the change is infinite.
    """
    share = wilson(count, count + count_before)
    if share is None:
        return None
    ratio = count / count_before if count_before else math.inf
    high = math.inf if share.high == 1 else share.high / (1 - share.high) - 1
    interval = Interval(share.low / (1 - share.low) - 1 if share.low < 1 else math.inf, high)
    return Difference(ratio - 1, interval, not share.holds(0.5))
