"""`/events/` through the real web server, beside the pages, on one port."""

from __future__ import annotations

import http.client
import json
import signal
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import settings

from tests.cast import Cast
from tests.platform.desks import free_port
from tests.tickets.listening import session_of
from tests.tickets.processes import python
from tickets import actions, live
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port(cast: Cast) -> Iterator[int]:
    """The web server as `manage.py run` starts it, on this test's servers."""
    live.connection.cache_clear()
    number = free_port()
    server = python(
        [
            *("-m", "granian", "supportdesk.asgi:application", "--interface", "asginl", "--no-ws"),
            *("--host", "127.0.0.1", "--port", str(number), "--workers-kill-timeout", "2"),
        ]
    )
    try:
        deadline = time.monotonic() + 60
        while not answers(number):
            assert server.poll() is None
            assert time.monotonic() < deadline
        yield number
        asked = time.monotonic()
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
        assert time.monotonic() - asked < 10
    finally:
        server.kill()
        server.wait()


def answers(port: int) -> bool:
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        link.request("GET", "/healthz")
        return link.getresponse().status == 200
    except OSError:
        return False


def test_stream_and_pages_on_one_port_and_a_prompt_end(
    port: int, cast: Cast, ticket: Ticket, monday: datetime
) -> None:
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session_of(cast.dana)}"}
    stream = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    stream.request("GET", "/events/", headers=cookie)
    answer = stream.getresponse()
    assert answer.status == 200
    assert answer.getheader("Content-Type") == "text/event-stream; charset=utf-8"
    assert answer.readline() == b"retry: 2000\n"
    assert answers(port)
    actions.claim(ticket=ticket, by=cast.dana, at=monday)
    facts = (json.loads(line.removeprefix(b"data: ")) for line in answer if line.startswith(b"data: "))
    assert "at" in next(facts)  # the first beat
    assert next(facts)["events"] == ["claimed"]
    refused = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    refused.request("GET", "/events/")
    assert refused.getresponse().status == 401
