"""Many sweepers at once, and many timers at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from slas.actions import define_policy, move_clock, start_clock, take_due
from slas.matching import Facts
from slas.models import Alert, Clock, Timer
from slas.moves import CreatorWrote, Crossing, HumanReply, Move, Pended
from slas.queries import due_clock_ids
from slas.terms import PolicyTerms
from tests.cast import Cast, build_cast
from tests.slas.dates import utc

NINE = utc("2026-03-02T09:00")
TARGETS = {
    "first_reply": {"normal": 3_600},
    "next_reply": {"normal": 7_200},
    "requester_wait": {"normal": 9_000},
    "resolution": {"normal": 36_000},
    "tier_ownership": {"normal": 18_000},
}


@contextmanager
def locked(clock_ids: list[int]) -> Iterator[None]:
    """As tickets are locked before their clocks are touched."""
    with transaction.atomic():
        list(Clock.objects.select_for_update().filter(pk__in=clock_ids).order_by("pk"))
        yield


def fill(cast: Cast, count: int) -> list[int]:
    define_policy(slug="all", terms=PolicyTerms(order=1, targets=TARGETS, warn_at=(50, 75)), at=NINE)
    return [
        start_clock(facts=Facts(), queue=cast.rewards_t1_acme, started_at=NINE, at=NINE)[0].pk
        for _ in range(count)
    ]


@pytest.mark.django_db(transaction=True)
def test_however_many_sweep_and_move_at_once_each_level_is_told_once() -> None:
    clock_ids = fill(build_cast(), 12)
    at = NINE + timedelta(hours=3)

    def sweep() -> list[Crossing]:
        try:
            with locked(clock_ids):
                return take_due(clock_ids=clock_ids, at=at)
        finally:
            connection.close()

    def move(clock_id: int) -> list[Crossing]:
        moves: list[Move] = [HumanReply(), CreatorWrote(), Pended("creator")]
        try:
            with locked([clock_id]):
                move_clock(clock_id=clock_id, moves=moves, at=at)
        finally:
            connection.close()
        return []

    with ThreadPoolExecutor(8) as pool:
        jobs = [job for clock_id in clock_ids for job in (pool.submit(move, clock_id), pool.submit(sweep))]
        crossings = [crossing for job in jobs for crossing in job.result()]
    crossings += take_due(clock_ids=clock_ids, at=at)
    told = sorted((c.timer_id, c.level) for c in crossings)
    assert len(told) == len(set(told))
    assert told == sorted(Alert.objects.values_list("timer", "level"))
    by_metric = {metric: {c.level for c in crossings if c.metric == metric} for metric in TARGETS}
    assert by_metric["first_reply"] == by_metric["requester_wait"] == {50, 75, 100}
    assert len(told) == len(clock_ids) * 7
    assert due_clock_ids(at=at, limit=100) == []


@pytest.mark.django_db
def test_a_sweep_costs_five_queries_however_many_are_due(cast: Cast, django_assert_num_queries: Any) -> None:
    clock_ids = fill(cast, 40)
    with django_assert_num_queries(5 + 2):  # and the savepoint that stands for the transaction
        crossings = take_due(clock_ids=clock_ids[:20], at=NINE + timedelta(minutes=30))
    assert len(crossings) == 20
    with django_assert_num_queries(2 + 2):
        assert take_due(clock_ids=clock_ids[:20], at=NINE + timedelta(minutes=30)) == []
    with django_assert_num_queries(1):
        assert due_clock_ids(at=NINE + timedelta(minutes=30), limit=50) == clock_ids[20:]


@pytest.mark.django_db
def test_a_sweep_that_dies_has_told_nothing(cast: Cast) -> None:
    clock_ids = fill(cast, 1)
    at = NINE + timedelta(minutes=30)
    with transaction.atomic():
        assert take_due(clock_ids=clock_ids, at=at)
        transaction.set_rollback(True)
    assert not Alert.objects.exists()
    assert [c.level for c in take_due(clock_ids=clock_ids, at=at)] == [50]


@pytest.mark.django_db
def test_what_waits_for_the_sweep_is_found_by_its_index(cast: Cast) -> None:
    fill(cast, 3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Timer.objects.waiting_for_sweep(NINE).order_by("next_at").explain()
    assert "timer_next_at" in plan


@pytest.mark.django_db
def test_a_clock_without_timers_can_be_swept_and_moved(cast: Cast) -> None:
    clock, _ = start_clock(facts=Facts(), queue=cast.rewards_t1_acme, started_at=NINE, at=NINE)
    assert take_due(clock_ids=[clock.pk], at=NINE + timedelta(days=9)) == []
    move_clock(clock_id=clock.pk, moves=[Pended("creator")], at=NINE)
    assert Clock.objects.get().phases == [["2026-03-02T09:00:00+00:00", "creator"]]
