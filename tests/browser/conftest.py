"""A real browser on a live desk, with a morning's work in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from supportdesk.clock import now
from teams.models import Person
from tests.cast import Cast, build_cast
from tests.work import Work, build_work

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")

SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "args": [*browser_type_launch_args.get("args", ()), *QUIET]}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


@pytest.fixture
def work(cast: Cast) -> Work:
    return build_work(cast, now())


@pytest.fixture
def sign_in(browser: Browser, live_server: LiveServer) -> Iterator[SignIn]:
    """Opens a page of the desk as somebody: `sign_in(cast.dana, "/queue/", color_scheme="dark")`.

    Every violation of the content security policy and every error of a script fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(person: Person, path: str = "/queue/", **terms: Any) -> Page:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(base_url=live_server.url, **terms)
        contexts.append(context)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults
