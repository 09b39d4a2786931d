"""A browser's end of `/events/`, on the ASGI application in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.test import Client

from supportdesk import asgi
from teams.models import Person

Answer = TypeVar("Answer")


def session_of(person: Person) -> str:
    """A signed-in session's key."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def act(call: Callable[[], Answer]) -> Answer:
    """What happens on the desk meanwhile, in another thread."""

    def call_and_leave() -> Answer:
        try:
            return call()
        finally:
            connections.close_all()

    return await sync_to_async(call_and_leave)()


class Ear:
    """An open stream: `status`, then what came, fact by fact."""

    def __init__(self) -> None:
        self.status = 0
        self.body = ""
        self.arrived: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.ended = asyncio.Event()
        self.answered = asyncio.Event()
        self.leave = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if not self.answered.is_set():
            self.answered.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def send(self, sent: dict[str, Any]) -> None:
        if sent["type"] == "http.response.start":
            self.status = sent["status"]
            return
        self.body += sent.get("body", b"").decode()
        *whole, self.body = self.body.split("\n\n") if self.status == 200 else ["", self.body]
        for block in whole:
            fields = dict(line.split(": ", 1) for line in block.splitlines())
            if "data" in fields:
                data = json.loads(fields["data"])
                self.arrived.put_nowait({"event": fields.get("event", "message"), **data})
        if not sent.get("more_body"):
            self.ended.set()

    async def next(self, seconds: float = 10) -> dict[str, Any]:
        """The next thing that came, without the server's time."""
        async with asyncio.timeout(seconds):
            found = await self.arrived.get()
        return {name: value for name, value in found.items() if name != "now"}


@asynccontextmanager
async def listening(session: str | None, **headers: str) -> AsyncIterator[Ear]:
    """Open the stream and read its first beat; leave at the end."""
    ear = Ear()
    sent = {"host": "testserver", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if session is not None:
        sent["cookie"] = f"{settings.SESSION_COOKIE_NAME}={session}"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/events/",
        "raw_path": b"/events/",
        "query_string": b"",
        "scheme": "http",
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }
    task = asyncio.create_task(asgi.application(scope, ear.receive, ear.send))  # type: ignore[arg-type]
    try:
        if session is None:
            await task
        else:
            beat = asyncio.create_task(ear.next())
            await asyncio.wait({beat, task}, return_when=asyncio.FIRST_COMPLETED)
            beat.cancel()
        yield ear
    finally:
        ear.leave.set()
        await task


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Tell an asynchronous story from its beginning to its end, within half a minute."""

    async def in_time() -> None:
        async with asyncio.timeout(30):
            await story()
        await act(lambda: None)

    asyncio.run(in_time())
