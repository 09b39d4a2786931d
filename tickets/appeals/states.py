"""The life of an appeal: what can be done to it in which state. No Django.

    open, awaiting evidence -> evidence added, evidence asked for, decided, withdrawn
    refused (it came late)  -> open, by a lead

An appellant's message leads back from awaiting evidence to open.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from supportdesk.errors import MoveRefused

State = Literal["open", "awaiting_evidence", "refused", "decided", "withdrawn"]
Move = Literal["add_evidence", "request_evidence", "decide", "withdraw", "admit_late"]

STATES: Final = ("open", "awaiting_evidence", "refused", "decided", "withdrawn")
UNDECIDED: Final = ("open", "awaiting_evidence")

OUTCOMES: Final = ("upheld", "overturned", "partly_overturned", "inadmissible")
OVERTURNED: Final = ("overturned", "partly_overturned")
DECIDED_IN_SUBSTANCE: Final = ("upheld", *OVERTURNED)
"""What the overturn rate divides by; inadmissible and withdrawn stand beside it."""

RESOLUTION_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "upheld": "answered",
        "overturned": "solved",
        "partly_overturned": "solved",
        "inadmissible": "no_action",
    }
)
"""How the ticket of a decided appeal is resolved."""

ALLOWED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # move: the states it goes from
        "add_evidence": UNDECIDED,
        "request_evidence": UNDECIDED,
        "decide": UNDECIDED,
        "withdraw": UNDECIDED,
        "admit_late": ("refused",),
    }
)
SAID: Final[Mapping[str, str]] = MappingProxyType(
    {
        "open": "is open",
        "awaiting_evidence": "waits for evidence",
        "refused": "came too late and was refused",
        "decided": "is decided",
        "withdrawn": "was withdrawn",
    }
)


def refuse_move(move: Move, state: State, ref: str) -> None:
    """Raise `MoveRefused`, naming what is allowed, where the appeal's state does not allow the move."""
    if state in ALLOWED[move]:
        return
    allowed = tuple(other for other, states in ALLOWED.items() if state in states)
    listed = ", ".join(allowed) if allowed else "nothing"
    raise MoveRefused(f"Appeal {ref} {SAID[state]}. Allowed now: {listed}.", allowed)


def is_named(label: str, *names: str) -> bool:
    """Whether a free label ("Tom ", "tom@desk.example") is one of a person's names, whatever its case."""
    wanted = label.strip().casefold()
    return bool(wanted) and wanted in {name.strip().casefold() for name in names}


def answer_text(reasons: str, redress: str) -> str:
    """What the creator is sent: the reasons, a blank line, the redress open to them."""
    return f"{reasons}\n\n{redress}"


def reasons_in(answer: str, redress: str) -> str:
    """The reasons of an answer that `answer_text` put together."""
    return answer.removesuffix(f"\n\n{redress}")
