"""What a timer is pinned to: one version of a policy on one version of its calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from slas.matching import Match
from slas.metrics import METRICS, Phase, runs_while, stands_by_evidence
from slas.working_time import ALWAYS, WorkingTime

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

    def counting(self, metric: str) -> Rule:
        """This rule as a timer of `metric` counts by it: round the clock where the metric says so."""
        if not METRICS[metric].calendar_time:
            return self
        return replace(self, hours=ALWAYS, calendar=None, calendar_version_id=None)

    def runs(self, metric: str, phase: Phase, evidence_asked: bool = False) -> bool:
        """Whether a timer of `metric` runs in this phase."""
        return phase in runs_while(metric, self.update_pauses) and not stands_by_evidence(
            metric, evidence_asked
        )
