"""Clocks counted the slow way, minute by minute from the definitions, to hold the fast ones against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slas.moves import (
    Cancelled,
    CreatorWrote,
    Decided,
    EnteredQueue,
    EvidenceAsked,
    HumanReply,
    Move,
    Opened,
    Pended,
    Reopened,
    Reprioritised,
    Resolved,
    Submitted,
    Withdrawn,
)
from slas.terms import WEEKDAYS

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Counts = Callable[[datetime], bool]
"""Whether the minute that begins at an instant counts."""


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += MINUTE


@dataclass(frozen=True)
class SlowCalendar:
    """Looks at the clock on the wall: a minute counts when some window of its day, or of the day before,
    holds it. Right where no window opens or closes within an hour that occurs twice or never."""

    zone: ZoneInfo
    hours: Mapping[str, Sequence[str]]
    closed: frozenset[date] = frozenset()
    own: Mapping[date, Sequence[str]] | None = None

    def __call__(self, instant: datetime) -> bool:
        wall = instant.astimezone(self.zone)
        today, before = wall.date(), wall.date() - DAY
        return any(
            opens <= wall.time() < closes
            if opens < closes
            else opens <= wall.time() or (closes == time() and opens <= wall.time())
            for opens, closes in self.windows(today)
        ) or any(closes <= opens and wall.time() < closes for opens, closes in self.windows(before))

    def windows(self, day: date) -> list[tuple[time, time]]:
        """A window that closes at or before it opens runs over midnight; 24:00 reads as 00:00 of then."""
        if self.own is not None and day in self.own:
            texts = self.own[day]
        else:
            texts = () if day in self.closed else self.hours.get(WEEKDAYS[day.weekday()], ())
        halves = (text.replace("24:00", "00:00").split("-") for text in texts)
        return [(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in halves]


def always(instant: datetime) -> bool:
    return True


@dataclass
class SlowTimer:
    metric: str
    cycle: int
    started_at: datetime
    ended_at: datetime | None
    cancelled: bool
    target: timedelta
    elapsed: timedelta
    breached_at: datetime | None
    state: str


UNSOLVED = ("open", "creator", "third_party")
RUNS = {
    "first_reply": UNSOLVED,
    "next_reply": UNSOLVED,
    "update": UNSOLVED,
    "requester_wait": ("open", "third_party"),
    "agent_work": ("open",),
    "resolution": UNSOLVED,
    "tier_ownership": UNSOLVED,
    "appeal_decision": (*UNSOLVED, "solved"),
}
LOWER = {
    "urgent": ("urgent", "high", "normal", "low"),
    "high": ("high", "normal", "low", "urgent"),
    "normal": ("normal", "low", "high", "urgent"),
    "low": ("low", "normal", "high", "urgent"),
}
"""Where to look for a target: one's own, the next lower ones, then upwards to the nearest."""


@dataclass(frozen=True)
class Moment:
    """What was so after the n-th move."""

    n: int
    at: datetime
    word: str
    status: str
    priority: str
    asked: bool = False


OF_APPEALS: dict[type[Move], tuple[str, bool]] = {
    Submitted: ("submitted", False),
    EvidenceAsked: ("asked", True),
    Decided: ("decided", False),
    Withdrawn: ("withdrawn", False),
}
"""The word, and whether evidence is awaited from then on; they leave the status alone."""


def tell(created: datetime, history: Sequence[tuple[datetime, Move]], priority: str) -> list[Moment]:
    """The history as it was, moves that meant nothing left out."""
    moments = [Moment(0, created, "created", "open", priority)]
    status, asked = "open", False
    for n, (at, move) in enumerate(history, 1):
        if status == "cancelled":
            continue
        if type(move) in OF_APPEALS:
            word, asked = OF_APPEALS[type(move)]
        else:
            word, status = said(move, status)
            asked = asked and word != "creator"
            priority = move.priority if isinstance(move, Reprioritised) else priority
        if word:
            moments.append(Moment(n, at, word, status, priority, asked))
    return moments


def said(move: Move, status: str) -> tuple[str, str]:
    """What a move was and the status after it; no word where it meant nothing."""
    unsolved = status in UNSOLVED
    match move:
        case HumanReply() if unsolved:
            return "reply", "open"
        case CreatorWrote() if unsolved:
            return "creator", "open"
        case Opened() if unsolved:
            return "opened", "open"
        case Pended(on) if unsolved:
            return "pended", on
        case EnteredQueue() if unsolved:
            return "entered", status
        case Resolved() if unsolved:
            return "resolved", "solved"
        case Reopened() if status == "solved":
            return "reopened", "open"
        case Cancelled():
            return "cancelled", "cancelled"
        case Reprioritised():
            return "priority", status
    return "", status


def decisions(moments: Sequence[Moment]) -> list[tuple[Moment, Moment | None]]:
    """From each submission, while none is awaited already, to what ended it."""
    found: list[tuple[Moment, Moment | None]] = []
    submitted: Moment | None = None
    for moment in moments:
        if moment.word == "submitted" and submitted is None:
            submitted = moment
        elif moment.word in ("decided", "withdrawn", "cancelled") and submitted is not None:
            found.append((submitted, moment))
            submitted = None
    return found if submitted is None else [*found, (submitted, None)]


def cycles(metric: str, moments: Sequence[Moment]) -> list[tuple[Moment, Moment | None]]:
    """When each timer of a metric began and ended, by its definition."""

    def until(first: Moment, *words: str) -> Moment | None:
        return next((m for m in moments if m.n > first.n and m.word in (*words, "cancelled")), None)

    begun = moments[0]
    if metric == "first_reply":
        return [(begun, until(begun, "reply", "resolved"))]
    if metric in ("requester_wait", "agent_work", "resolution"):
        last = max((m for m in moments if m.word in ("created", "reopened")), key=lambda m: m.n)
        return [(begun, until(last, "resolved"))]
    if metric == "tier_ownership":
        stays = [m for m in moments if m.word in ("created", "entered", "reopened")]
        return [(stay, until(stay, "entered", "resolved")) for stay in stays]
    found: list[tuple[Moment, Moment | None]] = []
    if metric == "appeal_decision":
        return decisions(moments)
    if metric == "next_reply":
        over = until(begun, "reply", "resolved")
        for wrote in (m for m in moments if m.word == "creator" and over is not None and m.n > over.n):
            answered = found[-1][1] if found else over
            if answered is not None and wrote.n > answered.n:
                found.append((wrote, until(wrote, "reply", "resolved")))
        return found
    for reply in (m for m in moments if m.word == "reply"):
        if found and (found[-1][1] is None or found[-1][1].n > reply.n):
            continue
        later = [m for m in moments if m.n > reply.n]
        ends = next(
            (
                m
                for m in later
                if m.word in ("resolved", "cancelled") or (m.word == "reply" and m.at > reply.at)
            ),
            None,
        )
        if ends is not None and ends.word == "resolved" and ends.at == reply.at:
            continue
        found.append((reply, ends))
    return found


@dataclass(frozen=True)
class World:
    """What every timer of one life shares. Targets in minutes; every instant lies on a whole minute."""

    moments: Sequence[Moment]
    counts: Counts
    targets: Mapping[str, Mapping[str, int]]
    until: datetime
    update_pauses: bool

    def timers(self) -> list[SlowTimer]:
        lives = [
            (metric, life) for metric in self.targets for life in enumerate(cycles(metric, self.moments), 1)
        ]
        return [self.walk(metric, cycle, *life) for metric, (cycle, life) in lives]

    def walk(self, metric: str, cycle: int, begun: Moment, ended: Moment | None) -> SlowTimer:
        """One timer, a minute at a time."""
        runs = RUNS["requester_wait" if metric == "update" and self.update_pauses else metric]
        of_appeal = metric == "appeal_decision"
        last = ended.at if ended is not None else self.until
        known = [m for m in self.moments if m.n > begun.n and (ended is None or m.n <= ended.n)]
        priority, status, waits = begun.priority, begun.status, of_appeal and begun.asked
        target = self.goal(metric, priority)
        elapsed = timedelta()
        due = breached_at = None
        for minute in minutes(begun.at, last + MINUTE):
            while known and known[0].at == minute:
                now = known.pop(0)
                new, old = self.goal(metric, now.priority), self.goal(metric, priority)
                priority, status, waits = now.priority, now.status, of_appeal and now.asked
                if new != old and breached_at is None and (of_appeal or status != "solved"):
                    target, due = max(new, elapsed + new / 4), None
            if minute == last or status not in runs or waits:
                continue
            if due is not None and breached_at is None:
                breached_at = due
            if of_appeal or self.counts(minute):
                elapsed += MINUTE
                if elapsed == target and due is None:
                    due = minute + MINUTE
        cancelled = ended is not None and (
            ended.word == "cancelled" or (ended.word == "withdrawn" and breached_at is None)
        )
        if cancelled:
            state = "cancelled"
        elif breached_at is not None:
            state = "breached"
        elif ended is not None:
            state = "met"
        else:
            state = "running" if status in runs and not waits else "paused"
        ended_at = ended.at if ended is not None else None
        return SlowTimer(metric, cycle, begun.at, ended_at, cancelled, target, elapsed, breached_at, state)

    def goal(self, metric: str, priority: str) -> timedelta:
        targets = self.targets[metric]
        return timedelta(minutes=next(targets[word] for word in LOWER[priority] if word in targets))
