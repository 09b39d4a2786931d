"""A verb that had to wait for another one's lock sees the ticket as that one left it, with all it is joined to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from supportdesk.errors import Conflict
from tests.cast import Cast, build_cast
from tests.tickets.conftest import new_ticket
from tickets import actions
from tickets.models import Ticket

H = timedelta(hours=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company() -> Cast:
    return build_cast()


def wait_for_a_lock() -> None:
    """Until another connection of this database waits for a row that we hold."""
    patience = 200
    with connection.cursor() as cursor:
        while patience:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*), pg_sleep(0.05) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            patience -= 1
    raise AssertionError("nobody waits")


def meanwhile(first: Callable[[], object], second: Callable[[], object]) -> Exception | None:
    """Carry `second` out in a thread that waits for the lock of `first`; what it raised."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            second()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        first()
        thread = threading.Thread(target=run)
        thread.start()
        wait_for_a_lock()
    thread.join(20)
    assert not thread.is_alive()
    return raised[0] if raised else None


def test_the_loser_of_a_claim_learns_who_won(company: Cast, monday: datetime) -> None:
    ticket, _ = actions.open_ticket(new=new_ticket(company), source="vendor:acme", by=company.dana, at=monday)
    raised = meanwhile(
        lambda: actions.claim(ticket=ticket, by=company.dana, at=monday + H),
        lambda: actions.claim(ticket=ticket, by=company.dion, at=monday + H),
    )
    assert isinstance(raised, Conflict)
    assert "held by dana" in str(raised)


def test_a_note_that_waited_for_an_escalation_is_kept(company: Cast, monday: datetime) -> None:
    ticket, _ = actions.open_ticket(new=new_ticket(company), source="vendor:acme", by=company.dana, at=monday)
    raised = meanwhile(
        lambda: actions.escalate(
            ticket=ticket, by=company.dana, reason="other", note="Twenty characters and more.", at=monday + H
        ),
        lambda: actions.note(ticket=ticket, by=company.tom, body="I look at it.", at=monday + H),
    )
    assert raised is None
    stored = Ticket.objects.get(pk=ticket.pk)
    assert stored.queue == company.rewards_t2
    assert stored.messages.filter(body="I look at it.").exists()
