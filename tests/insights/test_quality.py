"""Quality score and agreement, by the worked numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.quality import Category, cohen_kappa, krippendorff_alpha, quality_score

WORKED = [Category(40, 1), Category(20, 0.5), Category(15, 1), Category(15, 0), Category(10, None)]


def test_worked_quality_score() -> None:
    found = quality_score(WORKED)
    assert found is not None
    assert round(100 * found, 1) == 72.2


def test_a_failed_critical_category_fails_the_whole() -> None:
    assert quality_score([*WORKED, Category(1, 0, critical=True)]) == 0
    assert quality_score([*WORKED, Category(1, None, critical=True)]) == quality_score(WORKED)
    assert quality_score([*WORKED, Category(1, 0.5, critical=True)]) != 0


def test_nothing_rated_is_no_data() -> None:
    assert quality_score([Category(10, None)]) is None
    assert cohen_kappa({}) is None
    assert cohen_kappa({("yes", "yes"): 9}) is None
    assert krippendorff_alpha([["a"], []]) is None
    assert krippendorff_alpha([["a", "a"], ["a", "a"]]) is None


def test_worked_kappa() -> None:
    table = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    assert cohen_kappa(table) == pytest.approx(0.40)


def test_published_alpha() -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: nominal 0.743, interval 0.849."""
    raters = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[mark for mark in unit if mark is not None] for unit in zip(*raters, strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=5e-4)
    interval = krippendorff_alpha(units, distance=lambda one, other: float((one - other) ** 2))
    assert interval == pytest.approx(0.849, abs=5e-4)


@given(st.lists(st.tuples(*[st.sampled_from("abc")] * 2), min_size=2))
def test_agreement_is_at_most_complete(pairs: list[tuple[str, str]]) -> None:
    table = {pair: pairs.count(pair) for pair in pairs}
    kappa, alpha = cohen_kappa(table), krippendorff_alpha(pairs)
    same = all(one == other for one, other in pairs)
    assert kappa is None or kappa <= 1
    assert alpha is None or (alpha == 1) == same
