"""What a setup file leaves as it was: running timers on their versions, queues that hold tickets."""

from __future__ import annotations

import pytest

from teams.models import Line, Queue
from tests.setup_file.example import AT, ORG, apply, faults, line_with
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def open_ticket() -> Ticket:
    new = actions.NewTicket(
        channel="in_app",
        line=Line.objects.get(slug="creator-rewards"),
        subject="Payout missing",
        body="My payout of March is missing.",
        creator=actions.CreatorFacts(external_id="77"),
        locale="en",
    )
    ticket, _ = actions.open_ticket(new=new, source="tool:test", by=None, at=AT)
    return ticket


def test_running_timers_are_counted_by_the_version_that_they_keep() -> None:
    apply(ORG)
    first = ORG.replace('low = "24h"', 'low = "48h"')
    open_ticket()
    kept = 'policy "rewards": running timers stay as they are (4 on version 1) until the new version is applied to them'
    assert apply(first, dry_run=True).timers == (kept,)
    assert apply(first).timers == (kept,)
    open_ticket()
    (told,) = apply(first.replace('low = "48h"', 'low = "72h"')).timers
    assert "(4 on version 1, 4 on version 2)" in told
    (told,) = apply(first.replace('low = "48h"', 'low = "72h"').replace("12-24", "12-23")).timers
    assert told.startswith('calendar "la-weekdays": running timers stay as they are (8 on version 1)')


def test_without_timers_that_is_said_too() -> None:
    apply(ORG)
    assert apply(ORG.replace('"2026-12-24"', '"2026-12-23"')).timers == (
        'calendar "la-weekdays": no running timer',
    )


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("tier = 1", "tier = 2", "tier"),
        ('line = "creator-rewards"\ntier = 1', 'line = "other"\ntier = 2', "line and tier"),
    ],
)
def test_a_queue_that_held_tickets_keeps_its_place(old: str, new: str, kept: str) -> None:
    apply(ORG)
    other = '[[line]]\nslug = "other"\nname = "Other"\n'
    changed = ORG.replace(old, new) + other
    apply(changed)
    apply(ORG)
    open_ticket()
    queue = line_with("creator-rewards-t1-acme", changed) - 1
    assert faults(changed) == [
        f'org.toml: queue "creator-rewards-t1-acme": it has held tickets and keeps its {kept}; '
        f"write a new queue instead (line {queue})"
    ]
    assert Queue.objects.get().tier == 1


def test_a_team_does_not_take_such_a_queue_to_another_vendor() -> None:
    apply(ORG)
    open_ticket()
    moved = '[[vendor]]\nslug = "bolt"\nname = "Bolt"\n[[team]]\nslug = "acme-rewards"\nname = "A"\nvendor = "bolt"\n'
    people = (
        moved
        + '[[person]]\nusername = "dana"\nname = "D"\nemail = "d@x.example"\nrole = "specialist"\nvendor = "bolt"'
    )
    assert faults(people) == [
        'org.toml: team "acme-rewards": queue "creator-rewards-t1-acme": it has held tickets and keeps its vendor; '
        "write a new queue instead (line 7)"
    ]


def test_what_moves_no_ticket_may_change() -> None:
    apply(ORG)
    open_ticket()
    assert len(apply(ORG.replace("share = 60", "share = 40")).changes) == 1
