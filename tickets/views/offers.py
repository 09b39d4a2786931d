"""Which moves a ticket page offers to whom. The actions have the last word; the page only spares a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from teams.models import Person
from tickets import states
from tickets.forms import (
    AssignForm,
    EscalateForm,
    FollowUpForm,
    HandoverForm,
    MergeForm,
    PageForm,
    PendForm,
    PlainForm,
    RemarkForm,
    ResolveForm,
    TransferForm,
)
from tickets.models import Ticket
from tickets.wording import MOVE


@dataclass(frozen=True)
class Way:
    """A move as the page offers it. One with a form opens a dialog, one without is a single press."""

    verb: str
    icon: str
    key: str = ""
    form: type[PageForm] = PlainForm

    @property
    def label(self) -> str:
        return str(MOVE[self.verb])

    @property
    def opens_dialog(self) -> bool:
        return self.form is not PlainForm


WAYS: Final = (
    Way("claim", "check", "take"),
    Way("pend", "paused", form=PendForm),
    Way("resume", "next"),
    Way("escalate", "up", "escalate", form=EscalateForm),
    Way("return", "down", form=HandoverForm),
    Way("transfer", "across", form=TransferForm),
    Way("assign", "person", "assign", form=AssignForm),
    Way("release", "inbox"),
    Way("resolve", "met", form=ResolveForm),
    Way("reopen", "history", form=RemarkForm),
    Way("close", "lock", form=RemarkForm),
    Way("follow_up", "next", form=FollowUpForm),
    Way("merge", "across", form=MergeForm),
    Way("spam", "cancelled", form=RemarkForm),
)
BY_VERB: Final = {way.verb: way for way in WAYS}


def only_reads(ticket: Ticket, person: Person) -> bool:
    """Whether a vendor's person reads on in a ticket that was handed up."""
    return person.vendor_id is not None and ticket.queue.team.vendor_id != person.vendor_id


def may(ticket: Ticket, person: Person, verb: str) -> bool:
    """Whether the page offers this move of this ticket to this person."""
    if only_reads(ticket, person) or verb not in states.allowed_from(ticket.status):
        return False
    held = ticket.assignee_id is not None or ticket.holder_id is not None
    match verb:
        case "claim":
            return not held
        case "release":
            return held
        case "escalate":
            return ticket.queue.tier == 1
        case "return":
            return ticket.queue.tier == 2 and ticket.came_from_id is not None
        case "pend":
            return person.vendor_id is None or ticket.line.vendors_may_pend
        case "merge" | "assign" | "transfer":
            return ticket.is_unsolved
    return True


def offered(ticket: Ticket, person: Person) -> list[Way]:
    """The moves that the page offers, in the order of the toolbar."""
    return [way for way in WAYS if may(ticket, person, way.verb)]


def may_prioritise(ticket: Ticket, person: Person) -> bool:
    barred = person.vendor_id is not None and not ticket.line.vendors_may_prioritise
    return not only_reads(ticket, person) and not barred and ticket.is_unsolved
