"""Short ways to write instants, calendars and clocks in tests of the clock engine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from slas.clockwork import Clockwork
from slas.matching import Facts, Match
from slas.moves import Move
from slas.rules import Rule
from slas.terms import WEEKDAYS, CalendarTerms, OwnDay, compile_calendar
from slas.timers import TimerLike, state
from slas.working_time import ALWAYS, Calendar, WorkingTime

OFFICE = dict.fromkeys(WEEKDAYS[:5], ("09:00-17:00",))
ZERO = timedelta()


def utc(text: str) -> datetime:
    """An instant from ISO text; without an offset it is UTC."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def calendar(
    zone: str,
    hours: Mapping[str, Sequence[str]],
    closed: Iterable[str] = (),
    own: Mapping[str, Sequence[str]] | None = None,
) -> Calendar:
    return compile_calendar(
        CalendarTerms(
            timezone=zone,
            hours={day: tuple(windows) for day, windows in hours.items()},
            closed=tuple(date.fromisoformat(day) for day in closed),
            open=tuple(OwnDay(date.fromisoformat(day), tuple(hours)) for day, hours in (own or {}).items()),
        ),
        (),
    )


@dataclass
class PlainTimer:
    """A timer without a table."""

    metric: str
    cycle: int
    rule: Rule
    queue: Any
    target: timedelta
    started_at: datetime
    banked: timedelta = ZERO
    running_since: datetime | None = None
    due_at: datetime | None = None
    next_at: datetime | None = None
    ended_at: datetime | None = None
    cancelled: bool = False
    breached_at: datetime | None = None
    warned: int = 0
    untold: list[Any] = field(default_factory=list)
    retargets: list[Any] = field(default_factory=list)


@dataclass
class PlainClock:
    """A clock without a table."""

    priority: str = "normal"
    answered_at: datetime | None = None
    phases: list[Any] = field(default_factory=list)


def rule(
    targets: Mapping[str, int | Mapping[str, int]],
    hours: WorkingTime = ALWAYS,
    *,
    warn_at: tuple[int, ...] = (),
    update_pauses: bool = False,
    slug: str = "rewards",
) -> Rule:
    """Targets in minutes, of priority normal where none is named."""
    by_priority = {m: t if isinstance(t, Mapping) else {"normal": t} for m, t in targets.items()}
    return Rule(
        slug=slug,
        number=1,
        order=10,
        match=Match(),
        hours=hours,
        targets={m: {p: minutes * 60 for p, minutes in t.items()} for m, t in by_priority.items()},
        warn_at=warn_at,
        update_pauses=update_pauses,
    )


class Ticket:
    """A clock to move by hand, from a table of dates."""

    def __init__(
        self, holds: Rule | None, created: datetime, *, priority: str = "normal", stays: Rule | None = None
    ) -> None:
        self.work = Clockwork(
            PlainClock(priority=priority),
            [],
            rule=holds,
            match=lambda facts: stays or holds,
            new_timer=self._new_timer,
        )
        self.work.start(Facts(priority=priority), "t1", created)

    @staticmethod
    def _new_timer(
        *, metric: str, cycle: int, rule: Rule, target: timedelta, queue: Any, at: datetime
    ) -> PlainTimer:
        return PlainTimer(metric=metric, cycle=cycle, rule=rule, queue=queue, target=target, started_at=at)

    def move(self, at: datetime, *moves: Move) -> None:
        self.work.apply(moves, at)

    def timer(self, metric: str, cycle: int = 1) -> TimerLike:
        return next(t for t in self.work.timers if (t.metric, t.cycle) == (metric, cycle))

    def cycles(self, metric: str) -> list[TimerLike]:
        return [timer for timer in self.work.timers if timer.metric == metric]

    def hours(self, metric: str) -> list[float]:
        """Banked hours of each cycle."""
        return [timer.banked / timedelta(hours=1) for timer in self.cycles(metric)]

    def state(self, metric: str, at: datetime, cycle: int = 1) -> str:
        return state(self.timer(metric, cycle), at)


def shared_folder() -> Path:
    """Where the oracles lie beside the main checkout; it may be absent."""
    here = Path(__file__).resolve().parent
    git = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
    )
    main = Path(git.stdout.strip()).parent if git.returncode == 0 else here.parents[1]
    return main.parent / "shared"
