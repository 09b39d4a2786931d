"""The decision of an appeal: round the clock, still only while evidence is awaited."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from slas import actions
from slas.explanation import Pause, pauses
from slas.matching import Facts
from slas.models import Timer
from slas.moves import (
    Cancelled,
    CreatorWrote,
    Decided,
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
from slas.queries import explain, timer_lines
from slas.terms import CalendarTerms, PolicyTerms
from slas.timers import state
from tests.cast import Cast
from tests.slas.dates import OFFICE, Ticket, calendar, rule, utc

NINE = utc("2026-03-02T09:00")
HOUR = timedelta(hours=1)


def at(clock: str, day: int = 2) -> datetime:
    return utc(f"2026-03-{day:02}T{clock}")


def appeal(target: int = 600, **terms: object) -> Ticket:
    """Submitted at nine, to be decided within `target` minutes; its policy counts office hours."""
    ticket = Ticket(rule({"appeal_decision": target, **terms}, calendar("UTC", OFFICE)), NINE)  # type: ignore[dict-item]
    ticket.move(NINE, Submitted())
    return ticket


def test_it_counts_round_the_clock_whatever_the_policy_counts_by() -> None:
    ticket = appeal(48 * 60)
    timer = ticket.timer("appeal_decision")
    assert (timer.started_at, timer.due_at) == (NINE, at("09:00", 4))
    ticket.move(at("20:00", 3), Decided())
    assert ticket.hours("appeal_decision") == [35]


def test_a_ticket_that_is_no_appeal_has_no_such_timer() -> None:
    assert Ticket(rule({"appeal_decision": 60}), NINE).cycles("appeal_decision") == []


@pytest.mark.parametrize(
    "meanwhile", [[HumanReply()], [HumanReply(), Opened()], [Pended("third_party")], [Opened()], []]
)
def test_it_waits_for_evidence_until_the_appellant_answers(meanwhile: list[Move]) -> None:
    """Whatever becomes of the ticket's status meanwhile; a reminder is no answer."""
    ticket = appeal()
    ticket.move(at("11:00"), HumanReply(), Pended("creator"), EvidenceAsked())
    ticket.move(at("12:00"), *meanwhile)
    assert ticket.state("appeal_decision", at("12:00", 5)) == "paused"
    ticket.move(at("12:00", 5), CreatorWrote())
    assert ticket.timer("appeal_decision").due_at == at("20:00", 5)
    ticket.move(at("13:00", 5), HumanReply(), Decided(), Resolved())
    assert ticket.hours("appeal_decision") == [3]


def test_the_other_clocks_do_not_wait_for_evidence() -> None:
    ticket = Ticket(rule({"requester_wait": 600, "appeal_decision": 600}), NINE)
    ticket.move(NINE, Submitted())
    ticket.move(at("10:00"), Pended("creator"), EvidenceAsked())
    ticket.move(at("11:00"), HumanReply())
    assert ticket.state("requester_wait", at("11:00")) == "running"
    assert ticket.state("appeal_decision", at("11:00")) == "paused"


@pytest.mark.parametrize("move", [Pended("creator"), Pended("third_party"), Resolved()])
def test_nothing_else_pauses_it(move: Move) -> None:
    ticket = appeal()
    ticket.move(at("10:00"), move)
    assert ticket.timer("appeal_decision").due_at == at("19:00")
    assert ticket.state("appeal_decision", at("19:01")) == "breached"


@pytest.mark.parametrize(
    ("ending", "instant", "ends"),
    [
        (Decided(), "19:00", "met"),
        (Decided(), "19:01", "breached"),
        (Withdrawn(), "19:00", "cancelled"),
        (Withdrawn(), "19:01", "breached"),  # withdrawn late is no way out
    ],
)
def test_how_it_ends(ending: Move, instant: str, ends: str) -> None:
    ticket = appeal()
    ticket.move(at(instant), ending)
    timer = ticket.timer("appeal_decision")
    assert (state(timer, at("12:00", 9)), timer.ended_at) == (ends, at(instant))


def test_spam_cancels_it_though_it_was_late() -> None:
    ticket = appeal()
    ticket.move(at("19:01"), Cancelled())
    assert ticket.state("appeal_decision", at("12:00", 9)) == "cancelled"


def test_withdrawn_while_paused_in_time_is_cancelled() -> None:
    ticket = appeal()
    ticket.move(at("10:00"), EvidenceAsked())
    ticket.move(at("10:00", 9), Withdrawn())
    assert ticket.state("appeal_decision", at("12:00", 9)) == "cancelled"


def test_a_late_one_taken_up_after_all_starts_again() -> None:
    ticket = appeal()
    ticket.move(NINE, Decided(), Resolved())
    ticket.move(at("12:00"), Reopened("t2", Facts()), Submitted())  # type: ignore[arg-type]
    assert [(timer.started_at, timer.ended_at) for timer in ticket.cycles("appeal_decision")] == [
        (NINE, NINE),
        (at("12:00"), None),
    ]


def test_a_decided_one_stays_ended_when_its_ticket_is_reopened() -> None:
    ticket = appeal()
    ticket.move(at("10:00"), Decided(), Resolved())
    ticket.move(at("11:00"), Reopened("t2", Facts()), CreatorWrote())  # type: ignore[arg-type]
    assert ticket.state("appeal_decision", at("12:00", 9)) == "met"


def test_another_priority_gives_it_another_target() -> None:
    ticket = Ticket(rule({"appeal_decision": {"normal": 600, "urgent": 120}}), NINE)
    ticket.move(NINE, Submitted())
    ticket.move(at("09:30"), Reprioritised("urgent"))
    assert ticket.timer("appeal_decision").due_at == at("11:00")


def test_the_wait_for_evidence_is_told_as_one_pause() -> None:
    ticket = appeal()
    ticket.move(at("10:00"), Pended("creator"), EvidenceAsked())
    ticket.move(at("11:00"), HumanReply())
    ticket.move(at("12:00"), Pended("third_party"))
    timer, phases = ticket.timer("appeal_decision"), ticket.work.clock.phases
    assert pauses(timer, phases, at("13:00")) == (Pause(at("10:00"), None, "evidence"),)
    ticket.move(at("14:00"), CreatorWrote())
    assert pauses(timer, phases, at("15:00")) == (Pause(at("10:00"), at("14:00"), "evidence"),)


def test_it_is_stored_without_a_calendar_and_told_so(cast: Cast) -> None:
    actions.define_calendar(slug="office", terms=CalendarTerms(timezone="UTC", hours=OFFICE), at=NINE)
    actions.define_policy(
        slug="appeals",
        terms=PolicyTerms(
            order=1,
            calendar="office",
            targets={"appeal_decision": {"normal": 5 * 86400}, "requester_wait": {"normal": 3600}},
        ),
        at=NINE,
    )
    clock, _ = actions.start_clock(
        facts=Facts(channel="appeal"), queue=cast.rewards_t2, started_at=NINE, at=NINE
    )
    actions.move_clock(clock_id=clock.pk, moves=[Submitted()], at=NINE)
    actions.move_clock(clock_id=clock.pk, moves=[Pended("creator"), EvidenceAsked()], at=NINE + HOUR)
    actions.move_clock(clock_id=clock.pk, moves=[CreatorWrote()], at=NINE + 25 * HOUR)
    lines = {line.metric: line for line in timer_lines([clock.pk], at=NINE + 26 * HOUR)[clock.pk]}
    decision = lines["appeal_decision"]
    assert (decision.calendar, decision.policy, decision.state) == (None, "appeals@1", "running")
    assert (decision.elapsed_seconds, decision.due_at) == (2 * 3600, at("09:00", 8))
    assert lines["requester_wait"].calendar == "office@1"
    told = explain(Timer.objects.get(metric="appeal_decision").pk, at=NINE + 26 * HOUR)
    assert [(pause.begins, pause.ends, pause.phase) for pause in told.pauses] == [
        (NINE + HOUR, NINE + 25 * HOUR, "evidence")
    ]
