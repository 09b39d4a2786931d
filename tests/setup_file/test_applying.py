"""A good file: what it writes, that it is the whole truth of what it names, and that again changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from slas.models import CalendarVersion, PolicyVersion
from slas.terms import OwnDay
from supportdesk.setup_file.applying import Outcome
from supportdesk.setup_file.exporting import export_setup
from supportdesk.setup_file.stored import stored_organisation
from teams.models import Line, Person, Queue, Team, Vendor
from tests.setup_file.example import ORG, apply, changes

pytestmark = pytest.mark.django_db


def test_everything_of_the_example_is_stored() -> None:
    told = changes(ORG)
    assert told == [
        'calendar "la-weekdays": new',
        'vendor "acme": new',
        'person "lea": new',
        'person "vera": new',
        'person "dana": new',
        'line "creator-rewards": new',
        'team "acme-rewards": new',
        'queue "creator-rewards-t1-acme": new',
        'policy "rewards": new',
    ]
    stored = stored_organisation()
    calendar, policy = stored.calendar["la-weekdays"], stored.policy["rewards"]
    assert calendar.hours == {
        "mon": ("09:00-17:00",),
        "tue": ("09:00-12:00", "13:00-17:00"),
        "fri": ("22:00-06:00",),
    }
    assert [day.isoformat() for day in calendar.closed] == ["2026-12-24"]
    assert isinstance(calendar.open[0], OwnDay)
    assert policy.targets["first_reply"] == {"urgent": 1800, "high": 7200, "normal": 28800, "low": 86400}
    assert (policy.calendar, policy.warn_at, policy.update_pauses) == ("la-weekdays", (75, 90), True)
    dana = Person.objects.get(username="dana")
    assert (dana.vendor, dana.role, dana.capacity) == (Vendor.objects.get(), "specialist", 6)
    assert [team.slug for team in dana.teams.all()] == ["acme-rewards"]
    assert [line.slug for line in dana.certified_lines.all()] == ["creator-rewards"]
    assert not dana.has_usable_password()
    assert Line.objects.get().owner == Person.objects.get(username="lea")
    assert Team.objects.get().lead == Person.objects.get(username="vera")
    assert Queue.objects.get().locales == ["en", "pt"]


def test_again_changes_nothing() -> None:
    apply(ORG)
    assert apply(ORG) == Outcome((), ())
    assert CalendarVersion.objects.count() == PolicyVersion.objects.count() == 1
    assert apps.get_model("teams", "PersonEvent").objects.filter(pgh_label="update").count() == 0


def test_an_export_applied_changes_nothing_and_says_the_same() -> None:
    apply(ORG)
    exported = export_setup()
    assert apply(exported) == Outcome((), ())
    Queue.objects.all().delete()
    assert [str(change) for change in apply(exported).changes] == ['queue "creator-rewards-t1-acme": new']
    assert export_setup() == exported


def test_an_empty_file_and_empty_lists_change_nothing() -> None:
    apply(ORG)
    assert apply("") == apply("# nothing") == apply("person = []\nqueue = []") == Outcome((), ())
    assert Person.objects.count() == 3


def test_what_changed_is_told_by_field() -> None:
    apply(ORG)
    changed = ORG.replace("capacity = 6", "capacity = 8").replace('"Creator rewards"', '"Rewards"')
    changed = changed.replace('teams = ["acme-rewards"]', "teams = []")
    assert changes(changed) == [
        'person "dana": changed, teams [acme-rewards] → [], capacity 6 → 8',
        'line "creator-rewards": changed, name Creator rewards → Rewards',
    ]
    assert not Person.objects.get(username="dana").teams.exists()


def test_absent_fields_fall_back_to_their_defaults() -> None:
    apply(ORG)
    changes(
        '[[queue]]\nslug = "creator-rewards-t1-acme"\nline = "creator-rewards"\ntier = 1\nteam = "acme-rewards"'
    )
    queue = Queue.objects.get()
    assert (queue.locales, queue.channels, queue.share) == ([], [], 100)


def test_references_lead_to_what_is_stored() -> None:
    apply(ORG)
    assert changes('[[team]]\nslug = "b"\nname = "B"\nvendor = "acme"\nlead = "dana"') == ['team "b": new']


def test_changed_terms_become_a_new_version() -> None:
    apply(ORG)
    told = changes(ORG.replace('low = "24h"', 'low = "48h"').replace('"2026-12-24"', '"2026-12-25"'))
    assert told == [
        'calendar "la-weekdays": changed, version 2, closed',
        'policy "rewards": changed, version 2, targets',
    ]
    assert changes(ORG)[0] == 'calendar "la-weekdays": changed, version 3, closed'


def test_a_dry_run_tells_the_same_and_writes_nothing() -> None:
    assert changes(ORG, dry_run=True) == changes(ORG)
    before = export_setup()
    altered = ORG.replace("capacity = 6", "capacity = 8").replace('low = "24h"', 'low = "48h"')
    told = apply(altered, dry_run=True)
    assert len(told.changes) == 2
    assert export_setup() == before
    assert PolicyVersion.objects.count() == 1
    assert apps.get_model("teams", "PersonEvent").objects.filter(pgh_label="update").count() == 0
    assert apply(altered) == told


def test_somebody_switched_off_stays_so_until_a_file_says_otherwise() -> None:
    apply(ORG)
    Person.objects.filter(username="dana").update(is_active=False)
    assert changes(ORG) == []
    assert "active = false" in export_setup()
    assert changes(ORG.replace("capacity = 6", "capacity = 6\nactive = true")) == [
        'person "dana": changed, active False → True'
    ]


def test_people_may_trade_addresses() -> None:
    apply(ORG)
    traded = ORG.replace("lea@desk", "x@desk").replace("vera@acme", "lea@desk").replace("x@desk", "vera@acme")
    assert len(changes(traded)) == 2
    newcomer = '[[person]]\nusername = "new"\nname = "New"\nrole = "lead"\nemail = "dana@acme.example"\n'
    moved = ORG.replace("dana@acme.example", "dana2@acme.example")
    apply(ORG)
    assert len(changes(moved + newcomer)) == 2


def test_language_tags_are_kept_in_their_usual_spelling() -> None:
    apply(ORG.replace('locales = ["en", "pt"]', 'locales = ["EN", "PT-br", "zh-hant"]'))
    assert Queue.objects.get().locales == ["en", "pt-BR", "zh-Hant"]


def test_days_may_be_written_as_toml_writes_them() -> None:
    apply(ORG)
    assert (
        changes(ORG.replace('"2026-12-24"', "2026-12-24").replace('date = "2026-12-27"', "date = 2026-12-27"))
        == []
    )


def test_bounded_queries(django_assert_max_num_queries: Any) -> None:
    apply(ORG)
    people = "".join(
        f'[[person]]\nusername = "p{n}"\nname = "P"\nemail = "p{n}@acme.example"\nrole = "specialist"\n'
        f'vendor = "acme"\nteams = ["acme-rewards"]\nlines = ["creator-rewards"]\n'
        for n in range(50)
    )
    with django_assert_max_num_queries(25):
        assert len(changes(people)) == 50


@pytest.mark.django_db(transaction=True)
def test_files_are_applied_one_at_a_time() -> None:
    def run(_: int) -> int:
        try:
            return len(apply(ORG).changes)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(run, range(4))) == [0, 0, 0, 9]
