"""The metrics as one table: what starts each, while what it runs, what ends it.

It is the table of clocks of the domain. `update` is the plain kind here; its pausable kind stands still
while pending on the creator (`runs_while`). The appeal's decision runs whatever the ticket's status and
stands still only while the appellant was asked for evidence and has not answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Phase(StrEnum):
    """What the clocks know of a ticket's status. New and open are one phase to them."""

    OPEN = "open"
    ON_CREATOR = "creator"
    ON_THIRD_PARTY = "third_party"
    SOLVED = "solved"
    CANCELLED = "cancelled"


class Cause(StrEnum):
    """What happens to a ticket that a timer may start or end with."""

    CREATION = "creation"
    REPLY = "reply"
    CREATOR_MESSAGE = "creator_message"
    QUEUE_ENTERED = "queue_entered"
    QUEUE_LEFT = "queue_left"
    RESOLVED = "resolved"
    SUBMITTED = "submitted"
    DECIDED = "decided"


EVIDENCE: Final = "evidence"
"""What a clock notes beside its phase from the request for evidence until the appellant answers."""

UNSOLVED: Final = frozenset({Phase.OPEN, Phase.ON_CREATOR, Phase.ON_THIRD_PARTY})
NOT_ON_CREATOR: Final = UNSOLVED - {Phase.ON_CREATOR}
UNCANCELLED: Final = UNSOLVED | {Phase.SOLVED}


@dataclass(frozen=True)
class Metric:
    starts: Cause
    runs_while: frozenset[Phase]
    ends: frozenset[Cause]
    carries_on: bool = False
    """Whether a reopen runs the same timer on."""
    waits_for_evidence: bool = False
    """Whether it stands still while the appellant was asked for evidence."""
    calendar_time: bool = False
    """Whether it counts round the clock, on whatever calendar its policy counts the others."""


METRICS: Final[dict[str, Metric]] = {
    "first_reply": Metric(Cause.CREATION, UNSOLVED, frozenset({Cause.REPLY, Cause.RESOLVED})),
    "next_reply": Metric(Cause.CREATOR_MESSAGE, UNSOLVED, frozenset({Cause.REPLY, Cause.RESOLVED})),
    "update": Metric(Cause.REPLY, UNSOLVED, frozenset({Cause.REPLY, Cause.RESOLVED})),
    "requester_wait": Metric(Cause.CREATION, NOT_ON_CREATOR, frozenset({Cause.RESOLVED}), carries_on=True),
    "agent_work": Metric(
        Cause.CREATION, frozenset({Phase.OPEN}), frozenset({Cause.RESOLVED}), carries_on=True
    ),
    "resolution": Metric(Cause.CREATION, UNSOLVED, frozenset({Cause.RESOLVED}), carries_on=True),
    "tier_ownership": Metric(Cause.QUEUE_ENTERED, UNSOLVED, frozenset({Cause.QUEUE_LEFT, Cause.RESOLVED})),
    "appeal_decision": Metric(
        Cause.SUBMITTED,
        UNCANCELLED,
        frozenset({Cause.DECIDED}),
        waits_for_evidence=True,
        calendar_time=True,
    ),
}


def stands_by_evidence(metric: str, evidence_asked: bool) -> bool:
    """Whether a timer of `metric` stands still because evidence that was asked for has not come."""
    return evidence_asked and METRICS[metric].waits_for_evidence


def runs_while(metric: str, update_pauses: bool) -> frozenset[Phase]:
    """The phases in which a timer of `metric` runs, under a policy with that kind of update."""
    if metric == "update" and update_pauses:
        return NOT_ON_CREATOR
    return METRICS[metric].runs_while
