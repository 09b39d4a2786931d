"""An appeal as the contract writes it, masked as tickets are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rest_framework import serializers

from slas.queries import timer_lines
from supportdesk.instants import write_instant
from supportdesk.rest.fields import Instant
from teams.models import Key, Person
from tickets.api.representations import (
    CreatorAnswer,
    TimerAnswer,
    creator_answer,
    instant_or_null,
    text,
    timer_answer,
)
from tickets.appeals.models import Appeal
from tickets.appeals.queries import evidence_of
from tickets.appeals.states import OUTCOMES, STATES
from tickets.masking import mask_text
from tickets.models import Message
from tickets.queries.veil import holder_of, named

Caller = Person | Key


class DecisionAnswer(serializers.Serializer[Any]):
    type = text()
    decided_at = Instant()
    informed_at = Instant()
    ground = text()
    automated = serializers.BooleanField()
    decided_by = text(allow_null=True)


class WindowAnswer(serializers.Serializer[Any]):
    jurisdiction = text(help_text='Of the rule that held at submission; "*" is everywhere.')
    months = serializers.IntegerField(allow_null=True)
    days = serializers.IntegerField(allow_null=True)
    timezone = text()
    rule = text(help_text="The law or house rule.")
    last_day = serializers.DateField()
    ends_at = Instant(help_text="The first instant that is too late.")


class EvidenceAnswer(serializers.Serializer[Any]):
    at = Instant()
    body = text()


class AppealAnswer(serializers.Serializer[Any]):
    id = text(help_text="The reference of the appeal, and of the ticket of channel `appeal` that it is.")
    ticket = text(allow_null=True, help_text="The earlier ticket that it is about.")
    version = serializers.IntegerField()
    status = serializers.ChoiceField(STATES, help_text="`refused`: it came late, and a lead can lift that.")
    lob = text()
    queue = text()
    assignee = text(allow_null=True)
    creator = CreatorAnswer()
    decision = DecisionAnswer()
    jurisdiction = text()
    window = WindowAnswer()
    late = serializers.BooleanField()
    statement = text()
    evidence = EvidenceAnswer(many=True)
    question = text(allow_null=True, help_text="The evidence that was asked for last.")
    outcome = serializers.ChoiceField(OUTCOMES, allow_null=True)
    reasons = text(allow_null=True)
    redress = text(allow_null=True)
    by = text(
        allow_null=True, help_text="Who decided; null while undecided and where it was refused as late."
    )
    submitted_at = Instant()
    decided_at = Instant(allow_null=True)
    withdrawn_at = Instant(allow_null=True)
    sla = TimerAnswer(many=True, help_text="The ticket's timers; `appeal_decision` is the appeal's own.")


def appeal_answer(appeal: Appeal, *, caller: Caller, at: datetime) -> dict[str, Any]:
    """The whole appeal; it being joined (`with_people`), one query for the evidence and one for the timers."""
    ticket = appeal.ticket
    timers = timer_lines([ticket.clock_id], at=at)[ticket.clock_id]
    return {
        "id": ticket.ref,
        "ticket": appeal.about.ref if appeal.about is not None else None,
        "version": ticket.version,
        "status": appeal.state,
        "lob": ticket.line.slug,
        "queue": ticket.queue.slug,
        "assignee": holder_of(ticket, caller),
        "creator": creator_answer(ticket.creator),
        "decision": {
            "type": appeal.decision_type,
            "decided_at": write_instant(appeal.decision_at),
            "informed_at": write_instant(appeal.informed_at),
            "ground": mask_text(appeal.ground),
            "automated": appeal.automated,
            "decided_by": mask_text(appeal.made_by_name) or None,
        },
        "jurisdiction": appeal.jurisdiction,
        "window": {
            "jurisdiction": appeal.window["jurisdiction"],
            "months": appeal.window.get("months"),
            "days": appeal.window.get("days"),
            "timezone": appeal.window["timezone"],
            "rule": appeal.window["source"],
            "last_day": appeal.last_day.isoformat(),
            "ends_at": write_instant(appeal.window_ends_at),
        },
        "late": appeal.late,
        "statement": mask_text(appeal.statement.body),
        "evidence": evidence_answer(evidence_of(appeal)),
        "question": mask_text(appeal.question.body) if appeal.question is not None else None,
        "outcome": appeal.outcome or None,
        "reasons": mask_text(appeal.reasons) or None,
        "redress": appeal.redress or None,
        "by": named(appeal.decided_by, caller),
        "submitted_at": write_instant(appeal.submitted_at),
        "decided_at": instant_or_null(appeal.decided_at),
        "withdrawn_at": instant_or_null(appeal.withdrawn_at),
        "sla": [timer_answer(timer, ticket, ()) for timer in timers],
    }


def evidence_answer(messages: Sequence[Message]) -> list[dict[str, str]]:
    return [{"at": write_instant(message.at), "body": mask_text(message.body)} for message in messages]
