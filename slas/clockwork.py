"""One ticket's clock: how each move starts, pauses, ends and re-targets its timers, in plain Python.

The clock remembers the phases it went through (`phases`), from which every pause of every timer can be
told again, so timers keep no record of their own pauses. Moves that mean nothing in the present phase
(a reply on a resolved ticket) change nothing; a cancelled clock never moves again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import singledispatchmethod
from typing import Any, Protocol

from slas import timers
from slas.matching import Facts
from slas.metrics import EVIDENCE, METRICS, UNSOLVED, Cause, Phase, stands_by_evidence
from slas.moves import (
    Cancelled,
    CreatorWrote,
    Decided,
    EnteredQueue,
    EvidenceAsked,
    HumanReply,
    Mirror,
    Move,
    Opened,
    Pended,
    Reopened,
    Reprioritised,
    Resolved,
    Submitted,
    Withdrawn,
)
from slas.rules import Rule
from slas.timers import TimerLike


class ClockLike(Protocol):
    priority: str
    answered_at: datetime | None
    phases: list[Any]
    """`[ISO instant, phase]` in order, with a third item "evidence" while an appellant was asked for it; the
    last is the present one."""


class NewTimer(Protocol):
    """Makes a timer that has not begun, of whatever kind the caller keeps."""

    def __call__(
        self, *, metric: str, cycle: int, rule: Rule, target: timedelta, queue: Any, at: datetime
    ) -> TimerLike: ...


class Clockwork:
    """A clock with its timers, wound by moves.

    `rule` holds for all that the creator feels, None where no policy matched; `match` finds the one for a
    new stay in a queue. Afterwards `changed` holds the
    timers to save, new ones among them, `dropped` those to delete, and `clock_changed` says whether the
    clock itself did.
    """

    def __init__(
        self,
        clock: ClockLike,
        timers_so_far: Sequence[TimerLike],
        *,
        rule: Rule | None,
        match: Callable[[Facts], Rule | None],
        new_timer: NewTimer,
    ) -> None:
        self.clock = clock
        self.timers = list(timers_so_far)
        self.changed: list[TimerLike] = []
        self.dropped: list[TimerLike] = []
        self.clock_changed = False
        self._rule = rule
        self._match = match
        self._new_timer = new_timer

    @property
    def phase(self) -> Phase:
        return Phase(self.clock.phases[-1][1])

    @property
    def evidence_asked(self) -> bool:
        return EVIDENCE in self.clock.phases[-1][2:]

    @property
    def moved_at(self) -> datetime:
        """The last instant that anything here knows of; none of its moves can lie before it."""
        known = [datetime.fromisoformat(self.clock.phases[-1][0])]
        for timer in self.timers:
            known += [timer.started_at, *filter(None, (timer.running_since, timer.ended_at))]
        return max(known)

    def start(self, facts: Facts, queue: Any, at: datetime) -> None:
        """The ticket is created and enters its first queue."""
        self.clock.phases = [[at.isoformat(), Phase.OPEN]]
        for metric, row in METRICS.items():
            if row.starts is Cause.CREATION:
                self._begin(metric, self._rule, at)
        self._begin("tier_ownership", self._rule, at, queue)

    def apply(self, moves: Iterable[Move], at: datetime) -> None:
        """Make the moves, in order, all at one instant.

        Two edges may read their clocks in one order and get the lock in the other; an instant before
        the last change counts as that change.
        """
        at = max(at, self.moved_at)
        for move in moves:
            if self.phase is not Phase.CANCELLED:
                self._make(move, at)

    def notice(self, at: datetime) -> None:
        """Write down what has been reached by `at`, as after a start that lies in the past."""
        for timer in self._unended():
            self._change(timer)
            timers.notice(timer, at)

    def take_back(self, at: datetime) -> None:
        """Forget what was noticed after `at`, where a history goes on from there."""
        for timer in self._unended():
            self._change(timer)
            timers.take_back(timer, at)

    def tell(self, at: datetime) -> list[tuple[TimerLike, list[tuple[int, datetime]]]]:
        """Hand over the levels that have been reached by `at` and that nobody has been told."""
        told = []
        for timer in self.timers:
            if timer.next_at is not None and timer.next_at <= at:
                levels = timers.tell(timer, at)
                if levels:
                    self._change(timer)
                    told.append((timer, levels))
        return told

    def mirror(self, at: datetime) -> Mirror:
        return mirror(self.timers, at)

    @singledispatchmethod
    def _make(self, move: Move, at: datetime) -> None:
        raise TypeError(f"{move!r} is no move of a clock")

    @_make.register
    def _(self, move: HumanReply, at: datetime) -> None:
        if self.phase not in UNSOLVED:
            return
        self._enter(Phase.OPEN, at)
        self._answered(at)
        update = self._latest("update")
        said_just_now = update is not None and update.ended_at is None and update.started_at == at
        self._end(Cause.REPLY, at, but=update if said_just_now else None)
        if not said_just_now:
            self._begin("update", self._rule, at)

    @_make.register
    def _(self, move: CreatorWrote, at: datetime) -> None:
        if self.phase not in UNSOLVED:
            return
        self._enter(Phase.OPEN, at, evidence_asked=False)
        waiting = self._latest("next_reply")
        if self.clock.answered_at is not None and (waiting is None or waiting.ended_at is not None):
            self._begin("next_reply", self._rule, at)

    @_make.register
    def _(self, move: Pended, at: datetime) -> None:
        if self.phase in UNSOLVED:
            self._enter(Phase(move.on), at)

    @_make.register
    def _(self, move: Opened, at: datetime) -> None:
        if self.phase in UNSOLVED:
            self._enter(Phase.OPEN, at)

    @_make.register
    def _(self, move: Resolved, at: datetime) -> None:
        if self.phase not in UNSOLVED:
            return
        update = self._latest("update")
        if update is not None and update.ended_at is None and update.started_at == at:
            self._drop(update)
        self._end(Cause.RESOLVED, at)
        self._answered(at)
        self._enter(Phase.SOLVED, at)

    @_make.register
    def _(self, move: Reopened, at: datetime) -> None:
        if self.phase is not Phase.SOLVED:
            return
        self._enter(Phase.OPEN, at)
        self._begin("tier_ownership", self._match(move.facts), at, move.queue)

    @_make.register
    def _(self, move: EnteredQueue, at: datetime) -> None:
        if self.phase not in UNSOLVED:
            return
        self._end(Cause.QUEUE_LEFT, at)
        self._begin("tier_ownership", self._match(move.facts), at, move.queue)

    @_make.register
    def _(self, move: Reprioritised, at: datetime) -> None:
        before, self.clock.priority = self.clock.priority, move.priority
        if before == move.priority:
            return
        self.clock_changed = True
        for timer in self._unended():
            target = timer.rule.target(timer.metric, move.priority)
            if target is not None and target != timer.rule.target(timer.metric, before):
                self._change(timer)
                timers.retarget(timer, target, move.priority, at)

    @_make.register
    def _(self, move: Cancelled, at: datetime) -> None:
        for timer in self._unended():
            self._change(timer)
            timers.end(timer, at, cancelled=True)
        self._enter(Phase.CANCELLED, at)

    @_make.register
    def _(self, move: Submitted, at: datetime) -> None:
        self._enter(self.phase, at, evidence_asked=False)
        waiting = self._latest("appeal_decision")
        if waiting is None or waiting.ended_at is not None:
            self._begin("appeal_decision", self._rule, at)

    @_make.register
    def _(self, move: EvidenceAsked, at: datetime) -> None:
        self._enter(self.phase, at, evidence_asked=True)

    @_make.register
    def _(self, move: Decided, at: datetime) -> None:
        self._end(Cause.DECIDED, at)
        self._enter(self.phase, at, evidence_asked=False)

    @_make.register
    def _(self, move: Withdrawn, at: datetime) -> None:
        for timer in self._unended():
            if timer.metric == "appeal_decision":
                self._change(timer)
                timers.end(timer, at, cancelled=not timers.is_breached(timer, at))
        self._enter(self.phase, at, evidence_asked=False)

    def _enter(self, phase: Phase, at: datetime, *, evidence_asked: bool | None = None) -> None:
        """Change the phase: pause what does not run in it, run on what does."""
        left = self.phase
        asked = self.evidence_asked if evidence_asked is None else evidence_asked
        if phase is left and asked is self.evidence_asked:
            return
        for timer in self.timers:
            carries_on = left is Phase.SOLVED and METRICS[timer.metric].carries_on
            if timer.cancelled or (timer.ended_at is not None and not carries_on):
                continue
            runs = timer.rule.runs(timer.metric, phase, asked)
            if runs and timer.running_since is None:
                self._change(timer)
                timers.run(timer, at, self._stopped_at(timer))
            elif not runs and timer.running_since is not None:
                self._change(timer)
                timers.pause(timer, at)
        if self.clock.phases[-1][0] == at.isoformat():
            self.clock.phases.pop()
        entered = [phase, EVIDENCE] if asked else [phase]
        if not self.clock.phases or self.clock.phases[-1][1:] != entered:
            self.clock.phases.append([at.isoformat(), *entered])
        self.clock_changed = True

    def _stopped_at(self, timer: TimerLike) -> datetime | None:
        ran = stretches(timer, self.clock.phases, self.moved_at)
        return next((stretch.ends for stretch in reversed(ran) if stretch.runs), None)

    def _begin(self, metric: str, rule: Rule | None, at: datetime, queue: Any = None) -> None:
        target = rule.target(metric, self.clock.priority) if rule is not None else None
        if rule is None or target is None:
            return
        rule = rule.counting(metric)
        latest = self._latest(metric)
        cycle = latest.cycle + 1 if latest is not None else 1
        timer = self._new_timer(metric=metric, cycle=cycle, rule=rule, target=target, queue=queue, at=at)
        timers.run(timer, at)
        self.timers.append(timer)
        self._change(timer)

    def _end(self, cause: Cause, at: datetime, but: TimerLike | None = None) -> None:
        for timer in self._unended():
            if cause in METRICS[timer.metric].ends and timer is not but:
                self._change(timer)
                timers.end(timer, at)

    def _answered(self, at: datetime) -> None:
        if self.clock.answered_at is None:
            self.clock.answered_at = at
            self.clock_changed = True

    def _drop(self, timer: TimerLike) -> None:
        self.timers = [other for other in self.timers if other is not timer]
        self.changed = [other for other in self.changed if other is not timer]
        self.dropped.append(timer)

    def _change(self, timer: TimerLike) -> None:
        if not any(other is timer for other in self.changed):
            self.changed.append(timer)

    def _latest(self, metric: str) -> TimerLike | None:
        cycles = (timer for timer in self.timers if timer.metric == metric)
        return max(cycles, key=lambda timer: timer.cycle, default=None)

    def _unended(self) -> list[TimerLike]:
        return [timer for timer in self.timers if timer.ended_at is None]


@dataclass(frozen=True)
class Stretch:
    """A part of a timer's life in one phase of its clock; `waits_for` is why it does not run."""

    begins: datetime
    ends: datetime
    waits_for: str | None

    @property
    def runs(self) -> bool:
        return self.waits_for is None


def stretches(timer: TimerLike, phases: Sequence[Any], at: datetime) -> list[Stretch]:
    """The life of a timer up to `at` or its end, cut at the phases of its clock."""
    until = min(at, timer.ended_at) if timer.ended_at is not None else at
    entries = [
        (datetime.fromisoformat(instant), Phase(phase), EVIDENCE in notes)
        for instant, phase, *notes in phases
    ]
    leaves = [*(entry[0] for entry in entries[1:]), until]
    lives = (
        Stretch(max(entered, timer.started_at), min(left, until), waits_for(timer, phase, asked))
        for (entered, phase, asked), left in zip(entries, leaves, strict=True)
    )
    return [stretch for stretch in lives if stretch.begins < stretch.ends]


def waits_for(timer: TimerLike, phase: Phase, evidence_asked: bool) -> str | None:
    """What a timer stands still for: `evidence`, or the name of the phase; None where it runs."""
    if timer.rule.runs(timer.metric, phase, evidence_asked):
        return None
    return EVIDENCE if stands_by_evidence(timer.metric, evidence_asked) else phase.value


def mirror(held: Sequence[TimerLike], at: datetime) -> Mirror:
    """What the ticket shows of its timers."""
    dues = [timer.due_at for timer in held if timer.ended_at is None and timer.due_at is not None]
    risks = sorted(
        (begins, timer.due_at)
        for timer in held
        if timer.due_at is not None and timer.due_at >= at and (begins := timers.risk_at(timer)) is not None
    )
    begins = until = None
    for risk_from, risk_to in risks:
        if until is None or begins is None:
            begins, until = risk_from, risk_to
        elif risk_from <= until:
            until = max(until, risk_to)
    return Mirror(due_at=min(dues, default=None), at_risk_at=begins, at_risk_until=until)
