"""Worker and beat as they run in the desk: a timer that comes due is told in time, nobody else lifting a hand."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from slas.models import Alert
from supportdesk.clock import now
from supportdesk.pulse import signs
from teams.models import Key
from tests.cast import Cast
from tests.tickets.conftest import new_ticket
from tests.tickets.processes import python
from tickets import actions
from tickets.models import OutboxRow

H = timedelta(hours=1)
S = timedelta(seconds=1)

pytestmark = pytest.mark.django_db(transaction=True)


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def home(cast: Cast, tmp_path: Path) -> Iterator[Path]:
    """The state folder of a worker and a beat that run on this test's servers."""
    celery = ("-m", "celery", "--app", "supportdesk", "--quiet")
    running = [
        python([*celery, *part], SUPPORTDESK_HOME=str(tmp_path), EMAIL_URL="")
        for part in (("worker", "--concurrency", "2", "--without-gossip", "--without-mingle"), ("beat",))
    ]
    try:
        wait_until(lambda: signs() == {"broker": "ok", "worker": "ok", "beat": "ok"}, 60)
        yield tmp_path
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(timeout=30)


def test_timer_is_told_within_ten_seconds(
    home: Path, cast: Cast, rewards_policy: None, acme_key: Key
) -> None:
    coming = now() + 3 * S
    ticket, _ = actions.open_ticket(
        new=new_ticket(cast, created_at=coming - 6 * H), source="vendor:acme", by=acme_key, at=now()
    )
    sleeper, _ = actions.open_ticket(new=new_ticket(cast), source="vendor:acme", by=acme_key, at=now())
    actions.pend(ticket=sleeper, by=cast.dana, on="third_party", until=now() + 2 * S, at=now())
    wait_until(lambda: Alert.objects.exists(), 30)
    alert = Alert.objects.get()
    assert (alert.level, alert.instant) == (75, coming)
    assert timedelta() <= alert.raised_at - alert.instant <= 10 * S
    wait_until(lambda: OutboxRow.objects.filter(done_at=None).count() == 0, 30)
    page = OutboxRow.objects.get(kind="page_alert")
    assert page.done_at is not None
    assert page.done_at - alert.instant <= 10 * S
    letters = [file.read_text() for file in (home / "mail").iterdir()]
    assert len(letters) == 2
    assert all(f"[{ticket.ref}] First reply at 75 % of its target" in letter for letter in letters)
    assert {"vera@acme.example", "lea@desk.example"} == {
        line.removeprefix("To: ") for letter in letters for line in letter.splitlines() if line[:4] == "To: "
    }
    wait_until(lambda: sleeper.events.filter(kind="resumed").exists(), 30)
