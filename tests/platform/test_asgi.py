"""One port: the live stream goes to the event loop, everything else to threads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from supportdesk import asgi


@pytest.mark.parametrize(
    ("path", "taker"),
    [("/events/", "streams"), ("/events", "pages"), ("/queue/", "pages"), ("/api/v1/tickets/", "pages")],
)
def test_a_path_goes_where_it_belongs_with_its_body(
    monkeypatch: pytest.MonkeyPatch, path: str, taker: str
) -> None:
    taken: list[tuple[str, bytes]] = []

    def part(name: str) -> Any:
        async def take(scope: Any, receive: Any, send: Any) -> None:
            reading = receive()
            # `pages` reads in a thread, which can schedule coroutines only.
            assert name == "streams" or asyncio.iscoroutine(reading)
            taken.append((name, (await reading)["body"]))

        return take

    for name in ("streams", "pages"):
        monkeypatch.setattr(asgi, name, part(name))

    class Ready:
        """An awaitable that is no coroutine, as granian's are."""

        def __await__(self) -> Any:
            return asyncio.sleep(0, {"type": "http.request", "body": b"whole"}).__await__()

    def receive() -> Awaitable[Any]:
        return Ready()

    asyncio.run(asgi.application({"type": "http", "path": path}, receive, None))
    assert taken == [(taker, b"whole")]
