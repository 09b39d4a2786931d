"""How a stored clock is loaded into the clockwork and saved again: one load, one save."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from slas.clockwork import Clockwork
from slas.matching import Facts
from slas.models import Clock, Timer
from slas.queries import no_match_reason, present_rule, rule_of, with_rules
from slas.rules import Rule
from slas.working_time import HORIZON_YEARS
from supportdesk.errors import BadInput
from teams.models import Queue

KEY: Final = ["clock", "metric", "cycle"]
MOVING: Final = [
    "target",
    "banked",
    "running_since",
    "due_at",
    "next_at",
    "ended_at",
    "cancelled",
    "breached_at",
    "warned",
    "untold",
    "retargets",
]


def begin_clock(
    *,
    facts: Facts,
    queue: Queue,
    started_at: datetime,
    at: datetime,
    match: Callable[[Facts], Rule | None] = present_rule,
) -> tuple[Clock, Clockwork]:
    """A new clock, its timers begun at `started_at`, what is late at `at` noticed; nothing is saved."""
    started_at = min(started_at.astimezone(UTC), at)
    if started_at.year < at.year - HORIZON_YEARS:
        raise BadInput("/created_at", f"Clocks start at most {HORIZON_YEARS} years back.")
    rule = match(facts)
    clock = Clock(
        policy_version_id=rule.policy_version_id if rule is not None else None,
        calendar_version_id=rule.calendar_version_id if rule is not None else None,
        no_match_reason=no_match_reason(facts) if rule is None else "",
        priority=facts.priority,
        started_at=started_at,
    )
    work = wind(clock, [], match)
    work.start(facts, queue, started_at)
    work.notice(at)
    return clock, work


def load_clocks(
    clock_ids: Iterable[int], match: Callable[[Facts], Rule | None] = present_rule
) -> dict[int, Clockwork]:
    """Load clocks with all their timers: one of them in one query, many in two.

    The caller has locked the tickets in a statement before: one that joins and locks at once would
    read timers as they were before it waited.
    """
    rows: dict[int, list[Timer]] = {clock_id: [] for clock_id in clock_ids}
    found = Timer.objects.filter(clock_id__in=list(rows))
    if len(rows) == 1:
        found = found.select_related("clock")
        clocks = {timer.clock_id: timer.clock for timer in found}
    else:
        clocks = Clock.objects.in_bulk(rows)
    for timer in found:
        timer.clock = clocks[timer.clock_id]
        rows[timer.clock_id].append(timer)
    bare = rows.keys() - clocks.keys()
    if bare:
        clocks |= Clock.objects.in_bulk(bare)
    return {pk: wind(clock, with_rules(rows[pk]), match) for pk, clock in clocks.items()}


def wind(
    clock: Clock, held: Sequence[Timer], match: Callable[[Facts], Rule | None] = present_rule
) -> Clockwork:
    """A stored or new clock, with its timers, ready to be moved."""

    def new_timer(
        *, metric: str, cycle: int, rule: Rule, target: timedelta, queue: Queue | None, at: datetime
    ) -> Timer:
        timer = Timer(
            clock=clock,
            metric=metric,
            cycle=cycle,
            queue=queue,
            policy_version_id=rule.policy_version_id,
            calendar_version_id=rule.calendar_version_id,
            target=target,
            started_at=at,
        )
        timer.rule = rule
        return timer

    return Clockwork(clock, held, rule=rule_of(clock), match=match, new_timer=new_timer)


def save_clocks(works: Iterable[Clockwork]) -> None:
    """Save what moved.

    A timer's key is its clock, metric and cycle, so that one upsert takes new and changed ones.
    """
    works = list(works)
    dropped = [timer.pk for work in works for timer in work.dropped if isinstance(timer, Timer) and timer.pk]
    if dropped:
        Timer.objects.filter(pk__in=dropped).delete()
    changed = [timer for work in works for timer in work.changed if isinstance(timer, Timer)]
    for timer in changed:
        timer.pk = None
    if changed:
        Timer.objects.bulk_create(changed, update_conflicts=True, unique_fields=KEY, update_fields=MOVING)
    for work in works:
        if work.clock_changed and isinstance(work.clock, Clock):
            work.clock.save(update_fields=["priority", "answered_at", "phases"])
