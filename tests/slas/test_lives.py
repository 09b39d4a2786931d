"""Random lives of tickets, wound by moves, against timers walked minute by minute from their definitions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slas.explanation import counted_days
from slas.matching import Facts
from slas.metrics import METRICS
from slas.moves import (
    Cancelled,
    CreatorWrote,
    Decided,
    EnteredQueue,
    EvidenceAsked,
    HumanReply,
    Move,
    Opened,
    Pended,
    Reopened,
    Reprioritised,
    Resolved,
    Submitted,
    Withdrawn,
)
from slas.rules import PRIORITIES
from slas.timers import elapsed, is_breached, state
from slas.working_time import ALWAYS, WorkingTime
from tests.slas.dates import OFFICE, Ticket, calendar, rule, utc
from tests.slas.slow import MINUTE, Counts, SlowCalendar, World, always, cycles
from tests.slas.slow import tell as told

NIGHTS = dict.fromkeys(("fri", "sat", "sun"), ("20:00-08:00",))
OFF = "2026-03-09"
CALENDARS: dict[str, tuple[datetime, WorkingTime, Counts]] = {
    "always": (utc("2026-03-02T09:00"), ALWAYS, always),
    "office over the clock change": (
        utc("2026-03-06T15:00"),
        calendar("America/Los_Angeles", OFFICE, closed=["2026-03-10"]),
        SlowCalendar(ZoneInfo("America/Los_Angeles"), OFFICE, frozenset({datetime(2026, 3, 10).date()})),  # noqa: DTZ001
    ),
    "nights over the clock change": (
        utc("2026-03-27T17:00"),
        calendar("Europe/Paris", NIGHTS),
        SlowCalendar(ZoneInfo("Europe/Paris"), NIGHTS),
    ),
}
MOVES: list[Move] = [
    HumanReply(),
    CreatorWrote(),
    Pended("creator"),
    Pended("third_party"),
    Opened(),
    Resolved(),
    Reopened(None, Facts()),  # type: ignore[arg-type]
    EnteredQueue(None, Facts()),  # type: ignore[arg-type]
    *map(Reprioritised, PRIORITIES),
]
OF_APPEALS: list[Move] = [Submitted(), Submitted(), EvidenceAsked(), EvidenceAsked(), Decided(), Withdrawn()]
steps = st.lists(
    st.tuples(
        st.one_of(st.sampled_from([0, 0, 20, 60]), st.integers(0, 900)),
        st.one_of(
            st.sampled_from(MOVES[:4]),
            st.sampled_from(MOVES),
            st.sampled_from([*MOVES, Cancelled()]),
            st.sampled_from(OF_APPEALS),
        ),
    ),
    min_size=1,
    max_size=14,
)
targets = st.dictionaries(st.sampled_from(PRIORITIES), st.integers(1, 40).map(lambda n: n * 20), min_size=1)


@st.composite
def lives(
    draw: Any,
) -> tuple[str, dict[str, dict[str, int]], list[tuple[datetime, Move]], bool, str, set[int]]:
    """A calendar, targets, a history, the kind of update, the first priority, and when sweeps come."""
    name = draw(st.sampled_from(sorted(CALENDARS)))
    at = CALENDARS[name][0]
    history = []
    for pause, move in draw(steps):
        at += pause * MINUTE
        history.append((at, move))
    goals = {metric: draw(targets) for metric in METRICS}
    sweeps = draw(st.sets(st.integers(0, 13)))
    return name, goals, history, draw(st.booleans()), draw(st.sampled_from(PRIORITIES)), sweeps


def hold(life: Any) -> None:
    name, goals, history, update_pauses, priority, sweeps = life
    created, hours, counts = CALENDARS[name]
    until = history[-1][0] + timedelta(hours=7)
    ticket = Ticket(
        rule(goals, hours, update_pauses=update_pauses, warn_at=(50, 90)), created, priority=priority
    )
    raised: dict[tuple[str, int], list[tuple[int, datetime]]] = {}

    def sweep(at: datetime) -> None:
        for timer, levels in ticket.work.tell(at):
            raised.setdefault((timer.metric, timer.cycle), []).extend(levels)

    for place, (at, move) in enumerate(history):
        ticket.move(at, move)
        if place in sweeps:
            sweep(at + MINUTE / 2 if place + 1 < len(history) and history[place + 1][0] > at else at)
    sweep(until)

    moments = told(created, history, priority)
    slow = World(moments, counts, goals, until, update_pauses).timers()
    assert len(slow) == len(ticket.work.timers)
    for expected in slow:
        timer = ticket.timer(expected.metric, expected.cycle)
        assert (
            timer.started_at,
            timer.ended_at,
            timer.cancelled,
            timer.target,
            elapsed(timer, until),
            timer.breached_at,
            state(timer, until),
        ) == (
            expected.started_at,
            expected.ended_at,
            expected.cancelled,
            expected.target,
            expected.elapsed,
            expected.breached_at,
            expected.state,
        )
        days = counted_days(timer, ticket.work.clock.phases, until)
        assert sum(day.seconds for day in days) == elapsed(timer, until).total_seconds()
        levels = raised.get((timer.metric, timer.cycle), [])
        assert [level for level, _ in levels] == sorted({level for level, _ in levels})
        assert (100 in dict(levels)) is is_breached(timer, until)
        if timer.breached_at is not None:
            assert dict(levels) == {50: levels[0][1], 90: levels[1][1], 100: timer.due_at}
        assert (timer.next_at is None) is (timer.running_since is None or timer.breached_at is not None)
    mirror = ticket.work.mirror(until)
    late = [timer for timer in ticket.work.timers if timer.ended_at is None and is_breached(timer, until)]
    assert (mirror.due_at is not None and mirror.due_at < until) is bool(late)


@settings(max_examples=120, deadline=None)
@given(lives())
def test_every_timer_is_as_its_definition_says(life: Any) -> None:
    hold(life)


@pytest.mark.long
@settings(max_examples=5_000, deadline=None)
@given(lives())
def test_every_timer_is_as_its_definition_says_at_length(life: Any) -> None:
    hold(life)


def test_the_slow_clock_knows_the_worked_example() -> None:
    """The ruler is right too: its cycles of the domain's first example."""
    history: list[tuple[datetime, Move]] = [
        (utc("2026-03-02T14:00"), HumanReply()),
        (utc("2026-03-02T15:30"), CreatorWrote()),
        (utc("2026-03-02T16:00"), HumanReply()),
        (utc("2026-03-02T16:00"), Pended("creator")),
        (utc("2026-03-03T10:00"), CreatorWrote()),
        (utc("2026-03-03T11:00"), Pended("third_party")),
        (utc("2026-03-04T14:00"), Opened()),
        (utc("2026-03-04T14:30"), HumanReply()),
        (utc("2026-03-04T14:30"), Resolved()),
    ]
    moments = told(utc("2026-03-02T09:00"), history, "normal")
    assert len(cycles("update", moments)) == 2
    world = World(moments, always, {metric: {"normal": 9_999} for metric in METRICS}, utc("2026-03-05"), True)
    hours = [(t.metric, t.elapsed / timedelta(hours=1)) for t in world.timers()]
    assert hours == [
        ("first_reply", 5),
        ("next_reply", 0.5),
        ("next_reply", 28.5),
        ("update", 2),
        ("update", 28.5),
        ("requester_wait", 35.5),
        ("agent_work", 8.5),
        ("resolution", 53.5),
        ("tier_ownership", 53.5),
    ]
