"""Time at work and heads for tickets, by the worked numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights import workforce
from insights.workforce import Work, forecast_error, heads, heads_for_tickets


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (workforce.handle_time(30_000, 50), 600),
        (workforce.occupancy(330, 60), 84.6),
        (workforce.utilisation(330, 480), 68.75),
        (workforce.adherence(458, 480), 95.4),
        (workforce.conformance(470, 480), 97.9),
        (workforce.shrinkage(116, 400), 29.0),
    ],
)
def test_worked_shares(found: float, expected: float) -> None:
    assert found is not None
    assert round(found if found > 1 else 100 * found, 2 if expected == 68.75 else 1) == expected


def test_nothing_to_divide_by_is_no_data() -> None:
    assert workforce.handle_time(0, 0) is None
    assert workforce.occupancy(0, 0) is None
    assert forecast_error([0, 0], [1, 2]).wape is None


def test_worked_heads() -> None:
    assert heads(20, 0.29) == 29


def test_heads_do_not_round_up_by_accident() -> None:
    assert heads(71, 0.29) == 100
    assert heads(14, 0.3) == 20
    assert heads(50, 0.2) == 63


@pytest.mark.parametrize("shrinkage", [-0.1, 1.0, 1.2])
def test_impossible_shrinkage_is_refused(shrinkage: float) -> None:
    with pytest.raises(ValueError, match="Shrinkage"):
        heads(20, shrinkage)


def test_worked_forecast_error() -> None:
    found = forecast_error([100, 120, 80], [110, 100, 90])
    assert found.wape is not None
    assert (round(100 * found.wape, 1), found.bias) == (13.3, 0)


def test_worked_staffing() -> None:
    work = [Work(600, due=8), *(Work(120, arrives=hour, due=8) for hour in range(8))]
    assert heads_for_tickets(work, minutes=10, shrinkage=0.29, occupancy=0.85) == 54


def test_an_early_deadline_asks_for_more_than_the_whole_day() -> None:
    assert heads_for_tickets([Work(60, due=8)], minutes=10) == 2
    assert heads_for_tickets([Work(60, due=8), Work(30, due=1)], minutes=10) == 5
    assert heads_for_tickets([Work(60, due=8), Work(30, arrives=7, due=8)], minutes=10) == 5
    assert heads_for_tickets([], minutes=10) == 0
    with pytest.raises(ValueError, match="after it arrives"):
        heads_for_tickets([Work(1, arrives=3, due=3)], minutes=10)


@given(
    st.lists(
        st.builds(
            lambda tickets, arrives, length: Work(tickets, due=arrives + length, arrives=arrives),
            st.integers(1, 40),
            st.integers(0, 10),
            st.integers(1, 8),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_heads_meet_every_deadline_in_a_simulation_and_one_fewer_does_not(work: list[Work]) -> None:
    """An hour of one head is an hour of work, shared freely; earliest due first, hour by hour."""
    found = heads_for_tickets(work, minutes=60)
    assert meets(work, found)
    assert found == 0 or not meets(work, found - 1)


def meets(work: list[Work], heads: int) -> bool:
    left = [each.tickets for each in work]
    for hour in range(int(max(each.due for each in work))):
        capacity = float(heads)
        for place in sorted(range(len(work)), key=lambda place: work[place].due):
            if work[place].arrives <= hour:
                done = min(capacity, left[place])
                left[place] -= done
                capacity -= done
        if any(rest > 0 and each.due <= hour + 1 for rest, each in zip(left, work, strict=True)):
            return False
    return math.isclose(sum(left), 0)
