"""Work to look at, and clients signed in as anyone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from supportdesk.clock import now
from teams.models import Person
from tests.cast import Cast
from tests.work import Work, build_work


@pytest.fixture
def work(cast: Cast) -> Work:
    return build_work(cast, now())


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    def client_of(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return client_of
