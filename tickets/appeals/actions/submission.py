"""An appeal comes in, in time or late; and a late one is taken up after all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from slas.moves import Decided, Submitted
from supportdesk.errors import BadInput, NotAllowed
from teams.models import Line, Person
from tickets.actions.change import Change
from tickets.actions.conversation import add_note, carry_reply
from tickets.actions.ending import carry_reopen, carry_resolve
from tickets.actions.opening import CreatorFacts, NewTicket, open_ticket
from tickets.actions.storage import AT_ONCE
from tickets.appeals.actions.frame import Caller, check_text, working_on
from tickets.appeals.jurisdictions import ANY
from tickets.appeals.models import GROUND_MAX, NAME_MAX, Appeal
from tickets.appeals.queries import line_for, redress_of, window_rules
from tickets.appeals.states import answer_text
from tickets.appeals.windows import TYPE_MAX, Window, WindowTerms, window_of
from tickets.appeals.wording import reasons_of_refusal, taken_up
from tickets.models import Message, Ticket
from tickets.words import BODY_MAX, SUBJECT_MAX


@dataclass(frozen=True)
class NewAppeal:
    """An appeal as it arrives.

    `decision_at` is when the contested decision was made, `informed_at` when the creator was told of it (the
    same instant where that is not known). `made_by` is who made it: a username or e-mail of somebody here, or
    any label. `about` is an earlier ticket of the same creator; without one `line` may name where it goes.
    `jurisdiction` is an ISO 3166 region, that of the creator where it is empty.
    """

    creator: CreatorFacts
    decision_type: str
    decision_at: datetime
    ground: str
    automated: bool
    statement: str
    informed_at: datetime | None = None
    made_by: str = ""
    about: Ticket | None = None
    line: Line | None = None
    jurisdiction: str = ""
    locale: str = ""


def submit_appeal(
    *, new: NewAppeal, source: str, by: Caller | None, origin: str = "", at: datetime
) -> Appeal:
    """Open an appeal: a ticket of channel `appeal` in in-house Tier 2, with the decision clock running.

    One that comes after its window gets a reasoned refusal by public message in the same transaction, and a
    lead can lift that (`admit_late`). `by` is None where creators file it themselves. Raises `BadInput` at
    /creator, /decision, /statement or /ticket, with pointers into the body of `POST appeals/`.
    """
    check_appeal(new, at)
    informed_at = new.informed_at or new.decision_at
    with transaction.atomic():
        jurisdiction = new.jurisdiction or new.creator.region or ANY
        rules = window_rules(jurisdiction, new.decision_type)
        window = window_of(rules[0], informed_at)
        line, why = place_of(new, rules, by)
        ticket, _ = open_ticket(
            new=NewTicket(
                channel="appeal",
                line=line,
                subject=f"Appeal: {new.decision_type}"[:SUBJECT_MAX],
                body=new.statement,
                creator=new.creator,
                locale=new.locale,
            ),
            source=source,
            by=by,
            origin=origin,
            at=at,
        )
        maker = maker_named(new.made_by)
        appeal = Appeal(
            ticket=ticket,
            about=new.about,
            decision_type=new.decision_type,
            ground=new.ground,
            automated=new.automated,
            decision_at=new.decision_at,
            informed_at=informed_at,
            made_by=maker,
            made_by_name=new.made_by,
            jurisdiction=jurisdiction,
            window=told_window(rules[0]),
            last_day=window.last_day,
            window_ends_at=window.ends_at,
            submitted_at=at,
            late=window.is_late(at),
            statement=Message.objects.get(ticket=ticket),
        )
        change = Change(ticket, storage=AT_ONCE, by=by, at=at, origin=origin)
        ticket.routing["steps"].insert(0, why)
        change.clock(Submitted())
        change.record(
            "appeal_submitted",
            decision_type=new.decision_type,
            jurisdiction=jurisdiction,
            last_day=window.last_day.isoformat(),
            about=new.about.ref if new.about is not None else None,
        )
        if appeal.late:
            change.by = None
            refuse_late(change, appeal, rules, window)
        else:
            appeal.save(force_insert=True)
        change.write_down()
    return appeal


def refuse_late(change: Change, appeal: Appeal, rules: list[WindowTerms], window: Window) -> None:
    """Answer a late appeal with the rule and its dates, and resolve it: by the desk, nobody decided anything."""
    reasons = reasons_of_refusal(rules[0], window, submitted_at=change.at, locale=change.ticket.locale)
    appeal.redress = redress_of(rules)
    appeal.answer = carry_reply(change, answer_text(reasons, appeal.redress), author=None, automated=True)
    appeal.outcome = "inadmissible"
    appeal.decided_at = change.at
    appeal.save(force_insert=True)
    change.clock(Decided())
    change.record(
        "appeal_decided",
        message=appeal.answer,
        message_id=appeal.answer.pk,
        outcome="inadmissible",
        late=True,
    )
    carry_resolve(change, "no_action")


def admit_late(
    *,
    appeal: Appeal,
    by: Person,
    reason: str,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Appeal:
    """Take up an appeal that was refused as late: its decision is awaited again, from now.

    Only a lead of its line may (`NotAllowed`). The reason is kept as a note, the refusal stays in the history,
    and the appellant is told. Raises `BadInput` at /reason.
    """
    check_text(reason, "/reason", most=BODY_MAX, what="Say why it is taken up although it came late.")
    if by.role != "lead":
        raise NotAllowed("Only a lead takes up an appeal that came late.")
    with working_on(
        appeal, move="admit_late", by=by, at=at, expected_version=expected_version, origin=origin
    ) as (change, found):
        if change.ticket.status == "resolved":
            change.move("reopen")
            carry_reopen(change)
        noted = add_note(change, reason)
        change.clock(Submitted())
        change.record("appeal_admitted", message=noted, message_id=noted.pk)
        carry_reply(change, taken_up(locale=change.ticket.locale), author=None, automated=True)
        found.admitted_by = by
        found.admitted_at = at
        found.outcome = ""
        found.decided_at = found.answer = None
        found.redress = ""
        found.save()
    return found


def check_appeal(new: NewAppeal, at: datetime) -> None:
    """Refuse, at the field, what cannot be an appeal."""
    check_text(new.decision_type, "/decision/type", most=TYPE_MAX, what="Say what kind of decision it is.")
    check_text(new.ground, "/decision/ground", most=GROUND_MAX, what="Say on what ground it was decided.")
    check_text(new.statement, "/statement", most=BODY_MAX, what="Say why the decision is contested.")
    if len(new.made_by) > NAME_MAX:
        raise BadInput("/decision/decided_by", f"At most {NAME_MAX} characters.", "max_length")
    if new.decision_at > at:
        raise BadInput("/decision/decided_at", "This time lies in the future.", "future")
    if new.informed_at is not None and not new.decision_at <= new.informed_at <= at:
        raise BadInput(
            "/decision/informed_at", "A creator is told of a decision after it is made.", "invalid"
        )
    if new.about is not None and new.about.creator.external_id != new.creator.external_id:
        raise BadInput("/ticket", f"{new.about.ref} is another creator's.", "invalid")


def place_of(new: NewAppeal, rules: list[WindowTerms], by: Caller | None) -> tuple[Line, str]:
    """The line that takes it, and why."""
    if new.about is not None:
        return line_for(new.about.line.slug, f"{new.about.ref} is on", by=by, pointer="/ticket")
    if new.line is not None:
        return line_for(new.line.slug, "It was filed on", by=by, pointer="/lob")
    named = next((rule.line for rule in rules if rule.line), None)
    return line_for(named, "Appeals of this kind go to", by=by, pointer="/decision/type")


def maker_named(label: str) -> Person | None:
    """The person here whom a label names by username or e-mail, if any."""
    name = label.strip()
    if not name:
        return None
    return (
        Person.objects.filter(username=name.lower()).first()
        or Person.objects.filter(email__iexact=name).first()
    )


def told_window(terms: WindowTerms) -> dict[str, Any]:
    """The rule as it is kept on the appeal."""
    kept = ("jurisdiction", "decision_type", "months", "days", "timezone", "source")
    return {name: value for name, value in asdict(terms).items() if name in kept and value is not None}
