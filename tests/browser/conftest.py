"""A real browser on a desk that is served as in production, with a morning's work in it."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from supportdesk.clock import now
from supportdesk.servers.addresses import PROJECT
from teams.models import Person
from tests.cast import Cast, build_cast
from tests.platform.desks import free_port
from tests.tickets.processes import environment
from tests.work import Work, build_work
from tickets import live

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=20_000)
QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")

SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "args": [*browser_type_launch_args.get("args", ()), *QUIET]}


@pytest.fixture(scope="session")
def desk(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the web server as `manage.py run` starts it, on the tests' database and broker."""
    port = free_port()
    terms = environment(
        SUPPORTDESK_STATIC=str(tmp_path_factory.mktemp("static")),
        SUPPORTDESK_SECRET_KEY=settings.SECRET_KEY,
    )
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=PROJECT, env=terms, check=True)
    serve = ["granian", "supportdesk.asgi:application", "--interface", "asginl", "--no-ws"]
    where = ["--host", "127.0.0.1", "--port", str(port), "--workers-kill-timeout", "2"]
    server = subprocess.Popen(
        [sys.executable, "-m", *serve, *where],
        cwd=PROJECT,
        env=terms,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not answers(port):
            assert server.poll() is None
            assert time.monotonic() < deadline
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def answers(port: int) -> bool:
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        link.request("GET", "/healthz")
        return link.getresponse().status == 200
    except OSError:
        return False


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    live.connection.cache_clear()
    return build_cast()


@pytest.fixture
def work(cast: Cast) -> Work:
    return build_work(cast, now())


@pytest.fixture
def sign_in(browser: Browser, desk: str) -> Iterator[SignIn]:
    """Opens a page of the desk as somebody: `sign_in(cast.dana, "/queue/", color_scheme="dark")`.

    A violation of the content security policy, a request to anywhere else, or an error of a script fails
    the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(person: Person, path: str = "/queue/", **terms: Any) -> Page:
        client = Client()
        client.force_login(person)
        context = browser.new_context(base_url=desk, **terms)
        contexts.append(context)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": desk}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith(desk) else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults
