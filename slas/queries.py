"""Reads of calendars, policies, clocks and timers.

Versions never change, so what they compile to is kept in this process by primary key; which version is
the present one is asked of the database each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from slas import timers
from slas.explanation import CountedDay, Pause, counted_days, pauses
from slas.matching import Facts, Match, first_match
from slas.models import CalendarVersion, Clock, PolicyVersion, Timer
from slas.rules import Rule
from slas.terms import CalendarTerms, OwnDay, PolicyTerms, compile_calendar
from slas.working_time import ALWAYS, Calendar


@dataclass(frozen=True)
class TimerLine:
    """One timer as pages and the REST API show it, at an instant."""

    metric: str
    cycle: int
    state: str
    target_seconds: float
    elapsed_seconds: float
    due_at: datetime | None
    breached_at: datetime | None
    started_at: datetime
    ended_at: datetime | None
    queue: str | None
    calendar: str | None
    """`slug@number`; None is round the clock."""
    policy: str
    timer_id: int
    risk_at: datetime | None = None
    """The first warning of a timer that runs, where it was asked for."""


@dataclass(frozen=True)
class Explanation:
    """A timer opened up: its line, what counted by day, what it paused for, how its target changed."""

    line: TimerLine
    zone: str
    days: tuple[CountedDay, ...]
    pauses: tuple[Pause, ...]
    retargets: tuple[dict[str, Any], ...]
    """`{"at", "priority", "from", "to"}`, targets in seconds."""


_calendars: dict[int, tuple[str, Calendar]] = {}
_policies: dict[int, PolicyVersion] = {}


def calendar_terms(version: CalendarVersion) -> CalendarTerms:
    return CalendarTerms(
        timezone=version.timezone,
        hours={day: tuple(windows) for day, windows in version.hours.items()},
        holidays=tuple(version.holidays),
        closed=tuple(version.closed),
        open=tuple(OwnDay(date.fromisoformat(own["date"]), tuple(own["hours"])) for own in version.own_days),
    )


def policy_terms(version: PolicyVersion) -> PolicyTerms:
    return PolicyTerms(
        order=version.order,
        targets=version.targets,
        match=_match(version.match),
        calendar=version.calendar.slug if version.calendar is not None else None,
        warn_at=tuple(version.warn_at),
        update_pauses=version.update_pauses,
    )


def present_rules() -> list[Rule]:
    """Every policy as it stands now, on its calendar as it stands now. One query once versions are known."""
    pairs = list(
        PolicyVersion.objects.present().values_list("pk", CalendarVersion.objects.present_of("calendar_id"))
    )
    return _rules(pairs)


def present_rule(facts: Facts) -> Rule | None:
    """The rule of the policy that holds for `facts` now, or None."""
    return first_match(present_rules(), facts)


def no_match_reason(facts: Facts) -> str:
    return f"No policy matches {facts}."


def rule_of(clock: Clock) -> Rule | None:
    """The rule that a clock is pinned to, None where no policy matched."""
    if clock.policy_version_id is None:
        return None
    return _rules([(clock.policy_version_id, clock.calendar_version_id)])[0]


def with_rules(rows: Iterable[Timer]) -> list[Timer]:
    """The same timers, each with the rule that it is pinned to. No query once versions are known."""
    rows = list(rows)
    pairs = {(timer.policy_version_id, timer.calendar_version_id) for timer in rows}
    rules = dict(zip(pairs, _rules(pairs), strict=True))
    for timer in rows:
        timer.rule = rules[timer.policy_version_id, timer.calendar_version_id]
    return rows


def due_clock_ids(*, at: datetime, limit: int) -> list[int]:
    """Clocks with a level to tell by `at`, the longest due first; at most `limit` timers are looked at."""
    due = Timer.objects.waiting_for_sweep(at).order_by("next_at").values_list("clock_id", flat=True)
    return list(dict.fromkeys(due[:limit]))


def timers_of(clock_ids: Iterable[int]) -> dict[int, list[Timer]]:
    """The timers of each clock, ended ones too, by start, with their queue and rule. One query."""
    found: dict[int, list[Timer]] = {clock_id: [] for clock_id in clock_ids}
    rows = Timer.objects.filter(clock_id__in=list(found)).select_related("queue")
    for timer in with_rules(rows.order_by("clock_id", "started_at", "pk")):
        found[timer.clock_id].append(timer)
    return found


def timer_lines(
    clock_ids: Iterable[int], *, at: datetime, with_risk: bool = False
) -> dict[int, list[TimerLine]]:
    """The timers of each clock as they are shown at `at`. One query once versions are known."""
    return {
        clock_id: [_line(timer, at, with_risk) for timer in held]
        for clock_id, held in timers_of(clock_ids).items()
    }


def first_timer_lines(clock: Clock, *, at: datetime) -> list[TimerLine]:
    """The timers of a clock that was started just now, as `timer_lines` shows them. No query."""
    return [_line(timer, at) for timer in clock.begun]


def explain(timer_id: int, *, at: datetime) -> Explanation:
    """Why a timer stands where it stands at `at`. One query once versions are known; Timer.DoesNotExist."""
    timer = Timer.objects.select_related("queue", "clock").get(pk=timer_id)
    with_rules([timer])
    return Explanation(
        line=_line(timer, at),
        zone=timer.rule.hours.zone.key,
        days=counted_days(timer, timer.clock.phases, at),
        pauses=pauses(timer, timer.clock.phases, at),
        retargets=tuple(timer.retargets),
    )


def _line(timer: Timer, at: datetime, with_risk: bool = False) -> TimerLine:
    late = timers.is_breached(timer, at)
    return TimerLine(
        metric=timer.metric,
        cycle=timer.cycle,
        state=timers.state(timer, at),
        target_seconds=timer.target.total_seconds(),
        elapsed_seconds=timers.elapsed(timer, at).total_seconds(),
        due_at=timer.due_at,
        breached_at=timer.due_at if late else None,
        started_at=timer.started_at,
        ended_at=timer.ended_at,
        queue=timer.queue.slug if timer.queue is not None else None,
        calendar=timer.rule.calendar,
        policy=timer.rule.name,
        timer_id=timer.pk,
        risk_at=timers.risk_at(timer) if with_risk and timer.ended_at is None else None,
    )


def _match(stored: Mapping[str, Any]) -> Match:
    return Match(**{fact: tuple(values) for fact, values in stored.items()})


def _rules(pairs: Iterable[tuple[int, int | None]]) -> list[Rule]:
    pairs = list(pairs)
    _know_policies({policy for policy, _ in pairs})
    _know_calendars({calendar for _, calendar in pairs if calendar is not None})
    return [_rule(policy, calendar) for policy, calendar in pairs]


def _rule(policy_version_id: int, calendar_version_id: int | None) -> Rule:
    version = _policies[policy_version_id]
    name, hours = (None, ALWAYS) if calendar_version_id is None else _calendars[calendar_version_id]
    return Rule(
        slug=version.policy.slug,
        number=version.number,
        order=version.order,
        match=_match(version.match),
        hours=hours,
        targets=version.targets,
        warn_at=tuple(version.warn_at),
        update_pauses=version.update_pauses,
        calendar=name,
        policy_version_id=policy_version_id,
        calendar_version_id=calendar_version_id,
    )


def _know_policies(ids: set[int]) -> None:
    unknown = ids - _policies.keys()
    if unknown:
        for version in PolicyVersion.objects.filter(pk__in=unknown).select_related("policy"):
            _policies[version.pk] = version


def _know_calendars(ids: set[int]) -> None:
    unknown = ids - _calendars.keys()
    if unknown:
        for version in CalendarVersion.objects.filter(pk__in=unknown).select_related("calendar"):
            calendar = compile_calendar(calendar_terms(version), version.holiday_dates)
            _calendars[version.pk] = (str(version), calendar)
