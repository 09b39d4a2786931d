"""The fixed words of tickets, as pages, the setup file and the REST API write them (api.md, "Lists")."""

from typing import Final

STATUSES: Final = ("new", "open", "pending", "resolved", "closed", "spam", "merged")
UNSOLVED: Final = ("new", "open", "pending")
PENDING_ON: Final = ("creator", "third_party")
CHANNELS: Final = ("in_app", "webform", "appeal", "internal_form")

PRIORITIES: Final = ("urgent", "high", "normal", "low")
"""Most urgent first; `PRIORITY_RANKS` is what the database sorts by."""
PRIORITY_RANKS: Final = {priority: rank for rank, priority in enumerate(PRIORITIES, start=1)}

RESOLUTIONS: Final = (
    "solved",
    "answered",
    "no_action",
    "withdrawn",
    "no_response",
    "duplicate",
    "not_reproducible",
)
ESCALATION_REASONS: Final = (
    "policy_question",
    "needs_authority",
    "specialist_skill",
    "restricted_data",
    "suspected_fraud",
    "safety_risk",
    "creator_request",
    "quality_concern",
    "other",
)
MESSAGE_KINDS: Final = ("reply", "note", "creator")

EVENT_KINDS: Final = (
    "created",
    "claimed",
    "released",
    "assigned",
    "replied",
    "noted",
    "creator_message",
    "pended",
    "resumed",
    "escalated",
    "returned",
    "transferred",
    "priority_changed",
    "edited",
    "resolved",
    "reopened",
    "closed",
    "marked_spam",
    "merged",
    "followed_up",
    "sla_warning",
    "sla_breached",
    "sla_acknowledged",
    "revealed",
    "appeal_submitted",
    "evidence_asked",
    "evidence_given",
    "appeal_decided",
    "appeal_withdrawn",
    "appeal_admitted",
)
HIDDEN_AFTER_HANDOVER: Final = (
    "creator_message",
    "noted",
    "revealed",
    "claimed",
    "released",
    "assigned",
    "edited",
    "sla_acknowledged",
)
"""Kinds of events that a vendor does not hear of once it has handed a ticket up."""
HANDOVER_NOTE_MIN: Final = 20
SUBJECT_MAX: Final = 200
BODY_MAX: Final = 20_000
EXTERNAL_REF_MAX: Final = 128
