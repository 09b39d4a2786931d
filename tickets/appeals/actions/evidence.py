"""Evidence: what the appellant adds, and what they are asked for."""

from __future__ import annotations

from datetime import datetime

from slas.moves import EvidenceAsked
from teams.models import Person
from tickets.actions.conversation import carry_reply, take_message
from tickets.actions.waiting import carry_pend
from tickets.appeals.actions.frame import Caller, check_text, refuse_app, working_on
from tickets.appeals.models import Appeal
from tickets.words import BODY_MAX


def add_evidence(
    *,
    appeal: Appeal,
    by: Caller | None,
    body: str,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Appeal:
    """Add what the appellant sent in support, until the decision; it answers a question that was asked.

    A message of the creator like any other, and any other of theirs answers the question too. `by` is None
    where the appellant wrote it on a page of ours. Raises `BadInput` at /body, `MoveRefused` after the end.
    """
    check_text(body, "/body", most=BODY_MAX, what="Write something first.")
    with working_on(
        appeal, move="add_evidence", by=by, at=at, expected_version=expected_version, origin=origin
    ) as (change, found):
        message = take_message(change, body)
        change.record("evidence_given", message=message, message_id=message.pk)
        found.answered = found.question is not None
    return found


def request_evidence(
    *,
    appeal: Appeal,
    by: Caller | None,
    question: str,
    author: Person | None = None,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Appeal:
    """Ask the appellant for evidence by public message; the decision clock stands still until they answer.

    The ticket waits on the creator. `author` is the person whose words a key brings. Asked again while the
    answer is awaited, the clock stands still on. Raises `BadInput` at /question.
    """
    check_text(question, "/question", most=BODY_MAX, what="Say what is needed.")
    refuse_app(by, "ask for evidence")
    with working_on(
        appeal, move="request_evidence", by=by, at=at, expected_version=expected_version, origin=origin
    ) as (change, found):
        writer = author or (by if isinstance(by, Person) else None)
        found.question = carry_reply(change, question, author=writer, automated=writer is None)
        found.answered = False
        found.save()
        carry_pend(change, "creator", until=None)
        change.clock(EvidenceAsked())
        change.record("evidence_asked", message=found.question, message_id=found.question.pk)
    return found
