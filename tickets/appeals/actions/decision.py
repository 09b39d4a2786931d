"""How an appeal ends: decided by a person with reasons and redress, or withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from slas.moves import Decided, Withdrawn
from supportdesk.errors import BadInput
from teams.models import Person
from tickets.actions.conversation import add_note, carry_reply
from tickets.actions.ending import carry_resolve
from tickets.appeals.actions.frame import Caller, check_text, refuse_app, working_on
from tickets.appeals.models import Appeal
from tickets.appeals.queries import redress_of, why_not_decide, window_rules
from tickets.appeals.states import OUTCOMES, RESOLUTION_OF, answer_text
from tickets.appeals.windows import REDRESS_MAX
from tickets.words import BODY_MAX

REASONS_MAX: Final = BODY_MAX - REDRESS_MAX - 2
"""Reasons and redress are one message."""


def decide_appeal(
    *,
    appeal: Appeal,
    by: Caller | None,
    decider: Person,
    outcome: str,
    reasons: str,
    redress: str = "",
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Appeal:
    """Decide an appeal: the appellant is answered with reasons and redress, and the ticket is resolved.

    `decider` is the person who decided: somebody in-house who works the line and did not make the decision
    that is contested; a person who calls decides in their own name. `redress` is that of the rules where it
    is empty. Of two at once the second gets `MoveRefused`. Raises `BadInput` at /outcome, /reasons, /redress
    or /by.
    """
    if outcome not in OUTCOMES:
        raise BadInput("/outcome", f"One of {', '.join(OUTCOMES)}.", "invalid_choice")
    check_text(reasons, "/reasons", most=REASONS_MAX, what="A decision gives its reasons.")
    if len(redress) > REDRESS_MAX:
        raise BadInput("/redress", f"At most {REDRESS_MAX:,} characters.", "max_length")
    refuse_app(by, "decide")
    if isinstance(by, Person) and by.pk != decider.pk:
        raise BadInput("/by", "A person decides in their own name.", "invalid")
    with working_on(
        appeal, move="decide", by=by, at=at, expected_version=expected_version, origin=origin
    ) as (change, found):
        refusal = why_not_decide(found, decider)
        if refusal:
            raise BadInput("/by", refusal, "may_not_decide")
        found.redress = redress.strip() or redress_of(window_rules(found.jurisdiction, found.decision_type))
        found.answer = carry_reply(
            change, answer_text(reasons, found.redress), author=decider, automated=False
        )
        found.outcome = outcome
        found.decided_by = decider
        found.decided_at = at
        found.save()
        change.clock(Decided())
        change.record("appeal_decided", message=found.answer, message_id=found.answer.pk, outcome=outcome)
        carry_resolve(change, RESOLUTION_OF[outcome])
    return found


def withdraw_appeal(
    *,
    appeal: Appeal,
    by: Caller | None,
    note: str = "",
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Appeal:
    """End an appeal that the appellant took back; its ticket is resolved as withdrawn.

    The decision clock is cancelled, unless it was late by then. `by` is None where the appellant did it on a
    page of ours. What moved them, where they said so, is kept as a note.
    """
    with working_on(
        appeal, move="withdraw", by=by, at=at, expected_version=expected_version, origin=origin
    ) as (change, found):
        found.withdrawn_at = at
        found.save()
        change.clock(Withdrawn())
        change.record("appeal_withdrawn")
        if note.strip():
            add_note(change, note)
        carry_resolve(change, "withdrawn")
    return found
