"""The quality score of a rated conversation, and how far two or more raters agree. No Django.

Sources: Cohen, Educ. Psychol. Meas. 20 (1960) 37; Krippendorff, Content Analysis (2004), chapter 11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Mark = TypeVar("Mark", bound=Hashable)


@dataclass(frozen=True)
class Category:
    """One line of a scorecard: its weight, its score from 0 to 1 (None: not applicable)."""

    weight: float
    score: float | None
    critical: bool = False


def quality_score(categories: Iterable[Category]) -> float | None:
    """Σ weight × score ÷ Σ weight over what was rated; 0 where a critical category failed; else None."""
    rated = [(each.weight, each.score, each.critical) for each in categories if each.score is not None]
    if any(critical and score == 0 for _, score, critical in rated):
        return 0.0
    weights = sum(weight for weight, _, _ in rated)
    return sum(weight * score for weight, score, _ in rated) / weights if weights else None


def cohen_kappa(table: Mapping[tuple[Mark, Mark], int]) -> float | None:
    """Agreement of two raters beyond chance, from how often each pair of marks was given.

    None where nothing was rated, or where both gave one and the same mark throughout.
    """
    total = sum(table.values())
    if not total:
        return None
    first: Counter[Mark] = Counter()
    second: Counter[Mark] = Counter()
    for (one, other), cases in table.items():
        first[one] += cases
        second[other] += cases
    agreed = sum(cases for (one, other), cases in table.items() if one == other) / total
    by_chance = sum(first[mark] * second[mark] for mark in first) / total**2
    return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def differ(one: object, other: object) -> float:
    """The distance of nominal marks: 0 where they are the same, else 1."""
    return 0.0 if one == other else 1.0


def krippendorff_alpha(
    units: Iterable[Sequence[Mark]], distance: Callable[[Mark, Mark], float] = differ
) -> float | None:
    """Agreement of any number of raters on units of which some may lack marks.

    Units with fewer than two marks say nothing. `distance` is already squared: 0 or 1 for nominal marks,
    (a − b)² for interval ones. None where no two marks can be compared or all are the same.
    """
    compared = [list(marks) for marks in units if len(marks) >= 2]
    marks = [mark for unit in compared for mark in unit]
    observed = sum(
        sum(distance(one, other) for one in unit for other in unit) / (len(unit) - 1) for unit in compared
    )
    counts = Counter(marks)
    expected = sum(
        counts[one] * counts[other] * distance(one, other) for one in counts for other in counts
    ) / max(len(marks) - 1, 1)
    return None if not expected else 1 - observed / expected
