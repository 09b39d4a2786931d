"""Tickets for tests: pushed by acme's key, policies that match, times that are handed down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from slas import actions as clocks
from slas.terms import Match, PolicyTerms
from teams.models import Key
from tests.cast import Cast
from tickets import actions
from tickets.models import Ticket

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def monday() -> datetime:
    """Monday 2 March 2026, 09:00 UTC."""
    return MONDAY


@pytest.fixture
def rewards_policy(cast: Cast) -> None:
    """Round the clock, with a target for every metric, warnings at 75 and 90 per cent."""
    clocks.define_policy(
        slug="rewards",
        terms=PolicyTerms(
            order=10,
            match=Match(line=("creator-rewards",)),
            warn_at=(75, 90),
            targets={
                "first_reply": {"urgent": 1800, "normal": 28800},
                "next_reply": {"normal": 28800},
                "update": {"normal": 86400},
                "requester_wait": {"normal": 86400},
                "agent_work": {"normal": 57600},
                "resolution": {"normal": 259200},
                "tier_ownership": {"normal": 57600},
            },
        ),
        at=MONDAY,
    )


@pytest.fixture
def acme_key(cast: Cast) -> Key:
    return Key.objects.create(
        name="acme",
        prefix="acmeacme",
        hash="0" * 64,
        kind="vendor",
        vendor=cast.acme,
        scopes=["tickets:read", "tickets:write", "queues:claim"],
        created_at=MONDAY,
        expires_at=MONDAY + timedelta(days=365),
    )


def new_ticket(cast: Cast, **facts: object) -> actions.NewTicket:
    """A payout question of creator 77 on the rewards line."""
    given: dict[str, object] = {
        "channel": "in_app",
        "line": cast.creator_rewards,
        "subject": "Payout missing",
        "body": "My payout of March is missing.",
        "creator": actions.CreatorFacts(external_id="77", handle="@ana", email="ana@creator.example"),
        "locale": "en",
        **facts,
    }
    return actions.NewTicket(**given)  # type: ignore[arg-type]


@pytest.fixture
def ticket(cast: Cast, rewards_policy: None, acme_key: Key) -> Ticket:
    """A new ticket in acme's queue, pushed on Monday at nine."""
    opened, _ = actions.open_ticket(new=new_ticket(cast), source="vendor:acme", by=acme_key, at=MONDAY)
    return opened
