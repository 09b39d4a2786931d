"""Time at work: handling, occupancy, adherence, shrinkage, the error of a forecast, heads for tickets.

Plain arithmetic of domain.md, "Metrics". Shares lie between 0 and 1, None where there is nothing to divide
by; times of one call are in one unit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


def quotient(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def handle_time(focused: float, handled: int) -> float | None:
    """Focused time ÷ tickets handled."""
    return quotient(focused, handled)


def occupancy(handle: float, available: float) -> float | None:
    return quotient(handle, handle + available)


def utilisation(handle: float, paid: float) -> float | None:
    return quotient(handle, paid)


def adherence(as_scheduled: float, scheduled: float) -> float | None:
    """Time spent as the schedule said ÷ time scheduled."""
    return quotient(as_scheduled, scheduled)


def conformance(worked: float, scheduled: float) -> float | None:
    """Time worked, whenever it was, ÷ time scheduled."""
    return quotient(worked, scheduled)


def shrinkage(unavailable: float, paid: float) -> float | None:
    """Paid time in which nobody could be given work ÷ paid time."""
    return quotient(unavailable, paid)


def heads(base: float, shrinkage: float) -> int:
    """People to plan so that `base` are there: base ÷ (1 − shrinkage), rounded up."""
    if not 0 <= shrinkage < 1:
        raise ValueError("Shrinkage is at least 0 and less than 1.")
    return math.ceil(_exact(base) / (1 - _exact(shrinkage)))


@dataclass(frozen=True)
class ForecastError:
    wape: float | None
    """Σ|A−F| ÷ ΣA."""
    bias: float | None
    """Σ(F−A) ÷ ΣA."""


def forecast_error(actual: Sequence[float], forecast: Sequence[float]) -> ForecastError:
    pairs = list(zip(actual, forecast, strict=True))
    total = sum(actual)
    return ForecastError(
        wape=quotient(sum(abs(was - said) for was, said in pairs), total),
        bias=quotient(sum(said - was for was, said in pairs), total),
    )


@dataclass(frozen=True)
class Work:
    """So many tickets that can be worked on from `arrives` and must be done by `due`, in hours."""

    tickets: float
    due: float
    arrives: float = 0.0


def heads_for_tickets(
    work: Sequence[Work], *, minutes: float, shrinkage: float = 0.0, occupancy: float = 1.0
) -> int:
    """The fewest people who meet every deadline when the earliest due is always taken first.

    `minutes` is the handle time of a ticket. Earliest due first meets all deadlines exactly where no
    stretch is asked for more than it holds: for every arrival and every later deadline, what arrives and is
    due in between fits. Occupancy and shrinkage are then taken off.
    """
    if not 0 < occupancy <= 1:
        raise ValueError("Occupancy is more than 0 and at most 1.")
    busiest = Fraction(0)
    for opens in {each.arrives for each in work}:
        asked = Fraction(0)
        for each in sorted(work, key=lambda each: each.due):
            if each.arrives < opens or not each.tickets:
                continue
            if each.due <= each.arrives:
                raise ValueError("Work is due after it arrives.")
            asked += _exact(each.tickets) * _exact(minutes) / 60
            busiest = max(busiest, asked / (_exact(each.due) - _exact(opens)))
    return math.ceil(busiest / _exact(occupancy) / (1 - _exact(shrinkage))) if busiest else 0


def _exact(number: float) -> Fraction:
    """A decimal as it was written: 0.29, not the nearest double, so that nothing rounds up by accident."""
    return Fraction(repr(number))
