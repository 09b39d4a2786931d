"""What every test can lean on: servers of its own, and a cast of people whom everyone knows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connections

from supportdesk.servers import addresses
from tests.cast import Cast, build_cast
from tests.throwaway import ThrowawayServers

SERVERS = pytest.StashKey[ThrowawayServers]()


def pytest_configure(config: pytest.Config) -> None:
    """Serve static files without `collectstatic`; under pytest-xdist start the servers in the controller now,
    so that its workers inherit their addresses."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
    config.stash[SERVERS] = ThrowawayServers()
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        config.stash[SERVERS].start()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[SERVERS].stop()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> addresses.Addresses:
    """The addresses of a database and a broker that nobody would miss; settings point at them.

    Each xdist worker has a numbered database of the broker to itself.
    """
    found = request.config.stash[SERVERS].start(
        worker=getattr(request.config, "workerinput", {}).get("workerid")
    )
    connections["default"].settings_dict.update(
        addresses.database_settings(found.database, settings.STATE_DIR / "run")
    )
    settings.REDIS_URL = found.broker
    settings.CACHES["default"]["LOCATION"] = found.broker
    caches["default"] = caches.create_connection("default")
    return found


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, servers: addresses.Addresses) -> None:
    """pytest-django's hook: the test database, one per xdist worker, lies on the servers started here."""
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Limits and flags in the cache start afresh after each test that had the servers."""
    yield
    if "servers" in request.fixturenames or "django_db_setup" in request.fixturenames:
        cache.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's hook: the machine's own Chromium, which as root runs only without its sandbox."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": found, "args": arguments}


@pytest.fixture
def cast(db: None) -> Cast:
    """The people, lines, vendors, teams and queues of the brief, fresh in the database."""
    return build_cast()
