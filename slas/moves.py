"""What tickets tell their clocks, and what they get back: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from slas.matching import Facts

if TYPE_CHECKING:
    from teams.models import Queue


@dataclass(frozen=True)
class HumanReply:
    """A person's public reply. It opens a pending ticket. Automatic replies are never told."""


@dataclass(frozen=True)
class CreatorWrote:
    """A message by the creator. It opens a pending ticket; a resolved one is told as reopened first."""


@dataclass(frozen=True)
class Pended:
    on: Literal["creator", "third_party"]


@dataclass(frozen=True)
class Opened:
    """Pending no more: resumed, without a reply or a message."""


@dataclass(frozen=True)
class Resolved:
    pass


@dataclass(frozen=True)
class Reopened:
    """Resolved no more; a new stay in `queue` begins, with the facts of this moment."""

    queue: Queue
    facts: Facts


@dataclass(frozen=True)
class EnteredQueue:
    """Escalated, returned or transferred: the present stay ends, one in `queue` begins."""

    queue: Queue
    facts: Facts


@dataclass(frozen=True)
class Reprioritised:
    priority: str


@dataclass(frozen=True)
class Cancelled:
    """Spam or merged: what has not ended is cancelled. Nothing moves this clock again."""


@dataclass(frozen=True)
class Submitted:
    """An appeal was submitted, or a late one was taken up after all: its decision is awaited from now."""


@dataclass(frozen=True)
class EvidenceAsked:
    """The appellant was asked for evidence. The next `CreatorWrote` is the answer, whatever else happens."""


@dataclass(frozen=True)
class Decided:
    """The appeal was decided."""


@dataclass(frozen=True)
class Withdrawn:
    """The appeal was withdrawn: no decision is awaited, but one that was late by now stays late."""


Move = (
    HumanReply
    | CreatorWrote
    | Pended
    | Opened
    | Resolved
    | Reopened
    | EnteredQueue
    | Reprioritised
    | Cancelled
    | Submitted
    | EvidenceAsked
    | Decided
    | Withdrawn
)


@dataclass(frozen=True)
class Mirror:
    """What a ticket shows of its clock, so that lists need not join timers.

    `due_at` is the earliest among timers that run or are breached and have not ended; the ticket is
    breached at t when `due_at` < t. It is at risk at t when `at_risk_at` <= t <= `at_risk_until`: the
    present or next stretch in which some running timer is past its first warning and not yet breached.
    """

    due_at: datetime | None = None
    at_risk_at: datetime | None = None
    at_risk_until: datetime | None = None


@dataclass(frozen=True)
class Crossing:
    """A level that a timer has reached and that is now an alert."""

    clock_id: int
    timer_id: int
    metric: str
    cycle: int
    level: int
    """Per cent of the target; 100 is the breach."""
    instant: datetime
    """When it was reached, however late it was noticed: for a breach the due instant."""
    alert_id: int
    due_at: datetime | None
    """Of the timer, now; null while it is paused and not breached."""
    ended: bool
    """Whether the timer has ended since: worth a line in the history, but nobody need hurry."""
    mirror: Mirror
    """Of the whole clock, as it is after this sweep."""
