"""The life of a ticket: which move leads from which status to which. The one table of transitions.

    new, open, pending -> pending, resolved, spam, merged
    new                -> open      by a claim or a human reply
    pending            -> open      by resume, a reply or the creator
    resolved           -> open, closed, spam

Escalate, return and transfer go from new, open and pending and keep the status. Notes and automatic
messages move nothing and are not moves. Source: api.md, "Statuses".
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from supportdesk.errors import MoveRefused

Status = Literal["new", "open", "pending", "resolved", "closed", "spam", "merged"]
Move = Literal[
    "claim",
    "assign",
    "release",
    "reply",
    "receive_message",
    "pend",
    "resume",
    "escalate",
    "return",
    "transfer",
    "resolve",
    "reopen",
    "close",
    "spam",
    "merge",
    "follow_up",
]

_KEEP: Final = {"new": "new", "open": "open", "pending": "pending"}

TRANSITIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        # move: {status before: status after}
        "claim": {"new": "open", "open": "open", "pending": "pending"},
        "assign": {"new": "open", "open": "open", "pending": "pending"},
        "release": _KEEP,
        "reply": {"new": "open", "open": "open", "pending": "open", "resolved": "resolved"},
        "receive_message": {"new": "new", "open": "open", "pending": "open", "resolved": "open"},
        "pend": {"new": "pending", "open": "pending", "pending": "pending"},
        "resume": {"pending": "open"},
        "escalate": _KEEP,
        "return": _KEEP,
        "transfer": _KEEP,
        "resolve": {"new": "resolved", "open": "resolved", "pending": "resolved"},
        "reopen": {"resolved": "open"},
        "close": {"resolved": "closed"},
        "spam": {"new": "spam", "open": "spam", "pending": "spam", "resolved": "spam"},
        "merge": {"new": "merged", "open": "merged", "pending": "merged"},
        "follow_up": {"closed": "closed"},
    }
)


def after(move: str, status: str) -> str:
    """The status that `move` leads to from `status`.

    Raises `MoveRefused`, naming the moves that are allowed, where the table lacks it.
    """
    try:
        return TRANSITIONS[move][status]
    except KeyError:
        moves = allowed_from(status)
        listed = ", ".join(moves) if moves else "none"
        raise MoveRefused(
            f"A ticket that is {status} cannot {SAID[move]}. Allowed from here: {listed}.", moves
        ) from None


def allowed_from(status: str) -> tuple[str, ...]:
    """The moves that staff may make from `status`, in the order of a ticket's life."""
    return tuple(move for move, ways in TRANSITIONS.items() if status in ways and move != "receive_message")


SAID: Final = MappingProxyType(
    {
        "claim": "be claimed",
        "assign": "be assigned",
        "release": "be released",
        "reply": "be replied to",
        "receive_message": "take a creator's message",
        "pend": "be pended",
        "resume": "be resumed",
        "escalate": "be escalated",
        "return": "be returned",
        "transfer": "be transferred",
        "resolve": "be resolved",
        "reopen": "be reopened",
        "close": "be closed",
        "spam": "be marked as spam",
        "merge": "be merged",
        "follow_up": "be followed up",
    }
)
