"""What may stand in the body of each call (api.md, "Appeals")."""

from __future__ import annotations

from supportdesk.rest.bodies import Body
from supportdesk.rest.fields import Instant, Line, Prose, Truth, Word
from tickets.api.bodies import CreatorBody
from tickets.appeals.actions.decision import REASONS_MAX
from tickets.appeals.models import GROUND_MAX, NAME_MAX
from tickets.appeals.states import OUTCOMES
from tickets.appeals.windows import REDRESS_MAX, TYPE_MAX
from tickets.words import BODY_MAX


class DecisionBody(Body):
    """The contested decision. Without `informed_at` the creator was told when it was made."""

    type = Line(max_length=TYPE_MAX)
    decided_at = Instant()
    ground = Prose(max_length=GROUND_MAX)
    automated = Truth()
    decided_by = Line(max_length=NAME_MAX, required=False)
    informed_at = Instant(required=False)


class AppealBody(Body):
    """`ticket` is an earlier ticket of the same creator that the appeal is about."""

    ticket = Line(max_length=11, required=False)
    creator = CreatorBody()
    decision = DecisionBody()
    statement = Prose(max_length=BODY_MAX)


class QuestionBody(Body):
    question = Prose(max_length=BODY_MAX)


class DecideBody(Body):
    """`by` is the person who decided; without `redress` the answer names that of the rules."""

    outcome = Word(OUTCOMES)
    reasons = Prose(max_length=REASONS_MAX)
    by = Line(max_length=64)
    redress = Prose(max_length=REDRESS_MAX, required=False)
