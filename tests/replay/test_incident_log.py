"""The real incident log goes in whole, and the requester wait of every incident is the checked answer."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from io import StringIO
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection

from slas.models import Timer
from supportdesk.setup_file.applying import apply_setup
from tests.data import itsm
from tests.slas.dates import utc
from tickets.models import OutboxRow, Ticket

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not itsm.EXPECTED.exists(), reason="the shared data are not on this machine"),
]
QUICK = 400


@pytest.fixture
def service_desk(db: None) -> None:
    """The same line twice, once in office hours and once round the clock."""
    apply_setup(content=itsm.SETUP.encode(), at=utc("2016-01-01"))


def replay(file: Path, lines: Iterable[dict[str, object]]) -> str:
    with file.open("w", encoding="utf-8") as history:
        history.writelines(json.dumps(line) + "\n" for line in lines)
    out = StringIO()
    call_command("replay", str(file), "--summary", stdout=out, stderr=sys.stderr)
    return out.getvalue()


def waits() -> dict[str, float]:
    """Counted seconds of requester wait by incident."""
    timers = Timer.objects.filter(metric="requester_wait", ended_at__isnull=False)
    return {
        ref: banked.total_seconds()
        for ref, banked in timers.values_list("clock__ticket__external_ref", "banked")
    }


@pytest.mark.parametrize("line", ["incidents", "incidents-always"])
@pytest.mark.parametrize("many", [QUICK, pytest.param(None, marks=pytest.mark.long)])
def test_requester_wait_is_the_checked_answer(
    line: str, many: int | None, service_desk: None, tmp_path: Path
) -> None:
    incidents = list(islice(itsm.expected_incidents(), many))
    replay(tmp_path / "incidents.ndjson", itsm.history_lines(incidents, line))
    expected = {
        incident.number: incident.business_running_s if line == "incidents" else incident.running_wall_s
        for incident in incidents
    }
    assert waits() == expected
    assert set(Ticket.objects.values_list("status", flat=True)) == {"resolved"}
    assert not OutboxRow.objects.exists()
    assert not Timer.objects.filter(next_at__isnull=False).exists()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_killed_replay_goes_on_where_it_was(service_desk: None, tmp_path: Path) -> None:
    incidents = list(islice(itsm.expected_incidents(), 3000))
    file = tmp_path / "incidents.ndjson"
    with file.open("w", encoding="utf-8") as history:
        history.writelines(json.dumps(line) + "\n" for line in itsm.history_lines(incidents))
    settings = connection.settings_dict
    place = urlencode({"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]})
    environment = {**os.environ, "DATABASE_URL": f"postgresql:///{settings['NAME']}?{place}"}
    kills = 0
    while True:
        running = subprocess.Popen(
            [sys.executable, "manage.py", "replay", str(file), "--summary"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        before = Ticket.objects.count()
        while running.poll() is None and Ticket.objects.count() < before + 1000:
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(0.2)
        if running.poll() is not None:
            break
        running.kill()
        running.wait()
        kills += 1
    assert running.returncode == 0
    assert kills >= 2
    assert waits() == {incident.number: incident.business_running_s for incident in incidents}
    assert not Ticket.objects.exclude(status="resolved").exists()
