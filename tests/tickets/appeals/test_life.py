"""The life of an appeal through its verbs, on a real database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from teams.models import Certificate, Key, Line, Queue
from tests.cast import Cast
from tests.tickets.appeals.conftest import DAY, appeal_of, decision_timer, kinds
from tests.tickets.conftest import new_ticket
from tickets import actions as tickets
from tickets.appeals import actions
from tickets.appeals.models import Appeal
from tickets.appeals.windows import EU_RULE, WindowTerms
from tickets.models import Message, OutboxRow, Ticket

H = timedelta(hours=1)


@pytest.fixture
def ruth(cast: Cast) -> Any:
    """A second in-house specialist of the rewards line, who has decided nothing yet."""
    ruth = type(cast.tom).objects.create_user(
        "ruth", name="Ruth Abe", email="ruth@desk.example", role="specialist"
    )
    Certificate.objects.create(person=ruth, line=cast.creator_rewards)
    return ruth


def test_submitted_goes_straight_to_in_house_tier_two_with_its_clock(
    appeal: Appeal, cast: Cast, monday: datetime
) -> None:
    ticket = appeal.ticket
    assert (ticket.channel, ticket.queue, ticket.status) == ("appeal", cast.rewards_t2, "new")
    assert (ticket.came_from, ticket.vendor, ticket.source) == (None, None, "in_app")
    assert (appeal.state, appeal.made_by, appeal.late) == ("open", cast.tom, False)
    assert appeal.statement.body == "The footage is my own; I can prove it."
    assert (appeal.jurisdiction, appeal.window["jurisdiction"]) == ("PT", "EU")
    assert appeal.last_day == date(2026, 8, 23)
    assert decision_timer(appeal, monday + 30 * H) == ("running", 30)
    assert ticket.due_at == monday + H
    assert kinds(appeal) == ["created", "appeal_submitted"]
    assert "No rule names a line" in ticket.routing["steps"][0]


def test_decided_answers_resolves_and_stops_the_clock(
    appeal: Appeal, cast: Cast, ruth: Any, monday: datetime
) -> None:
    decided = actions.decide_appeal(
        appeal=appeal,
        by=ruth,
        decider=ruth,
        outcome="overturned",
        reasons="The footage is yours.",
        at=monday + 50 * H,
    )
    assert (decided.state, decided.outcome, decided.decided_by) == ("decided", "overturned", ruth)
    assert (decided.reasons, decided.redress) == ("The footage is yours.", EU_RULE.redress)
    ticket = Ticket.objects.get(pk=appeal.ticket_id)
    assert (ticket.status, ticket.resolution, ticket.due_at) == ("resolved", "solved", None)
    assert decision_timer(appeal, monday + 90 * H) == ("met", 50)
    answer = Message.objects.get(kind="reply", ticket=ticket)
    assert answer.body == f"The footage is yours.\n\n{EU_RULE.redress}"
    assert (answer.author, answer.automated) == (ruth, False)
    assert OutboxRow.objects.get(kind="reply_mail").ids == {"message": answer.pk}
    assert kinds(appeal) == ["created", "appeal_submitted", "replied", "appeal_decided", "resolved"]
    told = ticket.events.get(kind="appeal_decided")
    assert (told.by, told.data["outcome"]) == ("ruth", "overturned")


@pytest.mark.parametrize(
    ("outcome", "resolution"),
    [("upheld", "answered"), ("partly_overturned", "solved"), ("inadmissible", "no_action")],
)
def test_each_outcome_resolves_in_its_way(
    outcome: str, resolution: str, appeal: Appeal, ruth: Any, tool_key: Key, monday: datetime
) -> None:
    actions.decide_appeal(
        appeal=appeal,
        by=tool_key,
        decider=ruth,
        outcome=outcome,
        reasons="See rule 4.",
        redress="Write to the ombudsman.",
        at=monday + H,
    )
    found = Appeal.objects.with_people().get(pk=appeal.pk)
    assert (found.ticket.resolution, found.reasons, found.redress) == (
        resolution,
        "See rule 4.",
        "Write to the ombudsman.",
    )
    assert found.ticket.events.get(kind="appeal_decided").by == "ruth"


def test_evidence_is_asked_for_and_given(appeal: Appeal, ruth: Any, app_key: Key, monday: datetime) -> None:
    asked = actions.request_evidence(
        appeal=appeal, by=ruth, question="Please send the raw file.", at=monday + 10 * H
    )
    ticket = Ticket.objects.get(pk=appeal.ticket_id)
    assert (asked.state, ticket.status, ticket.pending_on) == ("awaiting_evidence", "pending", "creator")
    tickets.reply(ticket=ticket, by=ruth, body="A reminder.", at=monday + 20 * H)
    assert Appeal.objects.with_people().get(pk=appeal.pk).state == "awaiting_evidence"
    assert decision_timer(appeal, monday + 9 * DAY) == ("paused", 10)
    given = actions.add_evidence(appeal=asked, by=app_key, body="Here it is.", at=monday + 9 * DAY)
    assert given.state == "open"
    found = Appeal.objects.with_people().get(pk=appeal.pk)
    assert (found.state, found.ticket.status) == ("open", "open")
    assert decision_timer(appeal, monday + 9 * DAY + H) == ("running", 11)
    assert kinds(appeal) == [
        "created", "appeal_submitted", "replied", "pended", "evidence_asked", "replied", "creator_message",
        "evidence_given",
    ]  # fmt: skip
    assert OutboxRow.objects.filter(kind="reply_mail").count() == 2


def test_any_message_of_the_appellant_is_the_answer(
    appeal: Appeal, ruth: Any, app_key: Key, monday: datetime
) -> None:
    actions.request_evidence(appeal=appeal, by=ruth, question="Which file?", at=monday + H)
    tickets.receive_message(ticket=appeal.ticket, by=app_key, body="The second.", at=monday + 5 * H)
    assert Appeal.objects.with_people().get(pk=appeal.pk).state == "open"
    assert decision_timer(appeal, monday + 6 * H) == ("running", 2)


def test_asked_again_it_waits_again(appeal: Appeal, ruth: Any, tool_key: Key, monday: datetime) -> None:
    actions.request_evidence(appeal=appeal, by=ruth, question="Which file?", at=monday + H)
    actions.add_evidence(appeal=appeal, by=None, body="The second.", at=monday + 2 * H)
    again = actions.request_evidence(appeal=appeal, by=tool_key, question="Where is it?", at=monday + 3 * H)
    assert again.state == "awaiting_evidence"
    assert again.question is not None
    assert (again.question.body, again.question.automated) == ("Where is it?", True)
    assert decision_timer(appeal, monday + DAY) == ("paused", 2)


def test_withdrawn_in_time_cancels_the_clock(appeal: Appeal, app_key: Key, monday: datetime) -> None:
    withdrawn = actions.withdraw_appeal(appeal=appeal, by=app_key, note="Settled.", at=monday + H)
    ticket = Ticket.objects.get(pk=appeal.ticket_id)
    assert (withdrawn.state, ticket.status, ticket.resolution) == ("withdrawn", "resolved", "withdrawn")
    assert decision_timer(appeal, monday + DAY)[0] == "cancelled"
    assert kinds(appeal) == ["created", "appeal_submitted", "appeal_withdrawn", "noted", "resolved"]


def test_withdrawn_late_stays_late(appeal: Appeal, app_key: Key, monday: datetime) -> None:
    actions.withdraw_appeal(appeal=appeal, by=app_key, at=monday + 11 * DAY)
    assert decision_timer(appeal, monday + 12 * DAY)[0] == "breached"


def test_a_late_one_is_refused_with_the_rule_and_its_dates(late: Appeal, monday: datetime) -> None:
    found = Appeal.objects.with_people().get(pk=late.pk)
    assert (found.state, found.outcome, found.late, found.decided_by) == (
        "refused",
        "inadmissible",
        True,
        None,
    )
    assert (found.ticket.status, found.ticket.resolution) == ("resolved", "no_action")
    for fact in ("2025-03-02", "2025-09-02", "2026-03-02", "6 months", "Article 20(1)"):
        assert fact in found.reasons
    assert found.answer is not None
    assert found.answer.automated
    assert OutboxRow.objects.get(kind="reply_mail").ids == {"message": found.answer.pk}
    told = found.ticket.events.get(kind="appeal_decided")
    assert (told.by, told.data["late"]) == ("system", True)
    assert decision_timer(late, monday + DAY) == ("met", 0)


def test_a_lead_takes_a_late_one_up(late: Appeal, cast: Cast, ruth: Any, monday: datetime) -> None:
    admitted = actions.admit_late(
        appeal=late, by=cast.lea, reason="In hospital until March.", at=monday + DAY
    )
    assert (admitted.state, admitted.admitted_by) == ("open", cast.lea)
    ticket = Ticket.objects.get(pk=late.ticket_id)
    assert (ticket.status, ticket.resolution) == ("open", "")
    assert decision_timer(late, monday + 2 * DAY) == ("running", 24)
    assert ticket.events.filter(kind="appeal_decided").count() == 1
    assert ticket.messages.get(kind="note").body == "In hospital until March."
    assert "taken up your appeal" in ticket.messages.filter(kind="reply").last().body  # type: ignore[union-attr]
    decided = actions.decide_appeal(
        appeal=late, by=ruth, decider=ruth, outcome="upheld", reasons="Reused.", at=monday + 3 * DAY
    )
    assert decided.state == "decided"
    assert kinds(late)[-7:] == [
        "reopened", "noted", "appeal_admitted", "replied", "replied", "appeal_decided", "resolved",
    ]  # fmt: skip


def test_a_late_one_whose_creator_wrote_back_is_taken_up_too(
    late: Appeal, cast: Cast, monday: datetime
) -> None:
    tickets.receive_message(ticket=late.ticket, by=None, body="I was ill.", at=monday + H)
    assert actions.admit_late(appeal=late, by=cast.lea, reason="Was ill.", at=monday + DAY).state == "open"


def test_the_same_decision_told_later_is_in_time(cast: Cast, app_key: Key, monday: datetime) -> None:
    appeal = actions.submit_appeal(
        new=appeal_of(decision_at=monday - 365 * DAY, informed_at=monday - DAY),
        source="in_app",
        by=app_key,
        at=monday,
    )
    assert not appeal.late


def test_a_message_after_the_decision_reopens_the_ticket_and_not_the_appeal(
    appeal: Appeal, ruth: Any, monday: datetime
) -> None:
    actions.decide_appeal(
        appeal=appeal, by=ruth, decider=ruth, outcome="upheld", reasons="Reused.", at=monday + H
    )
    ticket = tickets.receive_message(ticket=appeal.ticket, by=None, body="Unfair.", at=monday + 2 * H)
    assert ticket.status == "open"
    assert Appeal.objects.get(pk=appeal.pk).state == "decided"
    assert (
        tickets.resolve(ticket=ticket, by=ruth, resolution="answered", at=monday + 3 * H).status == "resolved"
    )


def test_silent_where_it_has_an_origin(cast: Cast, ruth: Any, monday: datetime) -> None:
    appeal = actions.submit_appeal(
        new=appeal_of(decision_at=monday - DAY), source="history", by=None, origin="demo", at=monday
    )
    actions.request_evidence(appeal=appeal, by=ruth, question="Which?", origin="demo", at=monday + H)
    actions.add_evidence(appeal=appeal, by=None, body="This.", origin="demo", at=monday + 2 * H)
    actions.decide_appeal(
        appeal=appeal,
        by=ruth,
        decider=ruth,
        outcome="upheld",
        reasons="No.",
        origin="demo",
        at=monday + 3 * H,
    )
    assert not OutboxRow.objects.exists()
    assert set(appeal.ticket.events.values_list("origin", flat=True)) == {"demo"}


@pytest.fixture
def access_ticket(cast: Cast, monday: datetime) -> Ticket:
    """An earlier ticket of creator 77 on another line, held by bolt."""
    opened, _ = tickets.open_ticket(
        new=new_ticket(cast, line=cast.account_access), source="staff", by=cast.lea, at=monday - DAY
    )
    return opened


def test_it_goes_to_the_line_of_the_ticket_it_is_about(
    access_ticket: Ticket, cast: Cast, tool_key: Key, monday: datetime
) -> None:
    appeal = actions.submit_appeal(
        new=appeal_of(decision_at=monday - DAY, about=access_ticket),
        source="tool:safety",
        by=tool_key,
        at=monday,
    )
    assert (appeal.ticket.queue, appeal.about) == (cast.access_t2, access_ticket)
    assert appeal.ticket.routing["steps"][0] == f"{access_ticket.ref} is on account-access."


def test_else_to_the_line_that_a_rule_names(cast: Cast, tool_key: Key, monday: datetime) -> None:
    rule = WindowTerms(
        jurisdiction="*", decision_type="lockout", months=3, source="House rule 9", line="account-access"
    )
    actions.define_window(slug="lockouts", terms=rule, at=monday)
    appeal = actions.submit_appeal(
        new=appeal_of(decision_at=monday - DAY, decision_type="lockout"),
        source="tool:safety",
        by=tool_key,
        at=monday,
    )
    assert appeal.ticket.queue == cast.access_t2
    assert appeal.window["jurisdiction"] == "EU"


def test_else_to_a_queue_that_asks_for_appeals(cast: Cast, tool_key: Key, monday: datetime) -> None:
    Queue.objects.filter(pk=cast.minors_t2.pk).update(channels=["appeal"])
    appeal = actions.submit_appeal(
        new=appeal_of(decision_at=monday - DAY), source="tool:safety", by=tool_key, at=monday
    )
    assert appeal.ticket.queue == cast.minors_t2


def test_a_vendors_push_goes_in_house_and_the_vendor_reads_on(
    cast: Cast, acme_key: Key, monday: datetime
) -> None:
    appeal = actions.submit_appeal(
        new=appeal_of(decision_at=monday - DAY), source="vendor:acme", by=acme_key, at=monday
    )
    ticket = appeal.ticket
    assert (ticket.queue, ticket.vendor, ticket.handed_up_at) == (cast.rewards_t2, cast.acme, monday)
    assert Appeal.objects.visible_to(acme_key).filter(pk=appeal.pk).exists()
    assert not Appeal.objects.visible_to(cast.bob).filter(pk=appeal.pk).exists()


def test_a_plain_ticket_of_the_channel_is_routed_in_house_too(
    cast: Cast, acme_key: Key, monday: datetime
) -> None:
    opened, _ = tickets.open_ticket(
        new=new_ticket(cast, channel="appeal"), source="vendor:acme", by=acme_key, at=monday
    )
    assert (opened.queue, opened.vendor) == (cast.rewards_t2, cast.acme)
    Queue.objects.filter(tier=2, line=cast.account_access).delete()
    opened, _ = tickets.open_ticket(
        new=new_ticket(cast, channel="appeal", line=Line.objects.get(slug="account-access")),
        source="staff",
        by=cast.lea,
        at=monday,
    )
    assert opened.queue == cast.access_t1_bolt


def test_how_many_queries_it_takes(
    cast: Cast,
    appeals_policy: None,
    app_key: Key,
    ruth: Any,
    monday: datetime,
    django_assert_num_queries: Any,
) -> None:
    new = appeal_of(decision_at=monday - DAY)
    actions.submit_appeal(new=new, source="in_app", by=app_key, at=monday)
    with django_assert_num_queries(24):
        appeal = actions.submit_appeal(new=new, source="in_app", by=app_key, at=monday)
    with django_assert_num_queries(14):
        actions.request_evidence(appeal=appeal, by=ruth, question="Which?", at=monday + H)
    with django_assert_num_queries(12):
        actions.add_evidence(appeal=appeal, by=app_key, body="This.", at=monday + 2 * H)
    with django_assert_num_queries(17):
        actions.decide_appeal(
            appeal=appeal, by=ruth, decider=ruth, outcome="upheld", reasons="No.", at=monday + 3 * H
        )
