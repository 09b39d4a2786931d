"""Drivers of dissatisfaction and the split of a change, by the worked numbers and their laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.dissatisfaction import driver, ranked_drivers, split_change

SEGMENTS = st.dictionaries(
    st.sampled_from(["in_app", "webform", "appeal", "internal_form"]),
    st.integers(0, 40).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases))),
)


def test_worked_driver() -> None:
    found = driver("payout", 24, 14, 60, 140)
    assert found is not None
    assert (found.lift, found.excess) == (4.0, 18.0)


def test_driver_without_either_side_is_no_data() -> None:
    assert driver("payout", 0, 14, 0, 140) is None
    assert driver("payout", 24, 0, 60, 0) is None


def test_driver_that_no_good_rating_has_lacks_a_lift_but_not_an_excess() -> None:
    found = driver("payout", 10, 0, 60, 140)
    assert found is not None
    assert (found.lift, found.excess) == (None, 10.0)


def test_drivers_are_ranked_by_excess_from_ten_cases_on() -> None:
    counts = {"common": (24, 14), "rare": (9, 0), "strong": (12, 1), "good": (2, 90)}
    assert [each.trait for each in ranked_drivers(counts, 60, 140)] == ["common", "strong"]


@given(st.integers(1, 60), st.integers(1, 140), st.data())
def test_a_trait_that_everything_has_drives_nothing(bad: int, good: int, data: st.DataObject) -> None:
    everything = driver("all", bad, good, bad, good)
    assert everything is not None
    assert (everything.lift, everything.excess) == (1.0, 0.0)
    with_it = (data.draw(st.integers(0, bad)), data.draw(st.integers(0, good)))
    one = driver("some", *with_it, bad, good)
    rest = driver("rest", bad - with_it[0], good - with_it[1], bad, good)
    assert one is not None
    assert rest is not None
    assert math.isclose(one.excess, -rest.excess, abs_tol=1e-9)


@given(SEGMENTS, SEGMENTS)
def test_mix_and_rate_sum_to_the_change(
    before: dict[str, tuple[int, int]], now: dict[str, tuple[int, int]]
) -> None:
    found = split_change(before, now)
    cases_then, cases_now = (sum(cases for _, cases in side.values()) for side in (before, now))
    if not cases_then or not cases_now:
        assert found is None
        return
    assert found is not None
    change = sum(g for g, _ in now.values()) / cases_now - sum(g for g, _ in before.values()) / cases_then
    assert math.isclose(found.change, change, abs_tol=1e-12)
    assert math.isclose(found.mix + found.rate, found.change, abs_tol=1e-12)
    assert math.isclose(sum(part.mix for part in found.parts), found.mix, abs_tol=1e-12)
    assert math.isclose(sum(part.rate for part in found.parts), found.rate, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("now", "mix", "rate"),
    [
        ({"a": (45, 50), "b": (20, 50)}, 0.0, 0.05),  # same mix, "a" did better
        ({"a": (64, 80), "b": (8, 20)}, 0.12, 0.0),  # same rates, more of "a"
    ],
)
def test_pure_mix_and_pure_rate(now: dict[str, tuple[int, int]], mix: float, rate: float) -> None:
    found = split_change({"a": (40, 50), "b": (20, 50)}, now)
    assert found is not None
    assert found.mix == pytest.approx(mix)
    assert found.rate == pytest.approx(rate)
