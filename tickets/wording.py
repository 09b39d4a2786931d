"""How pages say the fixed words of tickets, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

STATUS: Final[Words] = {
    "new": _("New"),
    "open": _("Open"),
    "pending": _("Pending"),
    "resolved": _("Resolved"),
    "closed": _("Closed"),
    "spam": _("Spam"),
    "merged": _("Merged"),
}
PENDING_ON: Final[Words] = {"creator": _("the creator"), "third_party": _("a third party")}
PRIORITY: Final[Words] = {
    "urgent": _("Urgent"),
    "high": _("High"),
    "normal": _("Normal"),
    "low": _("Low"),
}
CHANNEL: Final[Words] = {
    "in_app": _("In the app"),
    "webform": _("Web form"),
    "appeal": _("Appeal"),
    "internal_form": _("Internal form"),
}
SLA: Final[Words] = {
    "at_risk": _("At risk"),
    "breached": _("Breached"),
    "paused": _("Paused"),
    "ok": _("On time"),
    "was_breached": _("Was breached"),
}
TIMER_STATE: Final[Words] = {
    "running": _("running"),
    "paused": _("paused"),
    "met": _("met"),
    "breached": _("breached"),
    "cancelled": _("cancelled"),
}
METRIC: Final[Words] = {
    "first_reply": _("First reply"),
    "next_reply": _("Next reply"),
    "update": _("Update"),
    "requester_wait": _("Requester wait"),
    "agent_work": _("Agent work"),
    "resolution": _("Resolution"),
    "tier_ownership": _("Tier ownership"),
    "appeal_decision": _("Appeal decision"),
}
RESOLUTION: Final[Words] = {
    "solved": _("Solved"),
    "answered": _("Answered"),
    "no_action": _("No action needed"),
    "withdrawn": _("Withdrawn"),
    "no_response": _("No response"),
    "duplicate": _("Duplicate"),
    "not_reproducible": _("Not reproducible"),
}
OUTCOME: Final[Words] = {
    "upheld": _("Upheld"),
    "overturned": _("Overturned"),
    "partly_overturned": _("Partly overturned"),
    "inadmissible": _("Inadmissible"),
}
APPEAL_STATE: Final[Words] = {
    "open": _("Waits for a decision"),
    "awaiting_evidence": _("Waits for evidence"),
    "refused": _("Refused: it came too late"),
    "decided": _("Decided"),
    "withdrawn": _("Withdrawn"),
}
REASON: Final[Words] = {
    "policy_question": _("Policy question"),
    "needs_authority": _("Needs authority"),
    "specialist_skill": _("Specialist skill"),
    "restricted_data": _("Restricted data"),
    "suspected_fraud": _("Suspected fraud"),
    "safety_risk": _("Safety risk"),
    "creator_request": _("The creator asked for it"),
    "quality_concern": _("Quality concern"),
    "other": _("Other"),
}
MOVE: Final[Words] = {
    "claim": _("Take"),
    "assign": _("Assign"),
    "release": _("Release"),
    "reply": _("Reply"),
    "receive_message": _("Creator's message"),
    "pend": _("Pend"),
    "resume": _("Resume"),
    "escalate": _("Escalate"),
    "return": _("Return"),
    "transfer": _("Transfer"),
    "resolve": _("Resolve"),
    "reopen": _("Reopen"),
    "close": _("Close"),
    "spam": _("Spam"),
    "merge": _("Merge"),
    "follow_up": _("Follow-up"),
    "add_evidence": _("Add evidence"),
    "request_evidence": _("Ask for evidence"),
    "decide": _("Decide"),
    "withdraw": _("Withdraw"),
    "admit_late": _("Take up"),
}
FIELD: Final[Words] = {
    "subject": _("subject"),
    "tags": _("tags"),
    "custom_fields": _("custom fields"),
    "locale": _("language"),
}
EVENT: Final[Words] = {
    "created": _("came in through %(channel)s, into %(queue)s"),
    "claimed": _("took it"),
    "released": _("gave it back to the queue"),
    "assigned": _("assigned it to %(assignee)s"),
    "replied": _("replied"),
    "noted": _("wrote a note"),
    "creator_message": _("The creator wrote"),
    "pended": _("pended it on %(on)s"),
    "resumed": _("opened it again"),
    "escalated": _("escalated it to %(queue)s: %(reason)s"),
    "returned": _("returned it to %(queue)s"),
    "transferred": _("transferred it to %(queue)s"),
    "priority_changed": _("changed the priority from %(before)s to %(priority)s"),
    "edited": _("changed %(fields)s"),
    "resolved": _("resolved it: %(resolution)s"),
    "reopened": _("reopened it"),
    "closed": _("closed it"),
    "marked_spam": _("marked it as spam"),
    "merged": _("merged it"),
    "followed_up": _("started the follow-up %(by_ticket)s"),
    "sla_warning": _("%(metric)s passed %(level)s %% of its target"),
    "sla_breached": _("%(metric)s breached"),
    "sla_acknowledged": _("acknowledged the alert on %(metric)s"),
    "revealed": _("revealed personal data"),
    "appeal_submitted": _("submitted it as an appeal, which could be made until %(last_day)s"),
    "evidence_asked": _("asked for evidence"),
    "evidence_given": _("added evidence"),
    "appeal_decided": _("decided the appeal: %(outcome)s"),
    "appeal_withdrawn": _("withdrew the appeal"),
    "appeal_admitted": _("took the appeal up although it came late"),
}
ANOTHER: Final = _("another vendor's")
"""What stands for a name that a vendor does not read."""

LISTS: Final[Mapping[str, Words]] = {
    "status": STATUS,
    "pending_on": PENDING_ON,
    "priority": PRIORITY,
    "channel": CHANNEL,
    "sla": SLA,
    "timer_state": TIMER_STATE,
    "metric": METRIC,
    "resolution": RESOLUTION,
    "outcome": OUTCOME,
    "appeal_state": APPEAL_STATE,
    "reason": REASON,
    "move": MOVE,
}


def said(words: str, value: str) -> str:
    """A word of a fixed list as pages say it; a word that has no saying as it is written."""
    return str(LISTS[words].get(value, value.replace("_", " ")))


def event_sentence(kind: str, data: Mapping[str, object]) -> str:
    """What happened, as the rest of a sentence that begins with who did it."""
    unread = ("queue", "assignee", "by_ticket", "level", "channel", "priority", "before")
    told: dict[str, object] = dict.fromkeys(unread, ANOTHER)
    told |= {name: value for name, value in data.items() if value is not None}
    for name, words in (
        ("channel", CHANNEL),
        ("on", PENDING_ON),
        ("reason", REASON),
        ("before", PRIORITY),
        ("priority", PRIORITY),
        ("resolution", RESOLUTION),
        ("outcome", OUTCOME),
        ("metric", METRIC),
    ):
        if kind != "assigned" or name != "before":
            told[name] = words.get(str(told.get(name, "")), told.get(name, ""))
    fields = data.get("fields")
    told["fields"] = (
        ", ".join(str(FIELD.get(field, field)) for field in fields) if isinstance(fields, list) else ""
    )
    return str(EVENT[kind]) % told
