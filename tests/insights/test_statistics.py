"""Rates, intervals, percentiles and differences: the worked numbers of the domain, and their laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.statistics import (
    difference_of_counts,
    difference_of_rates,
    nearest_rank,
    rate,
    shown_interval,
    wilson,
)

WORKED_RATES = [
    # name, part, whole, per cent
    ("attainment", 180, 180 + 15 + 5, 90.0),
    ("first-contact resolution", 70 - 6, 100, 64.0),
    ("reopen rate", 20 + 5, 250, 10.0),
    ("escalation rate", 130, 1000, 13.0),
    ("return rate", 10, 130, 7.7),
    ("CSAT", 40 + 25, 40 + 25 + 10 + 5 + 20, 65.0),
    ("response rate", 100, 680 - 40, 15.6),
]


@pytest.mark.parametrize(("name", "part", "whole", "percent"), WORKED_RATES)
def test_worked_rates(name: str, part: int, whole: int, percent: float) -> None:
    found = rate(part, whole)
    assert found is not None
    assert round(100 * found, 1) == percent


def test_worked_interval_of_csat() -> None:
    found = wilson(65, 100)
    assert found is not None
    assert (round(100 * found.low, 1), round(100 * found.high, 1)) == (55.3, 73.6)


def test_no_cases_are_no_data() -> None:
    assert rate(0, 0) is None
    assert wilson(0, 0) is None
    assert shown_interval(0, 0) is None
    assert nearest_rank([], 90) is None
    assert difference_of_rates(0, 0, 1, 2) is None
    assert difference_of_rates(1, 2, 0, 0) is None
    assert difference_of_counts(0, 0) is None


def test_interval_is_shown_under_400_cases() -> None:
    assert shown_interval(300, 399) is not None
    assert shown_interval(300, 400) is None


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3)])
def test_no_share_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        rate(part, whole)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([2, 3, 8, 30, 200], 50, 8),
        ([2, 3, 8, 30, 200], 90, 200),
        ([200, 2, 30, 3, 8], 50, 8),
        ([1, 2, 3, 4], 50, 2),
        ([1, 2, 3, 4], 100, 4),
        ([7], 1, 7),
        (list(range(1, 11)), 90, 9),
    ],
)
def test_nearest_rank(values: list[int], percent: float, expected: int) -> None:
    assert nearest_rank(values, percent) == expected


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_percentile_that_is_none_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        nearest_rank([1], percent)


@given(st.integers(1, 5000), st.data())
def test_wilson_holds_the_rate_and_mirrors(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found, mirrored = wilson(part, whole), wilson(whole - part, whole)
    assert found is not None
    assert mirrored is not None
    assert 0 <= found.low <= part / whole <= found.high <= 1
    assert math.isclose(found.low, 1 - mirrored.high, abs_tol=1e-12)


@given(st.lists(st.integers(-50, 50), min_size=1), st.floats(0.1, 100))
def test_nearest_rank_is_the_smallest_that_covers(values: list[int], percent: float) -> None:
    found = nearest_rank(values, percent)
    assert found in values
    covered = sum(value <= found for value in values) / len(values)
    below = sum(value < found for value in values) / len(values)
    assert covered >= percent / 100 - 1e-12
    assert below < percent / 100


def test_difference_of_rates_against_published_intervals() -> None:
    """Newcombe (1998), table II, cases (a) 56/70 against 48/80 and (b) 9/10 against 3/10, method 10."""
    for part, whole, part_before, whole_before, low, high in (
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
    ):
        found = difference_of_rates(part, whole, part_before, whole_before)
        assert found is not None
        assert found.interval.low == pytest.approx(low, abs=6e-5)
        assert found.interval.high == pytest.approx(high, abs=6e-5)
        assert found.is_more_than_noise == (low > 0)


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_difference_of_rates_turns_with_its_sides(whole: int, whole_before: int, data: st.DataObject) -> None:
    part, before = data.draw(st.integers(0, whole)), data.draw(st.integers(0, whole_before))
    found = difference_of_rates(part, whole, before, whole_before)
    turned = difference_of_rates(before, whole_before, part, whole)
    assert found is not None
    assert turned is not None
    assert found.interval.low <= found.change <= found.interval.high
    assert math.isclose(found.interval.low, -turned.interval.high, abs_tol=1e-12)
    assert found.is_more_than_noise == turned.is_more_than_noise


@pytest.mark.parametrize(
    ("count", "before", "moved"),
    [
        (100, 100, False),
        (110, 100, False),
        (150, 100, True),
        (5, 1, False),
        (9, 0, True),
        (0, 9, True),
        (1, 0, False),
    ],
)
def test_counts_move_where_it_is_more_than_noise(count: int, before: int, moved: bool) -> None:
    found = difference_of_counts(count, before)
    assert found is not None
    assert found.is_more_than_noise is moved


@given(st.integers(0, 3000), st.integers(1, 3000))
def test_difference_of_counts_is_a_relative_change_within_its_interval(count: int, before: int) -> None:
    found = difference_of_counts(count, before)
    assert found is not None
    assert math.isclose(found.change, count / before - 1)
    assert found.interval.low <= found.change + 1e-9
    assert found.change <= found.interval.high + 1e-9
    assert found.is_more_than_noise == (not found.interval.low <= 0 <= found.interval.high)
