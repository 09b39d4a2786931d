"""`[[appeal_window]]`: the windows of appeals in the setup file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from supportdesk.setup_file.applying import Outcome
from supportdesk.setup_file.exporting import export_setup
from tests.setup_file.example import AT, ORG, apply, changes, faults
from tickets.appeals.models import WindowRule
from tickets.appeals.queries import window_rules
from tickets.appeals.windows import WindowTerms, window_of

pytestmark = pytest.mark.django_db

WINDOWS = """
[[appeal_window]]
slug = "brazil"
jurisdiction = "BR"
days = 20
timezone = "America/Sao_Paulo"
source = "House rule 7"

[[appeal_window]]
slug = "eu-strikes"
jurisdiction = "EU"
decision_type = "strike"
months = 12
source = "House rule 8"
redress = \"\"\"
A court,
or a settlement body.\"\"\"
line = "creator-rewards"
"""


def test_they_are_stored_exported_and_left_alone() -> None:
    assert changes(ORG + WINDOWS)[-2:] == ['appeal_window "brazil": new', 'appeal_window "eu-strikes": new']
    (strikes,) = WindowRule.objects.select_related("line").filter(slug="eu-strikes")
    assert strikes.terms == WindowTerms(
        jurisdiction="EU",
        decision_type="strike",
        source="House rule 8",
        months=12,
        redress="A court,\nor a settlement body.",
        line="creator-rewards",
    )
    assert apply(ORG + WINDOWS) == Outcome((), ())
    exported = export_setup()
    assert exported.count("[[appeal_window]]") == 2
    assert apply(exported) == Outcome((), ())
    WindowRule.objects.all().delete()
    assert changes(exported) == ['appeal_window "brazil": new', 'appeal_window "eu-strikes": new']
    assert export_setup() == exported


def test_they_hold_from_then_on() -> None:
    apply(ORG + WINDOWS)
    (rule, *_) = window_rules("BR", "strike")
    assert window_of(rule, AT).last_day == AT.date() + timedelta(days=20)


def test_a_change_is_told_by_field() -> None:
    apply(ORG + WINDOWS)
    assert changes(WINDOWS.replace("days = 20", "months = 1")) == [
        'appeal_window "brazil": changed, months none → 1, days 20 → none'
    ]


def test_two_change_places() -> None:
    apply(ORG + WINDOWS)
    swapped = WINDOWS.replace('"BR"', '"XX"').replace('"EU"', '"BR"').replace('"XX"', '"EU"')
    swapped = swapped.replace('decision_type = "strike"\n', "")
    assert len(changes(swapped)) == 2
    assert dict(WindowRule.objects.values_list("slug", "jurisdiction")) == {
        "brazil": "EU",
        "eu-strikes": "BR",
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("days = 20", "", 'appeal_window "brazil": months: A window is counted in months or in days'),
        ("days = 20", "days = 20\nmonths = 1", 'appeal_window "brazil": months: A window is counted'),
        ("days = 20", "days = 9999", 'appeal_window "brazil": days must be a number from 1 to 3650'),
        ('"BR"', '"Brazil"', 'appeal_window "brazil": jurisdiction: A jurisdiction is'),
        ('"BR"', "5", 'appeal_window "brazil": jurisdiction must be a text'),
        ('source = "House rule 7"', "", 'appeal_window "brazil": source is missing'),
        ("America/Sao_Paulo", "Mars", 'appeal_window "brazil": timezone: "Mars" is not a time zone'),
        ('"creator-rewards"\n', '"nowhere"\n', 'appeal_window "eu-strikes": line "nowhere" is not defined'),
        ("months = 12", "months = 12\nweeks = 1", 'appeal_window "eu-strikes": "weeks" is not a field'),
        (
            '"brazil"',
            '"eu-strikes"',
            'appeal_window "eu-strikes": there is another appeal_window of this slug',
        ),
        (
            '"BR"',
            '"EU"\ndecision_type = "strike"',
            'appeal_window "eu-strikes": "brazil" is for strike in EU too',
        ),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, told: str) -> None:
    apply(ORG)
    wrong = WINDOWS.replace(old, new, 1)
    assert any(fault.startswith(f"org.toml: {told}") for fault in faults(wrong)), faults(wrong)
    assert not WindowRule.objects.exists()


def test_the_database_holds_one_rule_per_jurisdiction_and_type() -> None:
    apply(ORG + WINDOWS)
    WindowRule.objects.filter(slug="brazil").update(jurisdiction="EU", decision_type="strike")
    with pytest.raises(IntegrityError, match="one_window_rule"):
        connection.check_constraints()
