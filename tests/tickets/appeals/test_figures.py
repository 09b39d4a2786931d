"""The numbers of appeals: overturn rate, time to decision, the oldest open; as they stood at the end of a span."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.models import Certificate, Person
from tests.cast import Cast
from tests.tickets.appeals.conftest import DAY, appeal_of
from tickets import actions as tickets
from tickets.appeals import actions
from tickets.appeals.models import Appeal
from tickets.appeals.queries import appeal_figures
from tickets.appeals.record import AppealLife, Told, figures_of, lives_of
from tickets.appeals.states import OUTCOMES
from tickets.models import Ticket

H = timedelta(hours=1)
WEEK = 7 * DAY
START = datetime(2026, 3, 2, tzinfo=UTC)


def decided_after(hours: float, ticket_id: int = 1, outcome: str = "upheld") -> AppealLife:
    return AppealLife(ticket_id, START, outcome, START + hours * H)


def test_the_worked_times_to_decision() -> None:
    """2, 3, 8, 30, 200 hours: median 8, p90 200."""
    figures = figures_of([decided_after(hours) for hours in (30, 2, 200, 8, 3)], START)
    assert (figures.time_to_decision(50), figures.time_to_decision(90)) == (8 * H, 200 * H)


def test_the_overturn_rate_is_of_what_was_decided_in_substance() -> None:
    outcomes = ("overturned", "partly_overturned", "upheld", "upheld", "inadmissible", "withdrawn")
    figures = figures_of([decided_after(1, place, word) for place, word in enumerate(outcomes)], START)
    assert figures.overturn_rate == 0.5
    assert [len(figures.inadmissible), len(figures.withdrawn)] == [1, 1]
    assert len(figures.times) == 4


def test_nothing_decided_is_no_data() -> None:
    figures = figures_of([decided_after(1, outcome="inadmissible"), AppealLife(2, START)], START)
    assert (figures.overturn_rate, figures.time_to_decision(50)) == (None, None)
    assert figures.oldest_open == AppealLife(2, START)


@given(st.lists(st.integers(0, 10_000), min_size=1), st.sampled_from([50, 90]))
def test_a_percentile_is_the_least_that_reaches_its_share(hours: list[int], percent: int) -> None:
    found = figures_of([decided_after(each) for each in hours], START).time_to_decision(percent)
    assert found is not None
    assert sum(each * H <= found for each in hours) * 100 >= percent * len(hours)
    assert sum(each * H < found for each in hours) * 100 < percent * len(hours)


def test_a_late_one_that_was_taken_up_is_open_again_until_it_is_decided() -> None:
    told = [
        Told(1, "appeal_submitted", START),
        Told(1, "appeal_decided", START, "inadmissible"),
        Told(1, "appeal_admitted", START + H),
        Told(1, "appeal_decided", START + 2 * H, "upheld"),
    ]
    ends = [(lives_of(told[:length])[0].ended, lives_of(told[:length])[0].ended_at) for length in range(1, 5)]
    assert ends == [("", None), ("inadmissible", START), ("", None), ("upheld", START + 2 * H)]


@pytest.fixture
def ruth(cast: Cast) -> Person:
    person = Person.objects.create_user("ruth", name="Ruth Abe", email="ruth@desk.example", role="specialist")
    Certificate.objects.create(person=person, line=cast.creator_rewards)
    return person


def test_as_it_stood_at_the_end_of_a_span(
    cast: Cast, ruth: Person, monday: datetime, django_assert_num_queries: Any
) -> None:
    def submit(at: datetime, days_ago: int = 7) -> Appeal:
        new = appeal_of(decision_at=at - days_ago * DAY, line=cast.creator_rewards)
        return actions.submit_appeal(new=new, source="webform", by=None, at=at)

    def decide(appeal: Appeal, outcome: str, at: datetime) -> None:
        actions.decide_appeal(appeal=appeal, by=ruth, decider=ruth, outcome=outcome, reasons="So.", at=at)

    before = submit(monday - 10 * DAY)
    decide(before, "upheld", monday - 9 * DAY)
    old = submit(monday - 8 * DAY)
    overturned = submit(monday)
    decide(overturned, "overturned", monday + 30 * H)
    upheld = submit(monday)
    decide(upheld, "upheld", monday + 2 * H)
    withdrawn = submit(monday)
    actions.withdraw_appeal(appeal=withdrawn, by=None, at=monday + DAY)
    refused = submit(monday, days_ago=400)
    spam = submit(monday)
    tickets.mark_spam(ticket=spam.ticket, by=ruth, at=monday + H)
    waiting = submit(monday + DAY)
    # what comes after the week changes nothing in it
    decide(old, "partly_overturned", monday + WEEK)
    actions.admit_late(appeal=refused, by=cast.lea, reason="Ill.", at=monday + WEEK + H)
    decide(refused, "overturned", monday + WEEK + 2 * H)
    submit(monday + WEEK)

    rows = Ticket.objects.filter(line=cast.creator_rewards)
    with django_assert_num_queries(1):
        week = appeal_figures(tickets=rows, begins=monday, ends=monday + WEEK)
    assert [life.ticket_id for life in week.decided] == [overturned.ticket_id, upheld.ticket_id]
    assert (week.overturn_rate, week.times) == (0.5, [2 * H, 30 * H])
    assert [life.ticket_id for life in week.inadmissible] == [refused.ticket_id]
    assert [life.ticket_id for life in week.withdrawn] == [withdrawn.ticket_id]
    assert [life.ticket_id for life in week.open] == [old.ticket_id, waiting.ticket_id]
    assert week.oldest_open == AppealLife(old.ticket_id, monday - 8 * DAY)

    after = appeal_figures(tickets=rows, begins=monday + WEEK, ends=monday + 2 * WEEK)
    assert {life.ended for life in after.decided} == {"partly_overturned", "overturned"}
    assert len(after.inadmissible) == 0
    assert len(after.open) == 2
    other = Ticket.objects.filter(line=cast.account_access)
    assert appeal_figures(tickets=other, begins=monday, ends=monday + WEEK) == figures_of([], monday)


kinds = st.sampled_from(["appeal_decided", "appeal_withdrawn", "appeal_admitted"])


@given(st.lists(st.tuples(kinds, st.sampled_from(OUTCOMES)), max_size=6))
def test_every_appeal_is_in_one_place(history: list[tuple[str, str]]) -> None:
    told = [Told(1, "appeal_submitted", START)]
    told += [
        Told(1, kind, START + place * H, outcome if kind == "appeal_decided" else "")
        for place, (kind, outcome) in enumerate(history)
    ]
    figures = figures_of(lives_of(told), START)
    held = (figures.decided, figures.inadmissible, figures.withdrawn, figures.open)
    assert sum(map(len, held)) == 1
