"""The board: every number is that of the tickets that it opens, by what each person sees."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from django.http import QueryDict
from pytest_django import DjangoAssertNumQueries

from teams.models import Key, Person
from tests.cast import Cast
from tests.tickets.conftest import new_ticket
from tickets import actions
from tickets.filters import TicketFilter
from tickets.models import Ticket
from tickets.queries.board import OPENS, board
from tickets.queries.queues import NOTHING, queue_figures
from tickets.words import STATUSES

H = timedelta(hours=1)
HANDOVER = "Checked the ledger twice; needs a finance decision."


def scatter(cast: Cast, key: Key, monday: datetime, seed: int) -> None:
    """Eighty tickets over all queues, some handed up, in any state and at any point of their time."""
    chance = random.Random(seed)
    queues = [cast.rewards_t1_acme, cast.rewards_t1_bolt, cast.access_t1_bolt, cast.minors_t2]
    for number in range(80):
        queue = chance.choice(queues)
        ticket, _ = actions.open_ticket(
            new=new_ticket(cast, line=queue.line, queue=queue, channel="webform"),
            source="staff",
            by=None,
            at=monday,
        )
        if queue == cast.rewards_t1_acme and number % 3 == 0:
            ticket = actions.escalate(ticket=ticket, by=None, reason="other", note=HANDOVER, at=monday)
        instants = [None, *(monday + chance.randint(-30, 30) * H for _ in range(4))]
        status = chance.choice(STATUSES[:5])
        held = chance.choice([{}, {}, {"assignee": cast.dana}, {"holder": key}])
        Ticket.objects.filter(pk=ticket.pk).update(
            status=status,
            pending_on="creator" if status == "pending" else "",
            resolved_at=monday if status in ("resolved", "closed") else None,
            due_at=chance.choice(instants),
            at_risk_at=chance.choice(instants),
            at_risk_until=chance.choice(instants),
            waiting_since=chance.choice(instants),
            queued_at=monday - chance.randint(0, 30) * H,
            **held,
        )


@pytest.mark.parametrize("seed", range(4))
def test_every_number_opens_exactly_its_tickets(
    cast: Cast, acme_key: Key, rewards_policy: None, monday: datetime, seed: int
) -> None:
    scatter(cast, acme_key, monday, seed)
    people = [found for found in vars(cast).values() if isinstance(found, Person)]
    numbers = dict.fromkeys(OPENS, 0)
    for caller in (*people, acme_key):
        for line in board(caller, at=monday).lines:
            for number, words in line.opens.items():
                rows = Ticket.objects.visible_to(caller)
                opened = TicketFilter.apply(QueryDict(words), rows, caller=caller, at=monday)
                assert opened.count() == getattr(line.figures, number), (caller, line.queue, number)
                numbers[number] += opened.count()
            waiting = Ticket.objects.visible_to(caller).filter(queue=line.queue).waiting()
            since = [one.waiting_since or one.queued_at for one in waiting]
            assert line.figures.waiting_since == min(since, default=None)
    assert all(numbers.values())


def test_who_sees_which_queues(cast: Cast, acme_key: Key, rewards_policy: None, monday: datetime) -> None:
    def queues(caller: Person) -> set[str]:
        return {line.queue.slug for line in board(caller, at=monday).lines}

    assert queues(cast.vera) == {"creator-rewards-t1-acme"}
    assert queues(cast.lea) == {"creator-rewards-t1-acme", "creator-rewards-t1-bolt", "creator-rewards-t2"}
    assert queues(cast.mia) == {"minor-protection-t2"}
    assert queues(cast.sam) == queues(cast.ada) == set()


def test_ticket_handed_up_leaves_the_vendors_numbers(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    def depths(caller: Person) -> dict[str, int]:
        return {line.queue.slug: line.figures.depth for line in board(caller, at=monday).lines}

    assert depths(cast.vera) == {"creator-rewards-t1-acme": 1}
    actions.escalate(ticket=ticket, by=cast.dana, reason="other", note=HANDOVER, at=monday)
    assert depths(cast.vera) == {"creator-rewards-t1-acme": 0}
    assert depths(cast.lea)["creator-rewards-t2"] == 1


def test_empty_queue_has_no_oldest_wait(cast: Cast, monday: datetime) -> None:
    figures = queue_figures(cast.lea, [cast.rewards_t2.pk], at=monday)
    assert figures == {cast.rewards_t2.pk: NOTHING}
    assert figures[cast.rewards_t2.pk].waiting_since is None


def test_board_and_its_feed(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.raise_alerts(at=monday + 9 * H)
    seen = board(cast.vera, at=monday + 9 * H)
    (line,) = seen.lines
    assert (line.figures.depth, line.figures.breached, line.figures.at_risk) == (1, 1, 0)
    assert line.figures.waiting_since == monday
    assert [(alert.ref, alert.metric, alert.level) for alert in seen.alerts] == [
        (ticket.ref, "first_reply", 100)
    ]
    assert board(cast.bob, at=monday + 9 * H).alerts == []


def test_board_costs_three_queries(
    ticket: Ticket, cast: Cast, monday: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for caller in (cast.lea, cast.vera):
        with django_assert_num_queries(3):
            board(caller, at=monday)
