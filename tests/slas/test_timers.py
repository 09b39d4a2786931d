"""The rules of timers that random lives seldom hit, and what each move does to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slas.matching import Facts
from slas.moves import (
    Cancelled,
    CreatorWrote,
    EnteredQueue,
    HumanReply,
    Mirror,
    Opened,
    Pended,
    Reopened,
    Reprioritised,
    Resolved,
)
from slas.timers import is_breached, state
from tests.slas.dates import OFFICE, Ticket, calendar, rule, utc

MINUTE = timedelta(minutes=1)
NINE = utc("2026-03-02T09:00")
T2: Any = "t2"


def at(clock: str, day: int = 2) -> Any:
    return utc(f"2026-03-{day:02}T{clock}")


def test_late_though_no_counted_second_passed() -> None:
    """Due Friday 17:00 and answered on Saturday."""
    ticket = Ticket(rule({"first_reply": 480}, calendar("UTC", OFFICE)), at("09:00", 6))
    ticket.move(at("10:00", 7), HumanReply())
    timer = ticket.timer("first_reply")
    assert (timer.due_at, timer.breached_at, timer.ended_at) == (
        at("17:00", 6),
        at("17:00", 6),
        at("10:00", 7),
    )
    assert timer.banked == timer.target


def test_met_at_the_due_instant_and_late_a_microsecond_after() -> None:
    for late in (timedelta(), timedelta(microseconds=1)):
        ticket = Ticket(rule({"first_reply": 60}), NINE)
        ticket.move(at("10:00") + late, HumanReply())
        assert ticket.state("first_reply", at("12:00")) == ("breached" if late else "met")


def test_a_paused_timer_cannot_breach() -> None:
    ticket = Ticket(rule({"requester_wait": 60}), NINE)
    ticket.move(at("09:59"), Pended("creator"))
    timer = ticket.timer("requester_wait")
    assert (timer.due_at, timer.next_at) == (None, None)
    assert state(timer, at("12:00", 9)) == "paused"
    ticket.move(at("12:00"), Opened())
    assert timer.due_at == at("12:01")


def test_pending_after_the_due_instant_comes_too_late() -> None:
    ticket = Ticket(rule({"requester_wait": 60}), NINE)
    ticket.move(at("10:01"), Pended("creator"))
    timer = ticket.timer("requester_wait")
    assert (timer.breached_at, timer.due_at) == (at("10:00"), at("10:00"))
    assert state(timer, at("12:00")) == "breached"
    ticket.move(at("12:00"), Opened())
    ticket.move(at("12:30"), Resolved())
    assert (timer.breached_at, timer.due_at, timer.banked) == (at("10:00"), at("10:00"), 91 * MINUTE)


def test_pending_at_the_due_instant_is_in_time_until_it_runs_on() -> None:
    ticket = Ticket(rule({"requester_wait": 60}), NINE)
    ticket.move(at("10:00"), Pended("creator"))
    assert ticket.state("requester_wait", at("12:00")) == "paused"
    ticket.move(at("12:00"), Opened())
    assert not is_breached(ticket.timer("requester_wait"), at("12:00"))
    assert ticket.timer("requester_wait").due_at == at("10:00")
    ticket.move(at("12:01"), Resolved())
    assert ticket.timer("requester_wait").breached_at == at("10:00")


@pytest.mark.parametrize("last", [[Resolved()], [HumanReply(), Resolved()]])
def test_pending_at_the_due_instant_and_resolved_without_running_on_is_met(last: list[Any]) -> None:
    ticket = Ticket(rule({"requester_wait": 60}), NINE)
    ticket.move(at("10:00"), Pended("creator"))
    ticket.move(at("12:00"), *last)
    assert ticket.state("requester_wait", at("13:00")) == "met"


def test_a_reopen_carries_the_total_on_in_the_same_row() -> None:
    ticket = Ticket(rule({"resolution": 60, "agent_work": 60, "first_reply": 60, "tier_ownership": 60}), NINE)
    ticket.move(at("09:40"), Resolved())
    assert ticket.state("resolution", at("12:00")) == "met"
    ticket.move(at("12:00"), Reopened(T2, Facts()))
    for metric in ("resolution", "agent_work"):
        timer = ticket.timer(metric)
        assert (timer.ended_at, timer.due_at, len(ticket.cycles(metric))) == (None, at("12:20"), 1)
    assert ticket.state("first_reply", at("13:00")) == "met"
    assert [(t.queue, t.started_at, t.due_at) for t in ticket.cycles("tier_ownership")] == [
        ("t1", NINE, at("10:00")),
        ("t2", at("12:00"), at("13:00")),
    ]


def test_a_breached_total_stays_breached_through_resolve_and_reopen() -> None:
    ticket = Ticket(rule({"resolution": 60}), NINE)
    ticket.move(at("11:00"), Resolved())
    ticket.move(at("12:00"), Reopened(T2, Facts()))
    timer = ticket.timer("resolution")
    assert (timer.due_at, timer.breached_at, timer.ended_at) == (at("10:00"), at("10:00"), None)
    assert ticket.work.mirror(at("12:00")) == Mirror(due_at=at("10:00"))
    ticket.move(at("12:30"), Resolved())
    assert timer.banked == 150 * MINUTE


def test_more_creator_messages_do_not_reset_the_next_reply() -> None:
    ticket = Ticket(rule({"first_reply": 60, "next_reply": 60}), NINE)
    ticket.move(at("09:10"), CreatorWrote())
    assert ticket.cycles("next_reply") == []
    ticket.move(at("09:20"), HumanReply())
    ticket.move(at("09:30"), CreatorWrote())
    ticket.move(at("09:50"), CreatorWrote())
    ticket.move(at("10:00"), HumanReply())
    ticket.move(at("10:10"), HumanReply())
    assert [(t.started_at, t.ended_at) for t in ticket.cycles("next_reply")] == [(at("09:30"), at("10:00"))]


def test_the_first_reply_is_known_without_a_target_for_it() -> None:
    ticket = Ticket(rule({"next_reply": 60}), NINE)
    ticket.move(at("09:10"), CreatorWrote())
    ticket.move(at("09:20"), HumanReply())
    ticket.move(at("09:30"), CreatorWrote())
    assert [t.started_at for t in ticket.cycles("next_reply")] == [at("09:30")]


def test_a_message_on_a_reopened_ticket_that_nobody_had_answered_waits_for_its_reply() -> None:
    ticket = Ticket(rule({"first_reply": 60, "next_reply": 60}), NINE)
    ticket.move(at("09:10"), Resolved())
    ticket.move(at("09:30"), Reopened(T2, Facts()), CreatorWrote())
    assert ticket.state("first_reply", at("12:00")) == "met"
    assert ticket.timer("next_reply").due_at == at("10:30")


def test_two_replies_at_one_instant_are_one_update() -> None:
    ticket = Ticket(rule({"update": 60}), NINE)
    ticket.move(at("10:00"), HumanReply())
    ticket.move(at("10:00"), HumanReply())
    ticket.move(at("10:30"), HumanReply())
    assert [(t.cycle, t.started_at, t.ended_at) for t in ticket.cycles("update")] == [
        (1, at("10:00"), at("10:30")),
        (2, at("10:30"), None),
    ]


def test_a_plain_update_runs_while_pending_and_a_pausable_one_does_not() -> None:
    for pauses, due in ((False, at("11:00")), (True, None)):
        ticket = Ticket(rule({"update": 60}, update_pauses=pauses), NINE)
        ticket.move(at("10:00"), HumanReply(), Pended("creator"))
        assert ticket.timer("update").due_at == due
        ticket.move(at("10:10"), Pended("third_party"))
        assert ticket.timer("update").due_at == (due or at("11:10"))


def test_a_stay_is_matched_anew_and_a_queue_without_a_match_has_no_timer() -> None:
    one, two = rule({"tier_ownership": 60}), rule({"tier_ownership": 120}, slug="second")
    ticket = Ticket(one, NINE, stays=two)
    ticket.move(at("09:30"), EnteredQueue(T2, Facts()))
    first, second = ticket.cycles("tier_ownership")
    assert (first.ended_at, first.rule, second.rule, second.due_at) == (at("09:30"), one, two, at("11:30"))
    bare = Ticket(one, NINE, stays=rule({"first_reply": 5}))
    bare.move(at("09:30"), EnteredQueue(T2, Facts()))
    assert [t.ended_at for t in bare.cycles("tier_ownership")] == [at("09:30")]


def test_an_escalation_resets_no_clock_that_the_creator_feels() -> None:
    ticket = Ticket(rule({"first_reply": 60, "resolution": 600, "tier_ownership": 60}), NINE)
    ticket.move(at("09:30"), EnteredQueue(T2, Facts()))
    assert [ticket.timer(m).due_at for m in ("first_reply", "resolution")] == [at("10:00"), at("19:00")]


BY_PRIORITY = {"urgent": 20, "high": 60, "normal": 240}


@pytest.mark.parametrize(
    ("changed", "to", "due"),
    [
        ("09:10", "high", "10:00"),  # the same start
        ("09:10", "urgent", "09:20"),
        ("09:16", "urgent", "09:21"),  # at least a quarter of the new target, counted from the change
        ("11:00", "high", "11:15"),
        ("12:00", "low", "13:00"),  # low takes the nearest: normal's; nothing changes
    ],
)
def test_another_priority_is_another_target(changed: str, to: str, due: str) -> None:
    ticket = Ticket(rule({"resolution": BY_PRIORITY}), NINE)
    ticket.move(at(changed), Reprioritised(to))
    timer = ticket.timer("resolution")
    assert timer.due_at == at(due)
    assert timer.started_at == NINE
    assert len(timer.retargets) == (0 if to == "low" else 1)


def test_a_lower_priority_gives_more_time_from_the_same_start() -> None:
    ticket = Ticket(rule({"resolution": BY_PRIORITY}), NINE, priority="urgent")
    ticket.move(at("09:10"), Reprioritised("normal"))
    assert ticket.timer("resolution").due_at == at("13:00")


def test_what_is_breached_is_not_retargeted() -> None:
    ticket = Ticket(rule({"resolution": BY_PRIORITY}), NINE, priority="urgent")
    ticket.move(at("09:21"), Reprioritised("normal"))
    timer = ticket.timer("resolution")
    assert (timer.breached_at, timer.due_at, timer.target) == (at("09:20"), at("09:20"), 20 * MINUTE)


def test_a_paused_timer_is_retargeted_too_and_keeps_its_quarter() -> None:
    ticket = Ticket(rule({"requester_wait": BY_PRIORITY}), NINE)
    ticket.move(at("09:30"), Pended("creator"))
    ticket.move(at("10:00"), Reprioritised("urgent"))
    assert ticket.timer("requester_wait").due_at is None
    ticket.move(at("12:00"), Opened())
    assert ticket.timer("requester_wait").due_at == at("12:05")


def test_later_cycles_take_the_priority_of_their_start() -> None:
    ticket = Ticket(rule({"update": BY_PRIORITY}), NINE)
    ticket.move(at("09:30"), Reprioritised("urgent"))
    ticket.move(at("10:00"), HumanReply())
    assert ticket.timer("update").due_at == at("10:20")


@pytest.mark.parametrize(
    ("has", "asked", "takes"),
    [
        (("urgent", "high", "normal", "low"), "high", "high"),
        (("urgent", "normal", "low"), "high", "normal"),
        (("urgent", "low"), "high", "low"),
        (("urgent",), "low", "urgent"),
        (("urgent", "high"), "low", "high"),
        (("normal",), "urgent", "normal"),
        ((), "normal", None),
    ],
)
def test_a_priority_without_a_target_takes_the_next_lower_else_the_nearest(
    has: tuple[str, ...], asked: str, takes: str | None
) -> None:
    goals = dict(zip(("urgent", "high", "normal", "low"), (1, 2, 3, 4), strict=True))
    found = rule({"resolution": {word: goals[word] for word in has}}).target("resolution", asked)
    assert found == (goals[takes] * MINUTE if takes else None)


def test_spam_and_merge_cancel_what_has_not_ended_and_nothing_moves_after() -> None:
    ticket = Ticket(rule({"first_reply": 60, "resolution": 60, "update": 60}), NINE)
    ticket.move(at("09:30"), HumanReply())
    ticket.move(at("10:15"), Cancelled())
    assert ticket.state("first_reply", at("12:00")) == "met"
    assert ticket.state("resolution", at("12:00")) == "cancelled"
    assert ticket.timer("resolution").breached_at == at("10:00")
    assert ticket.work.mirror(at("12:00")) == Mirror()
    before = [vars(timer).copy() for timer in ticket.work.timers]
    ticket.move(at("13:00"), HumanReply(), Reopened(T2, Facts()), Opened(), Cancelled())
    assert [vars(timer) for timer in ticket.work.timers] == before


def test_moves_that_mean_nothing_change_nothing() -> None:
    ticket = Ticket(rule({"first_reply": 60, "next_reply": 60, "update": 60, "tier_ownership": 60}), NINE)
    ticket.move(at("09:30"), Reopened(T2, Facts()))
    assert len(ticket.work.timers) == 2
    ticket.move(at("09:40"), Resolved())
    ticket.work.changed.clear()
    ticket.move(
        at("09:50"), HumanReply(), CreatorWrote(), Pended("creator"), EnteredQueue(T2, Facts()), Resolved()
    )
    assert ticket.work.changed == []
    assert len(ticket.work.timers) == 2


def test_an_instant_before_the_last_change_counts_as_that_change() -> None:
    ticket = Ticket(rule({"first_reply": 60, "update": 60}), NINE)
    ticket.move(at("09:30"), Pended("creator"))
    ticket.move(at("09:29"), HumanReply())
    assert ticket.timer("first_reply").ended_at == at("09:30")
    assert ticket.timer("update").started_at == at("09:30")


def test_at_risk_is_the_stretch_from_first_warning_to_due() -> None:
    ticket = Ticket(
        rule({"first_reply": 100, "resolution": 110, "requester_wait": 400}, warn_at=(75, 90)), NINE
    )
    mirror = ticket.work.mirror(NINE)
    # 10:15 to 10:40 and 10:22:30 to 10:50 overlap; 14:00 to 15:40 is another stretch.
    assert mirror == Mirror(due_at=at("10:40"), at_risk_at=at("10:15"), at_risk_until=at("10:50"))
    assert ticket.work.mirror(at("11:00")) == Mirror(
        due_at=at("10:40"), at_risk_at=at("14:00"), at_risk_until=at("15:40")
    )
    ticket.move(at("11:00"), Pended("creator"))
    assert ticket.work.mirror(at("11:00")) == Mirror(due_at=at("10:40"))


def test_a_target_that_is_never_reached_runs_without_a_due_instant() -> None:
    once = calendar("UTC", {}, own={"2026-03-02": ["10:00-11:00"]})
    ticket = Ticket(rule({"resolution": 61}, once, warn_at=(50,)), NINE)
    timer = ticket.timer("resolution")
    assert (timer.due_at, timer.next_at) == (None, at("10:30:30"))
    assert [levels for _, levels in ticket.work.tell(at("12:00", 9))] == [[(50, at("10:30:30"))]]
    assert (timer.next_at, state(timer, at("12:00", 9))) == (None, "running")
    ticket.move(at("12:00", 10), Resolved())
    assert (state(timer, at("12:00", 11)), timer.banked) == ("met", 60 * MINUTE)
