"""The demo that the first `make run` loads: believable on any day, silent, and only once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.test import Client

from slas.models import Timer
from supportdesk import clock
from supportdesk.management.demo.lives import PAST, PRESENT
from supportdesk.management.demo.loading import load_demo
from supportdesk.management.demo.material import organisation, read_material
from supportdesk.management.demo.password import kept_password
from supportdesk.management.demo.writing import write_history
from supportdesk.setup_file.applying import apply_setup
from teams.models import Person
from tests.slas.dates import utc
from tickets import actions
from tickets.models import Event, OutboxRow, Ticket
from tickets.words import STATUSES

WEDNESDAY = utc("2026-11-18T15:30")
DAYS = [WEDNESDAY, utc("2026-11-22T14:00"), utc("2027-01-01T03:00"), utc("2026-03-29T01:15")]


Demo = Callable[[datetime], None]


@pytest.fixture
def demo(db: None) -> Demo:
    def load(at: datetime) -> None:
        assert load_demo(at=at) is not None

    return load


@pytest.mark.parametrize("at", DAYS, ids=lambda at: f"{at:%a %d %b}")
def test_there_is_something_of_everything_on_any_day(at: datetime, demo: Demo) -> None:
    demo(at)
    tickets = Ticket.objects.all()
    assert 180 <= tickets.count() <= 260
    assert set(tickets.values_list("status", flat=True)) == set(STATUSES)
    assert set(tickets.values_list("language", flat=True)) == {"en", "pt", "es", "ar", "ja", "id"}
    assert set(tickets.values_list("channel", flat=True)) == {"in_app", "webform", "appeal", "internal_form"}
    assert set(tickets.values_list("line__slug", flat=True)) == {
        "creator-rewards", "account-access", "verification", "minor-protection"
    }  # fmt: skip
    assert set(Event.objects.values_list("kind", flat=True)) >= {
        "created", "claimed", "replied", "noted", "creator_message", "pended", "escalated", "returned",
        "transferred", "resolved", "reopened", "closed", "marked_spam", "merged", "followed_up",
        "sla_warning", "sla_breached",
    }  # fmt: skip
    assert tickets.filter(pending_until__gt=at).exists()
    assert tickets.filter(follow_up_of__isnull=False).exists()
    assert tickets.filter(queue__tier=2, came_from__isnull=False, assignee=None).exists()
    assert tickets.filter(queue__tier=2, came_from__isnull=False, assignee__isnull=False).exists()
    assert not Event.objects.filter(at__gt=at).exists()
    board_lives(at)


def board_lives(at: datetime) -> None:
    """From the first minute on something is late, at risk, and about to come due."""
    unsolved = Ticket.objects.unsolved()
    assert 50 <= unsolved.count() <= 130
    assert 4 <= unsolved.breached(at).count() <= unsolved.count() / 3
    assert unsolved.at_risk(at).count() >= 5
    soon = unsolved.filter(due_at__gt=at, due_at__lte=at + timedelta(minutes=30))
    assert soon.count() >= 4
    assert unsolved.waiting().count() >= 20
    late = Timer.objects.filter(breached_at__isnull=False, ended_at__isnull=False)
    assert 5 <= late.count() <= Timer.objects.filter(ended_at__isnull=False).count() / 5


def test_demo_is_silent_for_what_is_past_and_loud_for_what_comes(demo: Demo) -> None:
    demo(clock.now())
    assert not OutboxRow.objects.exists()
    at = clock.now()
    assert actions.raise_alerts(at=at + timedelta(hours=2)) > 0
    assert OutboxRow.objects.filter(kind="alert_mail").exists()


def test_every_specialist_can_take_another_ticket(demo: Demo) -> None:
    demo(WEDNESDAY)
    taken = [
        actions.claim_next(by=person, at=WEDNESDAY)
        for person in Person.objects.filter(role="specialist", vendor__isnull=False)
    ]
    assert len(set(taken)) == len(taken) == 6


def test_vendors_see_their_own_and_never_the_restricted_line(demo: Demo) -> None:
    demo(WEDNESDAY)
    for username, vendor in (("dana", "acme"), ("bob", "bolt")):
        seen = Ticket.objects.visible_to(Person.objects.get(username=username))
        assert seen.count() > 20
        assert not seen.filter(~Q(vendor__slug=vendor) | Q(line__slug="minor-protection")).exists()


def test_same_instant_same_demo(db: None) -> None:
    apply_setup(content=organisation(), at=WEDNESDAY)
    material = read_material()
    assert write_history(material, WEDNESDAY) == write_history(material, WEDNESDAY)


def test_command_loads_once_and_its_people_can_sign_in(
    db: None, settings: Any, tmp_path: Path, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.STATE_DIR = tmp_path
    call_command("load_demo")
    before = Ticket.objects.count()
    password = kept_password(tmp_path)
    for username in ("lea", "dana", "sam", "ada"):
        assert client.login(username=username, password=password)
    call_command("load_demo")
    assert "no demo data were loaded" in capsys.readouterr().out
    assert Ticket.objects.count() == before
    assert kept_password(tmp_path) == password


def test_material_is_whole() -> None:
    material = read_material()
    assert len({story.slug for story in material.stories}) == len(material.stories)
    assert {writer.region for writer in material.writers} <= set(material.money)
    for story in material.stories:
        assert set(story.told) <= set(material.phrases)
        assert bool(story.handover) == bool(story.back) == (story.line != "minor-protection")
    assert len({life for life, _ in (*PAST, *PRESENT)}) == len(PAST) + len(PRESENT)
