"""Verbs in a batch leave what the same verbs leave one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from slas.models import Alert, Timer
from tests.cast import Cast
from tests.tickets.conftest import new_ticket
from tests.tickets.pictures import picture
from tickets import actions
from tickets.actions.batch import Batch, Supply, write_batches
from tickets.models import OutboxRow, Ticket

H = timedelta(hours=1)
ORIGIN = "old.ndjson"


def live(cast: Cast, start: datetime, ref: str, batch: Batch | None) -> None:
    """A long life, with a follow-up and a merge."""

    def open_one(external_ref: str, at: datetime) -> Ticket:
        new = new_ticket(cast, queue=cast.rewards_t1_acme, external_ref=external_ref)
        return actions.open_ticket(new=new, source="history", by=None, origin=ORIGIN, batch=batch, at=at)[0]

    def done(verb: Callable[..., Ticket], hours: float, **facts: Any) -> None:
        nonlocal ticket
        ticket = verb(ticket=ticket, origin=ORIGIN, at=start + hours * H, **facts)

    ticket = open_one(ref, start)
    done(actions.claim, 1, by=cast.dana)
    done(actions.reply, 2, by=cast.dana, body="On it.", pend_on="creator")
    done(actions.receive_message, 30, by=None, body="Any news?")
    done(actions.change_priority, 31, by=cast.lea, priority="urgent")
    done(actions.escalate, 32, by=cast.dana, reason="other", note="", queue=cast.rewards_t2)
    done(actions.return_ticket, 33, by=cast.tom, note="Pay it out.")
    done(actions.resolve, 34, by=cast.dion, resolution="solved")
    done(actions.receive_message, 35, by=None, body="Still missing.")
    done(actions.resolve, 36, by=cast.dion, resolution="solved")
    done(actions.close, 37, by=None)
    actions.receive_message(ticket=ticket, by=None, body="Again!", origin=ORIGIN, at=start + 40 * H)
    other = open_one(f"{ref}-twin", start + 41 * H)
    kept = open_one(f"{ref}-kept", start + 41 * H)
    actions.merge(ticket=other, into=kept, by=cast.dana, origin=ORIGIN, at=start + 42 * H)


@pytest.mark.django_db
def test_batch_leaves_the_same_rows(cast: Cast, rewards_policy: None, monday: datetime) -> None:
    live(cast, monday, "one", None)
    with transaction.atomic():
        supply = Supply()
        supply.meet("history", ["77"])
        batch = Batch(supply)
        live(cast, monday, "two", batch)
        batch.settle()
        write_batches([batch])
    assert picture("two") == picture("one")
    assert len(picture("two")) == 4 * 5
    assert not OutboxRow.objects.exists()


@pytest.mark.django_db
def test_what_is_past_becomes_silent_alerts_at_its_instants(
    cast: Cast, rewards_policy: None, monday: datetime
) -> None:
    batch = Batch(Supply())
    ticket, _ = actions.open_ticket(
        new=new_ticket(cast), source="history", by=None, origin=ORIGIN, batch=batch, at=monday
    )
    reached = batch.tell(ticket, at=monday + 9 * H)
    assert [(r.metric, r.level, r.instant) for r in reached] == [
        ("first_reply", 75, monday + 6 * H),
        ("first_reply", 90, monday + 7.2 * H),
        ("first_reply", 100, monday + 8 * H),
    ]
    batch.settle()
    write_batches([batch])
    stored = Ticket.objects.get()
    assert stored.due_at == monday + 8 * H
    assert Timer.objects.get(metric="first_reply").breached_at == monday + 8 * H
    assert [alert.raised_at for alert in Alert.objects.order_by("level")] == [r.instant for r in reached]

    again = Batch(Supply())
    again.take(stored, at=monday + 7 * H)
    actions.reply(ticket=stored, by=cast.dana, body="Hello.", origin=ORIGIN, at=monday + 7 * H)
    assert again.tell(stored, at=monday + 9 * H) == []
    write_batches([again])
    met = Timer.objects.get(metric="first_reply")
    assert (met.breached_at, met.ended_at) == (None, monday + 7 * H)


@pytest.mark.django_db
def test_batch_of_many_tickets_costs_no_more_queries(
    cast: Cast, rewards_policy: None, monday: datetime, django_assert_num_queries: Any
) -> None:
    supply = Supply()
    supply.meet("history", ["77"])
    for many in (1, 40):
        batch = Batch(supply)
        for _ in range(many):
            new = new_ticket(cast, queue=cast.rewards_t1_acme)
            ticket, _ = actions.open_ticket(
                new=new, source="history", by=None, origin=ORIGIN, batch=batch, at=monday
            )
            actions.resolve(ticket=ticket, by=None, resolution="solved", origin=ORIGIN, at=monday + H)
        batch.settle()
        with django_assert_num_queries(7):
            write_batches([batch])
