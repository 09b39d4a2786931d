"""Many workers at once, and workers that die: each level one row, each mail at least once."""

from __future__ import annotations

import os
import signal
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from slas.models import Alert
from teams.models import Key
from tests.cast import Cast
from tests.tickets.conftest import MONDAY, new_ticket
from tests.tickets.postbox import Postbox
from tests.tickets.processes import at_once, script
from tickets import actions
from tickets.models import Event, OutboxRow, Ticket

H = timedelta(hours=1)
LATE = MONDAY + 9 * H

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def many(cast: Cast, rewards_policy: None, acme_key: Key, monday: datetime) -> list[Ticket]:
    """Forty tickets that are all late, at three levels of one timer."""
    return [
        actions.open_ticket(new=new_ticket(cast), source="vendor:acme", by=acme_key, at=monday)[0]
        for _ in range(40)
    ]


def assert_told_once(tickets: list[Ticket]) -> None:
    """Three levels of each, each with one alert, one event and, for the highest, one set of messages."""
    assert Alert.objects.count() == 3 * len(tickets)
    for ticket in Ticket.objects.all():
        events = list(ticket.events.order_by("seq"))
        assert [event.seq for event in events] == list(range(1, ticket.event_count + 1))
        assert [event.data["level"] for event in events if event.kind.startswith("sla_")] == [75, 90, 100]
        assert ticket.version == 2
    rows = Counter(OutboxRow.objects.values_list("lane", flat=True))
    assert set(rows.values()) == {1}
    assert len(rows) == 3 * len(tickets)  # the page, vera, lea


def test_many_sweeps_at_once_tell_each_level_once(
    many: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.actions.alerts.BATCH", 7)
    raised = at_once(lambda: actions.raise_alerts(at=LATE), 6)
    raised.append(actions.raise_alerts(at=LATE))
    assert sum(raised) == 3 * len(many)
    assert_told_once(many)


def test_sweep_goes_round_locked_tickets(many: list[Ticket], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.actions.alerts.BATCH", 5)
    with transaction.atomic():
        held = list(Ticket.objects.select_for_update().order_by("pk")[:12])
        assert sum(at_once(lambda: actions.raise_alerts(at=LATE), 1)) == 3 * (len(many) - len(held))
    assert actions.raise_alerts(at=LATE) == 3 * len(held)
    assert_told_once(many)


def test_sweep_and_verbs_at_once_lose_nothing(many: list[Ticket], cast: Cast) -> None:
    waiting = list(many)

    def answer_or_sweep() -> None:
        while True:
            try:
                ticket = waiting.pop()
            except IndexError:
                return
            actions.reply(ticket=ticket, by=cast.dana, body="Late, sorry.", at=LATE)
            actions.raise_alerts(at=LATE)

    at_once(answer_or_sweep, 4)
    actions.raise_alerts(at=LATE)
    assert Alert.objects.count() == 3 * len(many)
    assert Event.objects.filter(kind="replied").count() == len(many)
    for ticket in Ticket.objects.all():
        assert [event.seq for event in ticket.events.order_by("seq")] == [1, 2, 3, 4, 5]
        assert ticket.version == 3
        assert ticket.first_replied_at == LATE


def test_senders_at_once_send_each_mail_once_in_order(many: list[Ticket], cast: Cast) -> None:
    for body in ("one", "two", "three"):
        for ticket in many[:10]:
            actions.reply(ticket=ticket, by=cast.dana, body=body, at=LATE)
    with Postbox() as box:
        backend = {"EMAIL_URL": box.url}
        senders = [script(SEND_ALL, **backend) for _ in range(2)]
        assert [sender.communicate(timeout=60)[0].strip() for sender in senders] == ["done", "done"]
    by_ticket: dict[str, list[str]] = {}
    for mail in box.mails:
        by_ticket.setdefault(str(mail["References"]), []).append(mail.get_content().split()[0])
    assert list(by_ticket.values()) == [["one", "two", "three"]] * 10


SEND_ALL = f"""
from datetime import datetime
from tickets import actions
from tickets.models import OutboxRow
at = datetime.fromisoformat("{LATE.isoformat()}")
while OutboxRow.objects.to_do().exists():
    actions.send_mails(at=at)
print("done")
"""

SWEEP_AND_WAIT = f"""
from datetime import datetime
import sys
from django.db import transaction
from slas.queries import due_clock_ids
from tickets import actions
at = datetime.fromisoformat("{LATE.isoformat()}")
with transaction.atomic():
    told = actions.raise_alerts_of(clock_ids=due_clock_ids(at=at, limit=30), at=at)
    print(len(told), flush=True)
    sys.stdin.readline()
"""


@pytest.mark.long
def test_killed_sweep_leaves_nothing_and_the_next_one_tells_all(many: list[Ticket]) -> None:
    sweep = script(SWEEP_AND_WAIT)
    assert sweep.stdout is not None
    begun = int(sweep.stdout.readline())
    assert begun > 0
    assert Alert.objects.count() == 0
    others = actions.raise_alerts(at=LATE)
    assert others == 3 * len(many) - begun
    sweep.send_signal(signal.SIGKILL)
    sweep.wait(timeout=20)
    with transaction.atomic():
        assert len(Ticket.objects.select_for_update()) == len(many)  # once the server has noticed
    assert actions.raise_alerts(at=LATE) == begun
    assert_told_once(many)


@pytest.mark.long
def test_sender_killed_between_sending_and_marking_sends_again(many: list[Ticket], cast: Cast) -> None:
    actions.reply(ticket=many[0], by=cast.dana, body="one", at=LATE)
    actions.reply(ticket=many[0], by=cast.dana, body="two", at=LATE)
    with Postbox() as box:
        sender = script(SEND_ALL, EMAIL_URL=box.url)
        box.on_mail = lambda: os.kill(sender.pid, signal.SIGKILL)
        assert sender.wait(timeout=30) == -signal.SIGKILL
        box.on_mail = lambda: None
        again = script(SEND_ALL.replace(LATE.isoformat(), (LATE + 3 * H).isoformat()), EMAIL_URL=box.url)
        assert again.communicate(timeout=30)[0].strip() == "done"
    assert [mail.get_content().split()[0] for mail in box.mails] == ["one", "one", "two"]
    first, second, third = (mail["X-Supportdesk-Outbox-Id"] for mail in box.mails)
    assert first == second != third
