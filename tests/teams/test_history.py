"""The forensic history of people and structure: every state is kept, by whatever way it came, and stays."""

from __future__ import annotations

from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import Error, transaction

from supportdesk import clock
from teams.actions import authenticate_key, create_key
from teams.models import Certificate, Line, Person, Queue
from tests.cast import Cast


def states(of: str, **terms: Any) -> list[Any]:
    return list(apps.get_model("teams", f"{of}Event").objects.filter(**terms).order_by("pgh_id"))


def test_a_change_is_kept_beside_what_was(cast: Cast) -> None:
    with pghistory.context(user=cast.ada.pk, url="/setup/"):
        cast.dana.capacity = 9
        cast.dana.save()
    before, after = states("Person", username="dana")
    assert (before.pgh_label, before.capacity, after.pgh_label, after.capacity) == ("insert", 6, "update", 9)
    assert before.pgh_context is None
    assert after.pgh_context.metadata == {"user": cast.ada.pk, "url": "/setup/"}


def test_bulk_changes_and_deletes_are_kept_too(cast: Cast) -> None:
    count = Queue.objects.update(share=1)
    assert len(states("Queue", pgh_label="update", share=1)) == count
    Certificate.objects.filter(person=cast.mia).delete()
    (lost,) = states("Certificate", pgh_label="delete")
    assert (lost.person_id, lost.line_id) == (cast.mia.pk, cast.minor_protection.pk)
    cast.dana.teams.clear()
    (left,) = states("Membership", pgh_label="delete")
    assert (left.person_id, left.team_id) == (cast.dana.pk, cast.acme_rewards.pk)


def test_no_password_no_secret_and_no_use_is_written_down(cast: Cast) -> None:
    cast.dana.set_password("correct horse battery staple")
    cast.dana.save()
    assert not hasattr(states("Person", username="dana")[0], "password")
    key, text = create_key(vendor=cast.acme, scopes=["tickets:read"], at=clock.now())
    authenticate_key(token=text, address=None, at=clock.now())
    (made,) = states("Key", name="acme")
    assert not hasattr(made, "hash")
    assert made.prefix == key.prefix


def test_nothing_changed_is_nothing_kept(cast: Cast) -> None:
    cast.dana.save()
    assert len(states("Person", username="dana")) == 1


@pytest.mark.parametrize("change", ["update", "delete"])
def test_history_stays(change: str, cast: Cast) -> None:
    events = apps.get_model("teams", "LineEvent").objects.all()
    with pytest.raises(Error), transaction.atomic():
        events.update(name="never so") if change == "update" else events.delete()
    assert {event.name for event in states("Line")} == set(Line.objects.values_list("name", flat=True))


def test_people_with_the_same_address_in_another_case_are_refused(cast: Cast) -> None:
    with pytest.raises(Error), transaction.atomic():
        Person.objects.create_user("dana2", name="Dana", email="DANA@ACME.example", role="lead")
