"""Other processes and threads on the database of this test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.db import connection, connections

from supportdesk.servers.addresses import PROJECT

Answer = TypeVar("Answer")


def environment(**more: str) -> dict[str, str]:
    """What lets another process find the test's database and broker."""
    place = connection.settings_dict
    user = quote(place["USER"]) + (f":{quote(place['PASSWORD'])}" if place["PASSWORD"] else "")
    port = f"&port={place['PORT']}" if place["PORT"] else ""
    database = f"postgresql://{user}@/{quote(place['NAME'])}?host={quote(place['HOST'])}{port}"
    return {
        **os.environ,
        "DATABASE_URL": database,
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "supportdesk.settings",
        **more,
    }


def python(arguments: Sequence[str], **more: str) -> subprocess.Popen[str]:
    """`python …` on the test's servers; its output can be read line by line."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment(**more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def script(code: str, **more: str) -> subprocess.Popen[str]:
    """A script that runs with Django set up."""
    return python(["-c", f"import django\ndjango.setup()\n{code}"], **more)


def at_once(call: Callable[[], Answer], times: int) -> list[Answer]:
    """Make a call in so many threads at once, each with a connection of its own."""

    def one(_: int) -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))
