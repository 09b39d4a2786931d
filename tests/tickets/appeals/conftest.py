"""Appeals for tests: one filed by the platform's app, a policy that times their decision."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from slas import actions as clocks
from slas.queries import timer_lines
from slas.terms import CalendarTerms, Match, PolicyTerms
from teams.actions import create_key
from teams.models import Key
from tests.cast import Cast
from tests.slas.dates import OFFICE
from tickets.actions import CreatorFacts
from tickets.appeals import actions
from tickets.appeals.models import Appeal

DAY = timedelta(days=1)


def appeal_of(**facts: Any) -> actions.NewAppeal:
    """Creator 77 contests a demonetisation of a week before; made by tom, whom the platform names."""
    given: dict[str, Any] = {
        "creator": CreatorFacts(external_id="77", handle="@ana", region="PT", locale="pt-PT"),
        "decision_type": "demonetisation",
        "ground": "Reused content",
        "automated": False,
        "made_by": "tom",
        "statement": "The footage is my own; I can prove it.",
        **facts,
    }
    return actions.NewAppeal(**given)


@pytest.fixture
def app_key(cast: Cast, monday: datetime) -> Key:
    return create_key(in_app=True, scopes=["tickets:write"], at=monday)[0]


@pytest.fixture
def tool_key(cast: Cast, monday: datetime) -> Key:
    return create_key(tool="safety", scopes=["tickets:write"], at=monday)[0]


@pytest.fixture
def appeals_policy(cast: Cast, monday: datetime) -> None:
    """Ten days to decide, and office hours for the rest."""
    clocks.define_calendar(slug="office", terms=CalendarTerms(timezone="UTC", hours=OFFICE), at=monday)
    clocks.define_policy(
        slug="appeals",
        terms=PolicyTerms(
            order=1,
            match=Match(channel=("appeal",)),
            calendar="office",
            targets={"appeal_decision": {"normal": 10 * 86400}, "first_reply": {"normal": 3600}},
        ),
        at=monday,
    )


@pytest.fixture
def appeal(cast: Cast, appeals_policy: None, app_key: Key, monday: datetime) -> Appeal:
    """Submitted on Monday at nine, a week after the decision, on lea's line; `made_by` is tom."""
    return actions.submit_appeal(
        new=appeal_of(decision_at=monday - 7 * DAY), source="in_app", by=app_key, at=monday
    )


@pytest.fixture
def late(cast: Cast, appeals_policy: None, app_key: Key, monday: datetime) -> Appeal:
    """Submitted a year after the decision, and so refused."""
    return actions.submit_appeal(
        new=appeal_of(decision_at=monday - 365 * DAY), source="in_app", by=app_key, at=monday
    )


def decision_timer(appeal: Appeal, at: datetime) -> tuple[str, float]:
    """State and counted hours of the latest decision timer."""
    lines = timer_lines([appeal.ticket.clock_id], at=at)[appeal.ticket.clock_id]
    latest = [line for line in lines if line.metric == "appeal_decision"][-1]
    return latest.state, latest.elapsed_seconds / 3600


def kinds(appeal: Appeal) -> list[str]:
    return [event.kind for event in appeal.ticket.events.all()]
