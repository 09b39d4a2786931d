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
def define_window(*, slug: str, terms: WindowTerms, at: datetime) -> tuple[WindowRule, bool]:
    """Say what a rule holds from now on; (the rule, whether it is new or changed).

    Appeals that were submitted keep the rule of then. Raises `BadInput` at the field, "/line" where that line
    is not defined. Two rules for one jurisdiction and decision type are refused when the caller commits, so
    that two can change places.
    """
    check_window(terms)
    line = Line.objects.filter(slug=terms.line).first()
    if terms.line is not None and line is None:
        raise BadInput("/line", f'line "{terms.line}" is not defined')
    rule = WindowRule.objects.select_for_update(of=("self",)).select_related("line").filter(slug=slug).first()
    if rule is not None and rule.terms == terms:
        return rule, False
    rule = rule or WindowRule(slug=slug)
    for name, value in asdict(terms).items():
        setattr(rule, name, line if name == "line" else value)
    rule.save()
    return rule, True
