"""What a timer is pinned to: one version of a policy on one version of its calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from slas.matching import Match
from slas.metrics import Phase, runs_while
from slas.working_time import WorkingTime

PRIORITIES: Final = ("urgent", "high", "normal", "low")


@dataclass(frozen=True)
class Rule:
    slug: str
    number: int
    order: int
    match: Match
    hours: WorkingTime
    targets: Mapping[str, Mapping[str, int]]
    """Metric to priority to seconds."""
    warn_at: tuple[int, ...] = ()
    """Per cent of the target, rising."""
    update_pauses: bool = False
    calendar: str | None = None
    """`slug@number` of the calendar version; None is round the clock."""
    policy_version_id: int = 0
    calendar_version_id: int | None = None

    @property
    def name(self) -> str:
        return f"{self.slug}@{self.number}"

    def target(self, metric: str, priority: str) -> timedelta | None:
        """A priority's own target, else that of the next lower one that has, else of the nearest."""
        targets = self.targets.get(metric, {})
        place = PRIORITIES.index(priority)
        for word in (*PRIORITIES[place:], *reversed(PRIORITIES[:place])):
            if word in targets:
                return timedelta(seconds=targets[word])
        return None

    def runs(self, metric: str, phase: Phase) -> bool:
        return phase in runs_while(metric, self.update_pauses)
