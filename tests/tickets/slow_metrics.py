"""What a ticket's metrics are, told from its history alone, the slow way: the oracle of its timers.

Round the clock only. Phases follow from the events in their order; a metric's time is the sum of the
stretches in which its phase counts, from its start to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

UNSOLVED = frozenset({"open", "creator", "third_party"})
COUNTED = {
    "first_reply": UNSOLVED,
    "requester_wait": frozenset({"open", "third_party"}),
    "agent_work": frozenset({"open"}),
    "resolution": UNSOLVED,
}


@dataclass(frozen=True)
class Happened:
    """One event of a history."""

    at: datetime
    kind: str
    data: dict[str, Any]


def metrics(history: Sequence[Happened], now: datetime) -> dict[str, tuple[timedelta, datetime | None]]:
    """Counted time of each metric up to `now`, and when it ended."""
    phases = list(phases_of(history))
    answered = next((at for at, _, human in phases if human), None)
    solved = [at for at, phase, _ in phases if phase == "solved"]
    gone = next((at for at, phase, _ in phases if phase == "gone"), None)
    ends = [at for at in (answered, *solved[:1], gone) if at is not None]
    found = {"first_reply": (counted(phases, "first_reply", min((*ends, now))), min(ends, default=None))}
    last = phases[-1]
    for metric in ("requester_wait", "agent_work", "resolution"):
        if last[1] == "gone":
            ended = solved[-1] if was_solved(phases) else last[0]
        else:
            ended = last[0] if last[1] == "solved" else None
        found[metric] = (counted(phases, metric, now), ended)
    return found


def was_solved(phases: Sequence[tuple[datetime, str, bool]]) -> bool:
    return len(phases) > 1 and phases[-2][1] == "solved"


def phases_of(history: Iterable[Happened]) -> Iterable[tuple[datetime, str, bool]]:
    """When each phase began, which one, and whether a person's reply began it or fell into it."""
    phase = "open"
    for event in history:
        human = False
        match event.kind:
            case "created" | "resumed" | "reopened":
                phase = "open"
            case "creator_message" if phase in UNSOLVED:
                phase = "open"
            case "replied" if not event.data["automated"] and phase in UNSOLVED:
                phase, human = "open", True
            case "pended":
                phase = event.data["on"]
            case "resolved":
                phase = "solved"
            case "marked_spam":
                phase = "gone"
            case "merged" if "into" in event.data:
                phase = "gone"
            case _:
                continue
        yield event.at, phase, human


def counted(phases: Sequence[tuple[datetime, str, bool]], metric: str, until: datetime) -> timedelta:
    total = timedelta()
    for place, (began, phase, _) in enumerate(phases):
        ended = phases[place + 1][0] if place + 1 < len(phases) else until
        if phase in COUNTED[metric]:
            total += max(min(ended, until) - began, timedelta())
    return total
