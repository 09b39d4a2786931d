"""What the ticket page does with an appeal: the moves it offers, and how each press is carried out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.http import Http404

from teams.models import Person
from tickets.appeals import actions
from tickets.appeals.forms import AdmitForm, DecideForm, QuestionForm, WithdrawForm
from tickets.appeals.models import Appeal
from tickets.appeals.queries import AppealPanel, appeal_on, redress_of, window_rules
from tickets.models import Ticket
from tickets.views.offers import Way

Data = dict[str, Any]

WAYS: Final = (
    Way("decide", "check", form=DecideForm),
    Way("request_evidence", "reply", form=QuestionForm),
    Way("withdraw", "cancelled", form=WithdrawForm),
    Way("admit_late", "next", form=AdmitForm),
)


def ways_of(panel: AppealPanel) -> list[Way]:
    """The moves that the page offers of this appeal, in the order of the toolbar."""
    return [way for way in WAYS if way.verb in panel.verbs]


def redress_for(panel: AppealPanel) -> str:
    """What the decision form has as redress at first: that of the rules. One query."""
    return redress_of(window_rules(panel.appeal.jurisdiction, panel.appeal.decision_type))


def appeal_or_404(ticket: Ticket) -> Appeal:
    found = appeal_on(ticket)
    if found is None:
        raise Http404
    return found


def decide(ticket: Ticket, by: Person, data: Data, at: datetime) -> Ticket:
    return actions.decide_appeal(
        appeal=appeal_or_404(ticket),
        by=by,
        decider=by,
        outcome=data["outcome"],
        reasons=data["reasons"],
        redress=data["redress"],
        expected_version=data["version"],
        at=at,
    ).ticket


def request_evidence(ticket: Ticket, by: Person, data: Data, at: datetime) -> Ticket:
    return actions.request_evidence(
        appeal=appeal_or_404(ticket),
        by=by,
        question=data["question"],
        expected_version=data["version"],
        at=at,
    ).ticket


def withdraw(ticket: Ticket, by: Person, data: Data, at: datetime) -> Ticket:
    return actions.withdraw_appeal(
        appeal=appeal_or_404(ticket), by=by, note=data["note"], expected_version=data["version"], at=at
    ).ticket


def admit_late(ticket: Ticket, by: Person, data: Data, at: datetime) -> Ticket:
    return actions.admit_late(
        appeal=appeal_or_404(ticket), by=by, reason=data["reason"], expected_version=data["version"], at=at
    ).ticket


VERBS: Final[dict[str, Callable[[Ticket, Person, Data, datetime], Ticket]]] = {
    "decide": decide,
    "request_evidence": request_evidence,
    "withdraw": withdraw,
    "admit_late": admit_late,
}
