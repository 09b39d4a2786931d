from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import transaction

from slas.actions.winding import load_clocks, save_clocks
from slas.models import Alert, Timer
from slas.moves import Crossing

Told = tuple[int, Timer, int, datetime]
"""Clock, timer, level, instant."""


@transaction.atomic
def take_due(*, clock_ids: Iterable[int], at: datetime) -> list[Crossing]:
    """Raise every level that timers of these clocks have reached by `at`, each once, in order of instant.

    A warning has come at its instant, a breach after the due instant. The caller holds the tickets' locks
    already, so that however many workers sweep, a level becomes one alert; were they not held, the
    database would refuse the second. Five queries for any number of clocks; asked again, nothing is left.
    """
    at = at.astimezone(UTC)
    works = load_clocks(clock_ids)
    told: list[Told] = []
    for clock_id, work in works.items():
        for timer, levels in work.tell(at):
            told += [
                (clock_id, timer, level, instant) for level, instant in levels if isinstance(timer, Timer)
            ]
    if told:
        told = never_told(told)
        save_clocks(works.values())
    if not told:
        return []
    mirrors = {clock_id: work.mirror(at) for clock_id, work in works.items()}
    told.sort(key=lambda row: (row[3], row[2]))
    alerts = Alert.objects.bulk_create(
        Alert(timer=timer, level=level, instant=instant, raised_at=at) for _, timer, level, instant in told
    )
    return [
        Crossing(
            clock_id=clock_id,
            timer_id=timer.pk,
            metric=timer.metric,
            cycle=timer.cycle,
            level=level,
            instant=instant,
            alert_id=alert.pk,
            due_at=timer.due_at,
            ended=timer.ended_at is not None,
            mirror=mirrors[clock_id],
        )
        for (clock_id, timer, level, instant), alert in zip(told, alerts, strict=True)
    ]


def never_told(told: list[Told]) -> list[Told]:
    """Without the levels that have an alert: a history that went on may let a timer reach one twice."""
    timers = [timer.pk for _, timer, _, _ in told]
    known = set(Alert.objects.filter(timer__in=timers).values_list("timer_id", "level"))
    return [row for row in told if (row[1].pk, row[2]) not in known]
