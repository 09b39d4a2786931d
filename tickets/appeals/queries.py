"""Reads of appeals: which rules hold, which line takes one, who may decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from supportdesk.errors import BadInput
from teams.models import Key, Line, Person, Queue
from tickets.appeals.jurisdictions import jurisdictions_of
from tickets.appeals.models import Appeal, WindowRule
from tickets.appeals.record import TOLD_BY, AppealFigures, Told, figures_of, lives_of
from tickets.appeals.states import ALLOWED, UNDECIDED
from tickets.appeals.windows import HOUSE_RULE, WindowTerms, rules_for, with_built_in
from tickets.models import Event, Message, Ticket
from tickets.querysets import visible_condition

Caller = Person | Key
GONE: Final = Q(kind="marked_spam") | Q(kind="merged", data__has_key="into")
"""Events of a ticket that ended as no request of its own."""


def window_rules(jurisdiction: str, decision_type: str) -> list[WindowTerms]:
    """The rules that hold for an appeal, the most special first, never empty. One query."""
    places = jurisdictions_of(jurisdiction)
    rows = WindowRule.objects.holding_for(places, decision_type).select_related("line")
    return rules_for([row.terms for row in rows], places, decision_type)


def defined_windows() -> list[WindowTerms]:
    """Every rule there is, built-in ones too, by jurisdiction and decision type. One query."""
    rows = WindowRule.objects.select_related("line")
    return [rule for _, rule in sorted(with_built_in(row.terms for row in rows).items())]


def redress_of(rules: Sequence[WindowTerms]) -> str:
    """The redress that the most special rule with one names, else that of the house."""
    return next((rule.redress for rule in rules if rule.redress), HOUSE_RULE.redress)


def line_for(named: str | None, why: str, *, by: Caller | None, pointer: str) -> tuple[Line, str]:
    """The line that takes an appeal, and why, fit to show to staff. Two queries at most.

    The one that is named, if any; else the likeliest (`lines_with_second_tier`): rather than be lost, an
    appeal is taken up somewhere and can be transferred. Raises `BadInput` at `pointer` where no in-house Tier 2
    can take it.
    """
    lines = lines_with_second_tier(by)
    if not named and lines:
        return lines[0], f"No rule names a line for appeals of this kind: {lines[0].slug}."
    found = next((line for line in lines if line.slug == named), None)
    if found is None:
        whose = f"{named} has" if named else "There is"
        raise BadInput(pointer, f"{whose} no in-house Tier 2 queue that takes appeals.", "no_queue")
    return found, f"{why} {named}."


def lines_with_second_tier(by: Caller | None) -> list[Line]:
    """The lines that could take an appeal from this caller, the likeliest first. Two queries at most.

    Those whose in-house Tier 2 asks for appeals come before those that take any channel, then the caller's
    own, then the unrestricted, then those with most certified people in-house. A vendor's caller files on no
    restricted line, a person only where they see it.
    """
    certified = Count("line__certificates", filter=Q(line__certificates__person__vendor=None))
    queues: QuerySet[Any] = (
        Queue.objects.filter(tier=2, team__vendor=None).select_related("line").annotate(certified=certified)
    )
    if by is not None and by.vendor_id is not None:
        queues = queues.filter(line__sensitivity="standard")
    elif isinstance(by, Person):
        queues = queues.filter(line__in=Line.objects.visible_to(by).values("pk"))
    own = set() if by is None else set(Line.objects.visible_to(by).values_list("pk", flat=True))
    taking = [queue for queue in queues if not queue.channels or "appeal" in queue.channels]
    taking.sort(
        key=lambda queue: (
            "appeal" not in queue.channels,
            queue.line_id not in own,
            queue.line.is_restricted,
            -queue.certified,
            queue.line.slug,
        )
    )
    return list(dict.fromkeys(queue.line for queue in taking))


def why_not_decide(appeal: Appeal, person: Person) -> str:
    """Why this person may not decide this appeal; empty where they may. At most one query."""
    if appeal.is_by(person):
        return f"{person.label} made the decision that is contested."
    if person.vendor_id is not None:
        return f"{person.label} works for a vendor; appeals are decided in-house."
    if person.role not in ("specialist", "lead") or not person.is_active:
        return f"{person.label} is no specialist or lead."
    if not Ticket.objects.filter(visible_condition(person), pk=appeal.ticket_id).exists():
        return f"{person.label} has no certificate for {appeal.ticket.line.slug}."
    return ""


def evidence_of(appeal: Appeal) -> list[Message]:
    """What the appellant sent after the statement, until the end, oldest first. One query."""
    messages = Message.objects.filter(ticket=appeal.ticket_id, kind="creator", pk__gt=appeal.statement_id)
    if appeal.answer_id is not None:
        messages = messages.filter(pk__lt=appeal.answer_id)
    elif appeal.withdrawn_at is not None:
        messages = messages.filter(at__lte=appeal.withdrawn_at)
    return list(messages.order_by("at", "pk"))


@dataclass(frozen=True)
class AppealPanel:
    """An appeal as the ticket page shows it.

    `about` is the earlier ticket, where the viewer sees it; `barred` why they may not decide the appeal;
    `verbs` what they may do to it.
    """

    appeal: Appeal
    about: str
    state: str
    evidence: list[Message]
    barred: str
    verbs: tuple[str, ...]

    @property
    def undecided(self) -> bool:
        return self.state in UNDECIDED


def appeal_panel(ticket: Ticket, person: Person) -> AppealPanel | None:
    """The appeal that a ticket is, if it is one; at most four queries, none on another channel."""
    appeal = appeal_on(ticket)
    if appeal is None:
        return None
    state = appeal.state
    works_it = person.vendor_id is None or ticket.queue.team.vendor_id == person.vendor_id
    barred = why_not_decide(appeal, person) if state in UNDECIDED else ""
    verbs = (
        ("decide", not barred),
        ("request_evidence", True),
        ("withdraw", True),
        ("admit_late", person.role == "lead" and ticket.status != "closed"),
    )
    about = appeal.about
    if about is not None and not Ticket.objects.visible_to(person).filter(pk=about.pk).exists():
        about = None
    return AppealPanel(
        appeal=appeal,
        about=about.ref if about is not None else "",
        state=state,
        evidence=evidence_of(appeal),
        barred=barred,
        verbs=tuple(verb for verb, may in verbs if may and works_it and state in ALLOWED[verb]),
    )


def appeal_on(ticket: Ticket) -> Appeal | None:
    """The appeal that this ticket is, with its people and messages. One query, none for another channel."""
    if ticket.channel != "appeal":
        return None
    appeal = Appeal.objects.with_people().filter(ticket=ticket).first()
    if appeal is not None:
        appeal.ticket = ticket
    return appeal


def appeal_figures(*, tickets: QuerySet[Ticket], begins: datetime, ends: datetime) -> AppealFigures:
    """The appeals among `tickets`, told by what happened before `ends` alone; one query.

    Ended between `begins` and `ends`, or open at `ends`. Counted again later it is the same, but for what
    became known late. Spam and merged ones are not open; nobody decides them.
    """
    appeals = Appeal.objects.touching(begins, ends).filter(ticket__in=tickets)
    rows = list(
        Event.objects.filter(ticket__in=appeals.values("ticket"), at__lt=ends)
        .filter(Q(kind__in=TOLD_BY) | GONE)
        .order_by("ticket_id", "seq")
        .values_list("ticket_id", "kind", "at", "data__outcome")
    )
    gone = {ticket_id for ticket_id, kind, *_ in rows if kind not in TOLD_BY}
    lives = lives_of(
        Told(ticket_id, kind, at, outcome or "") for ticket_id, kind, at, outcome in rows if kind in TOLD_BY
    )
    return figures_of([life for life in lives if life.ended or life.ticket_id not in gone], begins)
