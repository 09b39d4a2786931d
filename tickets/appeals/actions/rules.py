"""The rules of the window, said by an administrator or the setup file."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from supportdesk.errors import BadInput
from teams.models import Line
from tickets.appeals.models import WindowRule
from tickets.appeals.windows import WindowTerms, check_window


@transaction.atomic
def define_window(*, terms: WindowTerms, at: datetime) -> tuple[WindowRule, bool]:
    """Say what holds from now on for its jurisdiction and decision type; (the rule, whether it changed).

    Appeals that were submitted keep the rule of then. Raises `BadInput` at the field.
    """
    check_window(terms)
    line = Line.objects.filter(slug=terms.line).first() if terms.line else None
    if terms.line and line is None:
        raise BadInput("/line", f'line "{terms.line}" is not defined')
    rule = (
        WindowRule.objects.select_for_update(of=("self",))
        .select_related("line")
        .filter(jurisdiction=terms.jurisdiction, decision_type=terms.decision_type)
        .first()
    )
    if rule is not None and rule.terms == terms:
        return rule, False
    rule = rule or WindowRule()
    for name, value in asdict(terms).items():
        setattr(rule, name, line if name == "line" else value)
    rule.save()
    return rule, True
