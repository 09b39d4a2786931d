"""What the web server runs: `/events/` as an async stream, everything else in threads, on one port.

Pages and the REST API are synchronous and hold one database connection a thread (`CONN_MAX_AGE`); served as
ASGI, Django would open one for each of its own short-lived threads.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")

THREADS = int(os.environ.get("SUPPORTDESK_THREADS", "8"))

Application = Callable[[Any, Any, Any], Awaitable[None]]
streams: Application = get_asgi_application()
pages: Application = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=THREADS)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The ASGI entry point: hand the request to one of the two."""
    if scope["type"] == "http" and scope["path"] == "/events/":
        await streams(scope, receive, send)
    else:

        async def receive_as_coroutine() -> Any:
            """granian hands out plain awaitables, and a2wsgi schedules nothing but coroutines."""
            return await receive()

        await pages(scope, receive_as_coroutine, send)
