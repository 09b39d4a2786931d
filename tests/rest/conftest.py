"""Keys of the cast, and a client that speaks the API with one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from django.test import Client

from slas.actions import define_policy
from slas.terms import PolicyTerms
from supportdesk import clock
from supportdesk.servers.addresses import Addresses
from teams.actions import create_key
from teams.models import Key
from teams.words import SCOPES
from tests.cast import Cast

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = 3_600
TARGETS = {
    "first_reply": {"normal": 4 * HOUR},
    "requester_wait": {"normal": 24 * HOUR},
    "tier_ownership": {"normal": 16 * HOUR},
}


@dataclass
class Api:
    """Calls `/api/v1/…` with one key, or with none."""

    key: Key | None = None
    token: str = ""

    def __post_init__(self) -> None:
        self.client = Client()

    def ask(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, f"/api/v1/{path}", content, content_type="application/json", headers=sent
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str) -> Any:
        return self.ask("POST", path, body, raw=raw, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)

    def create(self, **given: Any) -> dict[str, Any]:
        """A new ticket, as the answer tells it."""
        answer = self.post("tickets/", new_ticket(**given))
        assert answer.status_code == 201, answer.content
        ticket: dict[str, Any] = answer.json()
        return ticket


def new_ticket(**given: Any) -> dict[str, Any]:
    """The least that a ticket needs, and what else is given; a value of `...` leaves the field out."""
    body = {
        "channel": "webform",
        "lob": "creator-rewards",
        "subject": "Where is my payout?",
        "body": "It has been three weeks.",
        "creator": {"external_id": "7231"},
        **given,
    }
    return {name: value for name, value in body.items() if value is not ...}


Opener = Callable[..., Api]


@pytest.fixture
def api(cast: Cast, servers: Addresses) -> Opener:
    """`api("acme")`: a client with a key of that vendor, of "in_app", or of the tool "warehouse"."""

    def open_api(owner: str = "acme", scopes: tuple[str, ...] = SCOPES, **terms: Any) -> Api:
        holder: dict[str, Any] = {
            "in_app": {"in_app": True},
            "warehouse": {"tool": "warehouse"},
        }.get(owner) or {"vendor": getattr(cast, owner)}
        return Api(*create_key(**holder, scopes=scopes, at=clock.now(), **terms))

    return open_api


@pytest.fixture
def acme(api: Opener) -> Api:
    return api("acme")


@pytest.fixture
def bolt(api: Opener) -> Api:
    return api("bolt")


@pytest.fixture
def tool(api: Opener) -> Api:
    return api("warehouse")


@pytest.fixture
def policy(cast: Cast) -> None:
    """Four hours to the first reply, a day of requester wait, sixteen hours in a queue; round the clock."""
    define_policy(slug="rewards", terms=PolicyTerms(order=10, targets=TARGETS, warn_at=(75,)), at=LONG_AGO)


def creator_context(token: str, external_id: str, at: datetime, minutes: float = 5) -> str:
    """What the app sends beside its key."""
    issued = at.timestamp()
    told = {"sub": external_id, "iat": issued, "exp": issued + 60 * minutes}
    return jwt.encode(told, token.split("_", 2)[2], algorithm="HS256")
