"""The clock engine on the database: what is stored, how often it is asked, what the database refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from slas.actions import acknowledge_alert, define_calendar, define_policy, move_clock, start_clock, take_due
from slas.matching import Facts, Match
from slas.models import Alert, CalendarVersion, Clock, PolicyVersion, Timer
from slas.moves import (
    Cancelled,
    CreatorWrote,
    EnteredQueue,
    HumanReply,
    Mirror,
    Pended,
    Reopened,
    Reprioritised,
    Resolved,
)
from slas.queries import due_clock_ids, explain, timer_lines, timers_of
from slas.terms import CalendarTerms, PolicyTerms
from supportdesk.errors import BadInput, Conflict
from tests.cast import Cast
from tests.slas.dates import OFFICE, utc

pytestmark = pytest.mark.django_db

HOUR = 3600
FACTS = Facts(
    channel="webform", lob="creator-rewards", tier=1, priority="normal", locale="pt-BR", vendor="acme"
)
NINE = utc("2026-03-02T09:00")

TARGETS = {
    "first_reply": {"urgent": HOUR // 2, "high": 2 * HOUR, "normal": 8 * HOUR},
    "next_reply": {"normal": 8 * HOUR},
    "update": {"normal": 24 * HOUR},
    "requester_wait": {"normal": 24 * HOUR},
    "agent_work": {"normal": 24 * HOUR},
    "resolution": {"normal": 72 * HOUR},
    "tier_ownership": {"normal": 16 * HOUR},
}


def always(**terms: Any) -> PolicyTerms:
    return PolicyTerms(**{"order": 10, "targets": TARGETS, "warn_at": (75, 90), **terms})


@pytest.fixture
def policy(cast: Cast) -> PolicyVersion:
    version, _ = define_policy(slug="rewards", terms=always(), at=NINE)
    return version


def started(cast: Cast, facts: Facts = FACTS, at: Any = NINE) -> Clock:
    clock, _ = start_clock(facts=facts, queue=cast.rewards_t1_acme, started_at=at, at=at)
    return clock


def stored(clock: Clock, metric: str, cycle: int = 1) -> Timer:
    return Timer.objects.get(clock=clock, metric=metric, cycle=cycle)


def test_a_clock_starts_with_the_timers_of_the_policy_that_matches(cast: Cast, policy: PolicyVersion) -> None:
    clock, mirror = start_clock(facts=FACTS, queue=cast.rewards_t1_acme, started_at=NINE, at=NINE)
    assert clock.policy_version == policy
    assert set(clock.timers.values_list("metric", "cycle")) == {
        ("first_reply", 1),
        ("requester_wait", 1),
        ("agent_work", 1),
        ("resolution", 1),
        ("tier_ownership", 1),
    }
    assert stored(clock, "tier_ownership").queue == cast.rewards_t1_acme
    assert mirror == Mirror(
        due_at=utc("2026-03-02T17:00"),
        at_risk_at=utc("2026-03-02T15:00"),
        at_risk_until=utc("2026-03-02T17:00"),
    )


def test_no_match_means_no_timer_and_says_so(cast: Cast) -> None:
    define_policy(slug="other", terms=always(match=Match(line=("account-access",))), at=NINE)
    clock, mirror = start_clock(facts=FACTS, queue=cast.rewards_t1_acme, started_at=NINE, at=NINE)
    assert clock.policy_version is None
    assert clock.no_match_reason == (
        "No policy matches line creator-rewards, channel webform, tier 1, priority normal, segment none, "
        "locale pt-BR, vendor acme."
    )
    assert not clock.timers.exists()
    assert mirror == Mirror()
    assert move_clock(clock_id=clock.pk, moves=[HumanReply(), Pended("creator")], at=NINE) == Mirror()


def test_the_verbs_cost_what_they_promise(
    cast: Cast, policy: PolicyVersion, django_assert_num_queries: Any
) -> None:
    """A savepoint each stands for the transaction that the test already has; a start joins its caller's."""
    started(cast)
    with django_assert_num_queries(3):
        clock = started(cast)
    with django_assert_num_queries(3 + 2):
        move_clock(clock_id=clock.pk, moves=[HumanReply(), Pended("creator")], at=NINE + timedelta(hours=1))
    with django_assert_num_queries(3 + 2):
        move_clock(clock_id=clock.pk, moves=[CreatorWrote()], at=NINE + timedelta(hours=2))
    with django_assert_num_queries(3 + 2):
        move_clock(
            clock_id=clock.pk,
            moves=[EnteredQueue(cast.rewards_t2, FACTS)],
            at=NINE + timedelta(hours=3),
        )
    with django_assert_num_queries(1):
        timer_lines([clock.pk], at=NINE)


def test_a_life_as_the_database_keeps_it(cast: Cast, policy: PolicyVersion) -> None:
    clock = started(cast)
    hours = [NINE + timedelta(hours=n) for n in range(10)]
    move_clock(clock_id=clock.pk, moves=[HumanReply(), Pended("creator")], at=hours[1])
    assert stored(clock, "requester_wait").due_at is None
    move_clock(clock_id=clock.pk, moves=[CreatorWrote()], at=hours[3])
    assert stored(clock, "requester_wait").due_at == NINE + timedelta(hours=26)
    move_clock(clock_id=clock.pk, moves=[EnteredQueue(cast.rewards_t2, FACTS)], at=hours[4])
    move_clock(clock_id=clock.pk, moves=[Resolved()], at=hours[5])
    move_clock(clock_id=clock.pk, moves=[Reopened(cast.rewards_t2, FACTS), CreatorWrote()], at=hours[8])
    lines = timer_lines([clock.pk], at=hours[9])[clock.pk]
    assert [
        (line.metric, line.cycle, line.state, line.elapsed_seconds / HOUR, line.queue) for line in lines
    ] == [
        ("first_reply", 1, "met", 1, None),
        ("requester_wait", 1, "running", 4, None),
        ("agent_work", 1, "running", 4, None),
        ("resolution", 1, "running", 6, None),
        ("tier_ownership", 1, "met", 4, "creator-rewards-t1-acme"),
        ("update", 1, "met", 4, None),
        ("next_reply", 1, "met", 2, None),
        ("tier_ownership", 2, "met", 1, "creator-rewards-t2"),
        ("tier_ownership", 3, "running", 1, "creator-rewards-t2"),
        ("next_reply", 2, "running", 1, None),
    ]
    assert {(line.policy, line.calendar) for line in lines} == {("rewards@1", None)}


def test_timers_keep_the_versions_that_they_started_with(cast: Cast) -> None:
    office = CalendarTerms(timezone="America/Los_Angeles", hours=OFFICE)
    define_calendar(slug="la-weekdays", terms=office, at=NINE)
    define_policy(slug="rewards", terms=always(calendar="la-weekdays"), at=NINE)
    clock = started(cast)
    due = stored(clock, "first_reply").due_at
    define_calendar(
        slug="la-weekdays",
        terms=CalendarTerms(timezone="America/Los_Angeles", hours={"sun": ("09:00-10:00",)}),
        at=NINE,
    )
    define_policy(slug="rewards", terms=always(calendar="la-weekdays", order=3), at=NINE)
    move_clock(clock_id=clock.pk, moves=[HumanReply()], at=NINE + timedelta(hours=9))
    assert {(line.policy, line.calendar) for line in timer_lines([clock.pk], at=NINE)[clock.pk]} == {
        ("rewards@1", "la-weekdays@1")
    }
    assert stored(clock, "first_reply").due_at == due
    newer = started(cast)
    assert {(line.policy, line.calendar) for line in timer_lines([newer.pk], at=NINE)[newer.pk]} == {
        ("rewards@2", "la-weekdays@2")
    }


def test_versions_never_change(cast: Cast, policy: PolicyVersion) -> None:
    calendar, _ = define_calendar(slug="utc", terms=CalendarTerms("UTC", OFFICE), at=NINE)
    for version in (policy, calendar):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            type(version)._default_manager.filter(pk=version.pk).update(number=7)
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            type(version)._default_manager.filter(pk=version.pk)._raw_delete("default")


def test_the_same_terms_again_change_nothing(cast: Cast) -> None:
    office = CalendarTerms("America/Los_Angeles", OFFICE, holidays=("US", "US-CA"))
    first, changed = define_calendar(slug="la", terms=office, at=NINE)
    assert (first.number, changed) == (1, True)
    assert define_calendar(slug="la", terms=office, at=NINE) == (first, False)
    terms = always(calendar="la", match=Match(line=("creator-rewards",), tier=(1,)))
    policy, changed = define_policy(slug="p", terms=terms, at=NINE)
    assert (policy.number, changed) == (1, True)
    assert define_policy(slug="p", terms=terms, at=NINE) == (policy, False)
    again, changed = define_policy(slug="p", terms=always(calendar=None), at=NINE)
    assert (again.number, changed) == (2, True)
    assert PolicyVersion.objects.count() == 2
    assert CalendarVersion.objects.count() == 1


def test_a_policy_on_an_unknown_calendar_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match='calendar "la-weekdayz" is not defined') as refused:
        define_policy(slug="rewards", terms=always(calendar="la-weekdayz"), at=NINE)
    assert refused.value.pointer == "/calendar"
    assert not PolicyVersion.objects.exists()


def test_warnings_and_breach_become_one_alert_each(cast: Cast, policy: PolicyVersion) -> None:
    clock = started(cast)
    assert due_clock_ids(at=utc("2026-03-02T14:59"), limit=10) == []
    assert due_clock_ids(at=utc("2026-03-02T15:00"), limit=10) == [clock.pk]
    first = take_due(clock_ids=[clock.pk], at=utc("2026-03-02T15:00"))
    assert [(c.metric, c.level, c.instant, c.ended) for c in first] == [
        ("first_reply", 75, utc("2026-03-02T15:00"), False)
    ]
    assert take_due(clock_ids=[clock.pk], at=utc("2026-03-02T15:00")) == []
    assert due_clock_ids(at=utc("2026-03-02T15:00"), limit=10) == []
    assert due_clock_ids(at=utc("2026-03-02T17:00"), limit=10) == [clock.pk]
    on_time = take_due(clock_ids=[clock.pk], at=utc("2026-03-02T17:00"))
    assert [c.level for c in on_time] == [90]
    assert due_clock_ids(at=utc("2026-03-02T17:00"), limit=10) == []
    late = take_due(clock_ids=[clock.pk], at=utc("2026-03-02T17:00:05"))
    assert [(c.level, c.instant) for c in late] == [(100, utc("2026-03-02T17:00"))]
    assert late[0].mirror.due_at == utc("2026-03-02T17:00")
    assert stored(clock, "first_reply").breached_at == utc("2026-03-02T17:00")
    assert list(Alert.objects.order_by("level").values_list("level", "raised_at")) == [
        (75, utc("2026-03-02T15:00")),
        (90, utc("2026-03-02T17:00")),
        (100, utc("2026-03-02T17:00:05")),
    ]


def test_a_sweep_that_comes_late_tells_all_in_order(cast: Cast, policy: PolicyVersion) -> None:
    early, later = started(cast), started(cast, at=NINE + timedelta(minutes=10))
    crossings = take_due(clock_ids=[later.pk, early.pk], at=NINE + timedelta(hours=13))
    assert [(c.clock_id, c.metric, c.level) for c in crossings] == [
        (early.pk, "first_reply", 75),
        (later.pk, "first_reply", 75),
        (early.pk, "first_reply", 90),
        (later.pk, "first_reply", 90),
        (early.pk, "first_reply", 100),
        (later.pk, "first_reply", 100),
        (early.pk, "tier_ownership", 75),
        (later.pk, "tier_ownership", 75),
    ]
    assert [c.instant for c in crossings] == sorted(c.instant for c in crossings)


def test_what_ended_before_the_sweep_came_is_told_all_the_same(cast: Cast, policy: PolicyVersion) -> None:
    clock = started(cast)
    move_clock(clock_id=clock.pk, moves=[HumanReply()], at=utc("2026-03-02T17:00:01"))
    crossings = take_due(
        clock_ids=due_clock_ids(at=utc("2026-03-02T17:00:08"), limit=10), at=utc("2026-03-02T17:00:08")
    )
    assert [(c.metric, c.level, c.ended) for c in crossings] == [
        ("first_reply", 75, True),
        ("first_reply", 90, True),
        ("first_reply", 100, True),
    ]
    assert stored(clock, "first_reply").next_at is None


def test_a_start_in_the_past_is_late_at_once(cast: Cast, policy: PolicyVersion) -> None:
    clock, mirror = start_clock(
        facts=FACTS, queue=cast.rewards_t1_acme, started_at=NINE, at=NINE + timedelta(days=1)
    )
    assert stored(clock, "first_reply").breached_at == NINE + timedelta(hours=8)
    assert mirror.due_at == NINE + timedelta(hours=8)
    levels = [c.level for c in take_due(clock_ids=[clock.pk], at=NINE + timedelta(days=1))]
    assert levels.count(100) == 2


def test_a_start_beyond_the_horizon_is_refused(cast: Cast, policy: PolicyVersion) -> None:
    with pytest.raises(BadInput) as refused:
        start_clock(facts=FACTS, queue=cast.rewards_t1_acme, started_at=utc("0001-01-01"), at=NINE)
    assert refused.value.pointer == "/created_at"
    assert not Clock.objects.exists()


def test_retargeting_is_recorded_and_warns_once_per_level(cast: Cast, policy: PolicyVersion) -> None:
    clock = started(cast)
    take_due(clock_ids=[clock.pk], at=utc("2026-03-02T15:30"))
    move_clock(clock_id=clock.pk, moves=[Reprioritised("urgent")], at=utc("2026-03-02T15:30"))
    timer = stored(clock, "first_reply")
    assert timer.due_at == utc("2026-03-02T15:37:30")
    assert timer.retargets == [
        {"at": "2026-03-02T15:30:00+00:00", "priority": "urgent", "from": 28_800, "to": 23_850}
    ]
    assert Clock.objects.get().priority == "urgent"
    told = take_due(clock_ids=[clock.pk], at=utc("2026-03-02T16:00"))
    assert [(c.level, c.instant) for c in told] == [
        (90, utc("2026-03-02T15:30")),
        (100, utc("2026-03-02T15:37:30")),
    ]
    assert list(Alert.objects.order_by("level").values_list("level", flat=True)) == [75, 90, 100]


def test_spam_cancels_what_has_not_ended(cast: Cast, policy: PolicyVersion) -> None:
    clock = started(cast)
    move_clock(clock_id=clock.pk, moves=[HumanReply()], at=NINE + timedelta(hours=1))
    assert move_clock(clock_id=clock.pk, moves=[Cancelled()], at=NINE + timedelta(days=9)) == Mirror()
    states = {line.metric: line.state for line in timer_lines([clock.pk], at=NINE)[clock.pk]}
    assert states.pop("first_reply") == "met"
    assert set(states.values()) == {"cancelled"}
    assert timers_of([clock.pk])[clock.pk][-1].running_since is None


def test_acknowledging_takes_a_word_and_happens_once(cast: Cast, policy: PolicyVersion) -> None:
    clock = started(cast)
    alert_id = take_due(clock_ids=[clock.pk], at=utc("2026-03-02T15:00"))[0].alert_id
    with pytest.raises(BadInput) as refused:
        acknowledge_alert(alert_id=alert_id, by=cast.lea, word="  ", at=NINE)
    assert refused.value.pointer == "/word"
    alert = acknowledge_alert(alert_id=alert_id, by=cast.lea, word="Tom takes it.", at=NINE)
    assert (alert.acknowledged_by, alert.word) == (cast.lea, "Tom takes it.")
    with pytest.raises(Conflict, match="lea has acknowledged"):
        acknowledge_alert(alert_id=alert_id, by=cast.dana, word="Me too.", at=NINE)
    assert not Alert.objects.unacknowledged().exists()


def test_the_database_keeps_one_alert_per_timer_and_level(cast: Cast, policy: PolicyVersion) -> None:
    clock = started(cast)
    take_due(clock_ids=[clock.pk], at=utc("2026-03-02T15:00"))
    with pytest.raises(IntegrityError, match="alert_once_per_timer_and_level"), transaction.atomic():
        Alert.objects.create(timer=stored(clock, "first_reply"), level=75, instant=NINE, raised_at=NINE)


def test_a_timer_explains_itself(cast: Cast, django_assert_num_queries: Any) -> None:
    define_calendar(slug="la", terms=CalendarTerms("America/Los_Angeles", OFFICE), at=NINE)
    define_policy(slug="rewards", terms=always(calendar="la"), at=NINE)
    friday = utc("2026-03-06T16:00-08:00")
    clock = started(cast, at=friday)
    monday = utc("2026-03-09T10:00-07:00")
    move_clock(clock_id=clock.pk, moves=[HumanReply(), Pended("creator")], at=monday)
    timer = stored(clock, "requester_wait")
    with django_assert_num_queries(1):
        told = explain(timer.pk, at=monday + timedelta(hours=1))
    assert (told.line.state, told.line.elapsed_seconds, told.line.target_seconds) == (
        "paused",
        2 * HOUR,
        24 * HOUR,
    )
    assert (told.line.policy, told.line.calendar, told.zone) == ("rewards@1", "la@1", "America/Los_Angeles")
    assert [(str(day.day), day.spans, day.seconds) for day in told.days] == [
        ("2026-03-06", ((friday, friday + timedelta(hours=1)),), HOUR),
        ("2026-03-09", ((monday - timedelta(hours=1), monday),), HOUR),
    ]
    assert [(pause.begins, pause.ends, pause.phase) for pause in told.pauses] == [(monday, None, "creator")]
    move_clock(
        clock_id=clock.pk, moves=[Reprioritised("urgent"), CreatorWrote()], at=monday + timedelta(hours=1)
    )
    told = explain(stored(clock, "requester_wait").pk, at=monday + timedelta(hours=2))
    assert [(pause.begins, pause.ends) for pause in told.pauses] == [(monday, monday + timedelta(hours=1))]
    assert told.retargets == ()
