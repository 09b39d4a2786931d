"""The three worked examples of the domain's clocks, to the letter."""

import pytest

from slas.moves import CreatorWrote, HumanReply, Opened, Pended, Resolved
from slas.timers import state
from tests.slas.dates import OFFICE, Ticket, calendar, rule, utc

LONG = 100_000
EVERY_METRIC = dict.fromkeys(
    ("first_reply", "next_reply", "update", "requester_wait", "agent_work", "resolution", "tier_ownership"),
    LONG,
)


def a_week(update_pauses: bool) -> Ticket:
    """Monday 2026-03-02 to Wednesday."""
    ticket = Ticket(rule(EVERY_METRIC, update_pauses=update_pauses), utc("2026-03-02T09:00"))
    ticket.move(utc("2026-03-02T14:00"), HumanReply(), Opened())
    ticket.move(utc("2026-03-02T15:30"), CreatorWrote())
    ticket.move(utc("2026-03-02T16:00"), HumanReply(), Pended("creator"))
    ticket.move(utc("2026-03-03T10:00"), CreatorWrote(), Opened())
    ticket.move(utc("2026-03-03T11:00"), Pended("third_party"))
    ticket.move(utc("2026-03-04T14:00"), Opened())
    ticket.move(utc("2026-03-04T14:30"), HumanReply(), Resolved())
    return ticket


def test_three_days_round_the_clock() -> None:
    ticket = a_week(update_pauses=False)
    assert ticket.hours("first_reply") == [5]
    assert ticket.hours("next_reply") == [0.5, 28.5]
    assert ticket.hours("requester_wait") == [35.5]
    assert ticket.hours("agent_work") == [8.5]
    assert ticket.hours("resolution") == [53.5]
    assert ticket.hours("tier_ownership") == [53.5]
    assert ticket.hours("update") == [2, 46.5]
    assert {state(timer, utc("2026-04-01")) for timer in ticket.work.timers} == {"met"}


def test_pausable_update_stands_still_while_pending_on_the_creator() -> None:
    assert a_week(update_pauses=True).hours("update") == [2, 28.5]


def test_a_resolve_told_after_the_reply_of_the_same_instant_leaves_no_empty_update() -> None:
    ticket = Ticket(rule(EVERY_METRIC), utc("2026-03-02T09:00"))
    ticket.move(utc("2026-03-02T10:00"), HumanReply())
    assert len(ticket.cycles("update")) == 1
    ticket.move(utc("2026-03-02T10:00"), Resolved())
    assert ticket.cycles("update") == []
    assert [timer.metric for timer in ticket.work.dropped] == ["update"]


@pytest.mark.parametrize(
    ("resolved", "minutes", "ends", "breached_at"),
    [("15:20", 230, "met", None), ("15:30", 240, "met", None), ("15:45", 255, "breached", "15:30")],
)
def test_requester_wait_of_240_minutes(
    resolved: str, minutes: int, ends: str, breached_at: str | None
) -> None:
    day = "2026-03-02T"
    ticket = Ticket(rule({"requester_wait": 240}), utc(f"{day}09:00"))
    ticket.move(utc(f"{day}12:30"), Pended("creator"))
    ticket.move(utc(f"{day}15:00"), CreatorWrote())
    ticket.move(utc(f"{day}{resolved}"), Resolved())
    timer = ticket.timer("requester_wait")
    assert timer.banked.total_seconds() == minutes * 60
    assert state(timer, utc(f"{day}16:00")) == ends
    assert timer.breached_at == (utc(f"{day}{breached_at}") if breached_at else None)
    assert timer.due_at == utc(f"{day}15:30")


def test_due_over_a_weekend_on_which_the_clocks_change() -> None:
    office = calendar("America/Los_Angeles", OFFICE)
    ticket = Ticket(rule({"first_reply": 60}, office), utc("2026-03-06T16:30-08:00"))
    assert ticket.timer("first_reply").due_at == utc("2026-03-09T16:30Z")
