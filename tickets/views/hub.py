"""One subscription to the live facts in each process, shared by all streams that it serves."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any, Final

import redis.asyncio
import structlog
from django.conf import settings

from tickets.hearing import Hearing
from tickets.live import channel

ROOM: Final = 1000
"""Facts that may wait for a slow reader; one that lags further behind is cut off and catches up anew."""
QUIET: Final = 15.0
"""Seconds of silence after which the broker is asked whether it is there; after as many more it is gone."""
PATIENCE: Final = 2.0
"""Seconds that a new stream waits for the broker."""

logger = structlog.get_logger(__name__)


class Listener:
    """One stream's ears, and what has come for them and is not sent yet."""

    def __init__(self, hearing: Hearing) -> None:
        self.hearing = hearing
        self.waiting: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(ROOM)

    def hear(self, fact: dict[str, Any]) -> None:
        told = self.hearing.told(fact)
        if told is None:
            return
        kind, data = told
        try:
            self.waiting.put_nowait({"kind": kind, **data})
        except asyncio.QueueFull:
            self.cut_off()

    def cut_off(self) -> None:
        """End the stream; the page connects again and asks for what it missed."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Hub:
    """Hears every fact once and passes it to those whom it concerns."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.task: asyncio.Task[None] | None = None
        self.subscribed = asyncio.Event()

    async def ready(self) -> bool:
        """Whether facts are coming in: subscribes first where nobody has; False without a broker."""
        if self.task is None or self.task.done():
            self.subscribed.clear()
            self.task = asyncio.create_task(self.listen())
        arrived = asyncio.create_task(self.subscribed.wait())
        await asyncio.wait({arrived, self.task}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        arrived.cancel()
        return self.subscribed.is_set()

    @contextlib.contextmanager
    def joined(self, hearing: Hearing) -> Iterator[Listener]:
        """A listener for the length of one stream."""
        listener = Listener(hearing)
        self.listeners.add(listener)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)

    def streams_of(self, person: int) -> int:
        return sum(listener.hearing.person == person for listener in self.listeners)

    async def listen(self) -> None:
        """Pass facts on until the broker goes away, which cuts all streams off."""
        try:
            async with (
                redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE) as broker,
                broker.pubsub() as subscription,
            ):
                await subscription.subscribe(channel())
                await self.pass_on(subscription)
        except (redis.RedisError, OSError) as error:
            logger.warning("live_stream_lost", error=str(error), streams=len(self.listeners))
        finally:
            self.subscribed.clear()
            for listener in self.listeners:
                listener.cut_off()

    async def pass_on(self, subscription: Any) -> None:
        asked = False
        while True:
            message = await subscription.get_message(timeout=QUIET)
            if message is None:
                if asked:
                    raise redis.ConnectionError("The broker does not answer.")
                await subscription.ping()
                asked = True
                continue
            asked = False
            if message["type"] == "subscribe":
                self.subscribed.set()
            elif message["type"] == "message":
                fact = json.loads(message["data"])
                for listener in tuple(self.listeners):
                    listener.hear(fact)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop; a process that serves has one loop."""
    loop = asyncio.get_running_loop()
    for ended in [other for other in _hubs if other.is_closed()]:
        del _hubs[ended]
    return _hubs.setdefault(loop, Hub())
