"""The rules of one timer, in plain Python: run, pause, end, re-target, and when it is late.

A timer has three stores of time: what is `banked`, what has run since `running_since`, and its `target`.
It is met when it ended at or before `due_at`, the first instant at which elapsed equals the target; else
it is breached, and `breached_at` is `due_at` whenever that was noticed. A breached timer keeps `due_at`
and runs on.

Warnings and the breach are levels, in per cent of the target. A level that has been reached is written
to `untold` in the change that would otherwise hide it (a pause, an end, another target), and the sweep
turns it into an alert. `warned` is the highest level reached so far: no level is reached twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from slas.rules import Rule

BREACH: Final = 100
LEAST_SHARE: Final = 4
"""A new target leaves at least one part in so many of itself, counted from the change."""


class TimerLike(Protocol):
    rule: Rule
    metric: str
    cycle: int
    target: timedelta
    banked: timedelta
    started_at: datetime
    running_since: datetime | None
    due_at: datetime | None
    next_at: datetime | None
    ended_at: datetime | None
    cancelled: bool
    breached_at: datetime | None
    warned: int
    untold: list[Any]
    """`[level, ISO instant]` pairs, oldest first."""
    retargets: list[Any]
    """`{"at", "priority", "from", "to"}`, the targets in seconds."""


def elapsed(timer: TimerLike, at: datetime) -> timedelta:
    """Counted time up to `at` or the end."""
    if timer.running_since is None or at <= timer.running_since:
        return timer.banked
    return timer.banked + timer.rule.hours.elapsed(timer.running_since, at)


def is_breached(timer: TimerLike, at: datetime) -> bool:
    """Whether it is late at `at`, noticed or not."""
    if timer.breached_at is not None:
        return True
    return _passed(timer, timer.due_at, at)


def state(timer: TimerLike, at: datetime) -> str:
    """`running`, `paused`, `met`, `breached` (ended or not) or `cancelled`."""
    if timer.cancelled:
        return "cancelled"
    if is_breached(timer, at):
        return "breached"
    if timer.ended_at is not None:
        return "met"
    return "paused" if timer.running_since is None else "running"


def run(timer: TimerLike, at: datetime, reached_at: datetime | None = None) -> None:
    """Start, or go on after a pause or a reopen.

    `reached_at` is the due instant of a timer that stopped exactly then: no later one can be its first.
    """
    timer.ended_at = None
    timer.running_since = at
    if timer.breached_at is None:
        left = timer.target - timer.banked
        timer.due_at = timer.rule.hours.add(at, left) if left else (reached_at or at)
    _plan(timer)


def pause(timer: TimerLike, at: datetime) -> None:
    """Stand still. Past its due instant it is breached first; otherwise it has no due instant now."""
    notice(timer, at)
    _bank(timer, at)
    if timer.breached_at is None:
        timer.due_at = None
    _plan(timer)


def end(timer: TimerLike, at: datetime, *, cancelled: bool = False) -> None:
    notice(timer, at)
    _bank(timer, at)
    timer.ended_at = at
    timer.cancelled = cancelled
    _plan(timer)


def retarget(timer: TimerLike, target: timedelta, priority: str, at: datetime) -> None:
    """Count the new target from the same start, but leave at least a quarter of it from now on.

    A timer that is already breached keeps its target. The change is recorded on the timer.
    """
    notice(timer, at)
    if timer.breached_at is not None:
        return
    granted = max(target, elapsed(timer, at) + target / LEAST_SHARE)
    timer.retargets.append(
        {
            "at": at.isoformat(),
            "priority": priority,
            "from": timer.target.total_seconds(),
            "to": granted.total_seconds(),
        }
    )
    timer.target = granted
    if timer.running_since is not None:
        _bank(timer, at)
        run(timer, at)


def notice(timer: TimerLike, at: datetime) -> None:
    """Write down the levels that have been reached by `at`: a warning at its instant, a breach after it."""
    while (coming := _next_level(timer)) is not None:
        level, instant = coming
        if instant > at or (level == BREACH and not _passed(timer, instant, at)):
            break
        timer.untold.append([level, instant.isoformat()])
        timer.warned = level
        if level == BREACH:
            timer.breached_at = instant
    _plan(timer)


def tell(timer: TimerLike, at: datetime) -> list[tuple[int, datetime]]:
    """Notice what has come by `at` and hand over all that nobody has been told yet."""
    notice(timer, at)
    told = [(level, datetime.fromisoformat(instant)) for level, instant in timer.untold]
    timer.untold = []
    _plan(timer)
    return told


def take_back(timer: TimerLike, at: datetime) -> None:
    """Forget the levels that were noticed after `at`, for a history that goes on from there."""
    if timer.running_since is None or timer.ended_at is not None:
        return
    if timer.breached_at is not None and not _passed(timer, timer.breached_at, at):
        timer.breached_at = None
    if timer.breached_at is None:
        since = timer.running_since
        reached = ((level, _level_instant(timer, since, level)) for level in timer.rule.warn_at)
        timer.warned = max((level for level, instant in reached if instant and instant <= at), default=0)
    _plan(timer)


def risk_at(timer: TimerLike) -> datetime | None:
    """When this run passes the first warning, if it runs, is not breached and its policy warns."""
    if timer.running_since is None or timer.breached_at is not None or not timer.rule.warn_at:
        return None
    return _level_instant(timer, timer.running_since, timer.rule.warn_at[0])


def _passed(timer: TimerLike, due_at: datetime | None, at: datetime) -> bool:
    """Whether it has run on after `due_at`; one that goes on right now, its target used up, has not yet."""
    return due_at is not None and timer.running_since is not None and max(due_at, timer.running_since) < at


def _bank(timer: TimerLike, at: datetime) -> None:
    timer.banked = elapsed(timer, at)
    timer.running_since = None


def _level_instant(timer: TimerLike, since: datetime, level: int) -> datetime | None:
    """When the run that began at `since` reaches a level; at once where that is behind it already."""
    left = timer.target * level / BREACH - timer.banked
    return timer.rule.hours.add(since, left) if left > timedelta() else since


def _next_level(timer: TimerLike) -> tuple[int, datetime] | None:
    """The next level to be reached and when, if the timer runs and ever reaches it."""
    if timer.running_since is None or timer.breached_at is not None:
        return None
    for level in timer.rule.warn_at:
        if level > timer.warned:
            instant = _level_instant(timer, timer.running_since, level)
            return None if instant is None else (level, instant)
    return None if timer.due_at is None else (BREACH, timer.due_at)


def _plan(timer: TimerLike) -> None:
    """Set when the sweep must look next: at what is untold, else at the next level, else never."""
    if timer.untold:
        timer.next_at = datetime.fromisoformat(timer.untold[0][1])
        return
    coming = _next_level(timer)
    timer.next_at = coming[1] if coming is not None else None
