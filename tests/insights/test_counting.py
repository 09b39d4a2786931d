"""The statements that count tickets and timers, against slow and plain functions of the same histories."""

from __future__ import annotations

from datetime import timedelta

import pytest

from insights.queries.tickets import count_tickets
from insights.queries.timers import count_timers
from insights.scope import Scope
from insights.weeks import Span
from teams.models import Line
from tests.cast import Cast
from tests.insights.lives import BEGINS, WEEK, Story, define_policies
from tests.insights.slowly import Key, SlowCount, Tally, as_tallies
from tickets import actions

SEEDS = [4, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(20, 40))]


def scopes(cast: Cast) -> list[Scope]:
    def scope(line: Line, week: int, late: timedelta, channel: str | None = None) -> Scope:
        begins = BEGINS + week * WEEK
        return Scope(line.pk, line.slug, Span(begins, begins + WEEK), begins + WEEK + late, channel)

    return [
        scope(cast.creator_rewards, 0, timedelta()),
        scope(cast.creator_rewards, 1, timedelta()),
        scope(cast.creator_rewards, 1, WEEK),
        scope(cast.creator_rewards, 1, 2 * WEEK),
        scope(cast.creator_rewards, 2, -timedelta(days=3)),
        scope(cast.account_access, 1, timedelta(days=2)),
        scope(cast.creator_rewards, 1, WEEK, "webform"),
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_are_those_of_the_slow_functions_and_stay_so(cast: Cast, seed: int) -> None:
    """What is counted at each horizon, and once more when the whole story has been told."""
    define_policies(BEGINS - WEEK)
    story = Story(cast, seed)
    known: dict[Scope, dict[Key, Tally]] = {}
    for scope in sorted(scopes(cast), key=lambda scope: scope.horizon):
        story.tell(until=scope.horizon)
        known[scope] = as_tallies(count_tickets(scope) + count_timers(scope))
        assert known[scope] == SlowCount(scope).count(), scope
    story.tell()
    for scope, tallies in known.items():
        assert as_tallies(count_tickets(scope) + count_timers(scope)) == tallies, scope
    seen = {measure for tallies in known.values() for (measure, _), tally in tallies.items() if tally.amount}
    assert {"volume", "backlog", "ageing", "escalation_rate", "reopen_rate", "attainment"} <= seen


@pytest.mark.parametrize("wait", [timedelta(), timedelta(hours=5)])
@pytest.mark.parametrize("priority", ["normal", "urgent"])
def test_what_was_met_before_and_due_in_the_span_counts_though_it_was_reopened_later(
    cast: Cast, wait: timedelta, priority: str
) -> None:
    """A reopen after the horizon runs the timer on and moves its due instant; at the horizon it had not."""
    define_policies(BEGINS - WEEK)
    hour = timedelta(hours=1)
    ticket, _ = actions.open_ticket(
        new=actions.NewTicket(
            channel="webform",
            line=cast.account_access,
            queue=cast.access_t1_bolt,
            subject="Locked out",
            body="Let me in.",
            creator=actions.CreatorFacts(external_id="1"),
        ),
        source="webform",
        by=None,
        at=BEGINS - 24 * hour,
        origin="test",
    )
    told = {"ticket": ticket, "by": cast.bob, "origin": "test"}
    actions.reply(**told, body="Who are you?", at=BEGINS - 23 * hour)
    if wait:
        actions.pend(**told, on="creator", at=BEGINS - 22 * hour)
        actions.resume(**told, at=BEGINS - 22 * hour + wait)
    actions.resolve(**told, resolution="solved", at=BEGINS - 12 * hour)
    line = cast.account_access
    scope = Scope(line.pk, line.slug, Span(BEGINS, BEGINS + WEEK), BEGINS + WEEK)
    before = as_tallies(count_timers(scope))
    assert before == {key: tally for key, tally in SlowCount(scope).count().items() if key[0] == "attainment"}
    assert before["attainment", (("metric", "resolution"),)].amount == 1
    assert before["attainment", (("metric", "requester_wait"),)].amount == 1
    actions.reopen(**told, at=BEGINS + WEEK + hour)
    if priority != "normal":
        actions.change_priority(**told, priority=priority, at=BEGINS + WEEK + 2 * hour)
    assert as_tallies(count_timers(scope)) == before
