"""`GET /events/`: what happens on the desk, live, to each person what they may hear of.

Server-sent events. Unnamed ones carry one fact as JSON: `kind` is `ticket` (`ref`, `version`, `status`,
`queue`, `assignee`, `events`), `gone` (`ref`: it left this person's sight), `alert` (addressed to this
person: `alert`, `ref`, `queue`, `metric`, `cycle`, `level`, `instant`, `sign`) or `resync` (this connection
follows a broken one: ask for what was missed). `beat` comes at the start and every fifteen seconds. Each
carries the server's time.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from supportdesk.clock import now
from supportdesk.instants import write_instant
from teams.models import Person
from tickets.hearing import Hearing
from tickets.queries.hearing import hearing_for
from tickets.views.hub import Listener, hub

BEAT: Final = 15.0
CHECK: Final = 60.0
"""Seconds after which it is asked again whether the session lasts and what this person may see."""
MOST_STREAMS: Final = 12
"""Of one person in one process: a browser shares one among its tabs."""
RETRY: Final = 2000
"""Milliseconds after which a browser whose stream broke connects again."""


@require_GET
async def events(request: HttpRequest) -> HttpResponseBase:
    """The stream; 401 without a session, 429 past a person's streams, 503 while there is no broker.

    The subscription stands before the answer begins, so that a page which asks for its rows once the
    stream is open misses nothing.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    hearing = await sync_to_async(hearing_of)(key)
    if hearing is None:
        return refusal(401, "Sign in first.")
    if hub().streams_of(hearing.person) >= MOST_STREAMS:
        return refusal(429, "You have too many streams open.")
    if not await hub().ready():
        return refusal(503, "There is no live stream at the moment.")
    again = "Last-Event-ID" in request.headers
    return StreamingHttpResponse(
        stream(hearing, key, again),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"},
    )


def refusal(status: int, why: str) -> HttpResponse:
    headers = {} if status == 401 else {"Retry-After": "5"}
    return HttpResponse(f"{why}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)


def hearing_of(session_key: str | None) -> Hearing | None:
    """What the person of this session may hear, None once it has expired or they have left.

    Leaves no database connection behind: it runs in a thread that lasts as long as the stream.
    """
    try:
        asked = HttpRequest()
        asked.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
        person = get_user(asked)
        return hearing_for(person) if isinstance(person, Person) else None
    finally:
        connections.close_all()


async def stream(hearing: Hearing, session_key: str | None, again: bool) -> AsyncIterator[str]:
    """The body: facts as they come, a beat in between, until the session or the subscription ends."""
    await sync_to_async(connections.close_all)()
    with hub().joined(hearing) as listener:
        yield f"retry: {RETRY}\n\n" + beat()
        if again:
            yield message({"kind": "resync"})
        loop = asyncio.get_running_loop()
        next_beat, next_check = loop.time() + BEAT, loop.time() + CHECK
        while True:
            for fact in await facts(listener, until=min(next_beat, next_check)):
                if fact is None:
                    return
                yield message(fact)
            if loop.time() >= next_check:
                still = await sync_to_async(hearing_of)(session_key)
                if still is None:
                    return
                listener.hearing = still
                next_check = loop.time() + CHECK
            if loop.time() >= next_beat:
                yield beat()
                next_beat = loop.time() + BEAT


async def facts(listener: Listener, *, until: float) -> list[dict[str, Any] | None]:
    """The next fact with all that waits behind it; empty when the event loop's clock has come to `until`."""
    try:
        async with asyncio.timeout_at(until):
            found = [await listener.waiting.get()]
    except TimeoutError:
        return []
    while not listener.waiting.empty():
        found.append(listener.waiting.get_nowait())
    return found


def message(fact: dict[str, Any]) -> str:
    at = write_instant(now())
    return f"id: {at}\ndata: {json.dumps({**fact, 'now': at}, separators=(',', ':'))}\n\n"


def beat() -> str:
    at = write_instant(now())
    return f'event: beat\nid: {at}\ndata: {{"at":"{at}"}}\n\n'
