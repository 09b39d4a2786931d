from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from slas.actions.winding import begin_clock, load_clocks, save_clocks
from slas.clockwork import Clockwork
from slas.matching import Facts, first_match
from slas.models import Alert, Clock, Timer
from slas.moves import Mirror, Move
from slas.queries import present_rules
from slas.rules import Rule
from supportdesk.sequences import drawn_keys
from teams.models import Queue


@dataclass(frozen=True)
class Reached:
    """A level that a timer reached in the past; `instant` is when."""

    metric: str
    cycle: int
    level: int
    """Per cent of the target; 100 is the breach."""
    instant: datetime
    due_at: datetime | None
    alert_id: int


class ClockSupply:
    """What every batch of one replay or import shares: the policies as they stand, keys for new rows."""

    def __init__(self) -> None:
        self.rules: list[Rule] = present_rules()
        self.clock_keys: Iterator[int] = drawn_keys(Clock)
        self.alert_keys: Iterator[int] = drawn_keys(Alert)

    def match(self, facts: Facts) -> Rule | None:
        return first_match(self.rules, facts)


class ClockBatch:
    """Clocks that move in memory and are saved together, for histories: the same moves, fewer queries.

    The caller holds the locks of their tickets from before `load` until the commit. What the timers reach
    is told silently: it becomes an alert at its own instant, and nobody is called.
    """

    def __init__(self, supply: ClockSupply) -> None:
        self._supply = supply
        self._works: dict[int, Clockwork] = {}
        self._new: list[Clock] = []
        self._told: set[tuple[int, str, int, int]] = set()
        self._alerts: list[Alert] = []

    def load(self, *, clock_id: int, at: datetime) -> None:
        """Take up a stored clock whose history goes on from `at`: what it noticed later is forgotten."""
        work = load_clocks([clock_id], self._supply.match)[clock_id]
        alerts = Alert.objects.filter(timer__clock=clock_id)
        for metric, cycle, level in alerts.values_list("timer__metric", "timer__cycle", "level"):
            self._told.add((clock_id, metric, cycle, level))
        work.take_back(at.astimezone(UTC))
        self._works[clock_id] = work

    def start(
        self, *, facts: Facts, queue: Queue, started_at: datetime, at: datetime
    ) -> tuple[Clock, Mirror]:
        """As `start_clock`; the clock has its key already."""
        at = at.astimezone(UTC)
        clock, work = begin_clock(
            facts=facts, queue=queue, started_at=started_at, at=at, match=self._supply.match
        )
        clock.pk = next(self._supply.clock_keys)
        self._new.append(clock)
        self._works[clock.pk] = work
        return clock, work.mirror(at)

    def move(self, *, clock_id: int, moves: Sequence[Move], at: datetime) -> Mirror:
        """As `move_clock`."""
        at = at.astimezone(UTC)
        work = self._works[clock_id]
        work.apply(moves, at)
        return work.mirror(at)

    def tell(self, *, clock_id: int, at: datetime) -> tuple[list[Reached], Mirror]:
        """What the timers of a clock have reached by `at` and nobody was ever told, in order of instant."""
        at = at.astimezone(UTC)
        work = self._works[clock_id]
        reached = []
        for timer, levels in work.tell(at):
            for level, instant in levels:
                key = (clock_id, timer.metric, timer.cycle, level)
                if key in self._told or not isinstance(timer, Timer):
                    continue
                self._told.add(key)
                alert = Alert(
                    pk=next(self._supply.alert_keys),
                    timer=timer,
                    level=level,
                    instant=instant,
                    raised_at=instant,
                )
                self._alerts.append(alert)
                reached.append(Reached(timer.metric, timer.cycle, level, instant, timer.due_at, alert.pk))
        reached.sort(key=lambda each: (each.instant, each.level))
        return reached, work.mirror(at)


def save_clock_batches(batches: Iterable[ClockBatch]) -> None:
    """Write all that has moved: new clocks, timers, alerts, in three queries, and one per older clock."""
    batches = list(batches)
    works = [work for batch in batches for work in batch._works.values()]
    fresh = [clock for batch in batches for clock in batch._new]
    Clock.objects.bulk_create(fresh)
    known = {id(clock) for clock in fresh}
    for work in works:
        work.clock_changed = work.clock_changed and id(work.clock) not in known
    save_clocks(works)
    Alert.objects.bulk_create(alert for batch in batches for alert in batch._alerts)
