"""Who sees which lines, queues, people and keys; and that what a look-up returns can be used as one likes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from supportdesk import clock
from teams.actions import create_key
from teams.models import Certificate, Key, Line, Person, Queue
from tests.cast import Cast

SCOPES = ("tickets:read",)
NOTHING: set[str] = set()


@pytest.fixture
def keys(cast: Cast) -> dict[str, Key]:
    at = clock.now()
    return {
        "acme": create_key(vendor=cast.acme, scopes=SCOPES, at=at)[0],
        "bolt": create_key(vendor=cast.bolt, scopes=SCOPES, at=at)[0],
        "in_app": create_key(in_app=True, scopes=SCOPES, at=at)[0],
        "tool": create_key(tool="warehouse", scopes=SCOPES, at=at)[0],
    }


LINES = {
    "dana": {"creator-rewards"},
    "vera": {"creator-rewards"},
    "bob": {"creator-rewards", "account-access"},
    "tom": {"creator-rewards"},
    "mia": {"minor-protection"},
    "lea": {"creator-rewards"},
    "sam": NOTHING,
    "ada": NOTHING,
    "key acme": {"creator-rewards"},
    "key bolt": {"creator-rewards", "account-access"},
    "key tool": {"creator-rewards", "account-access", "minor-protection"},
}
QUEUES = {
    "dana": {"creator-rewards-t1-acme"},
    "vera": {"creator-rewards-t1-acme"},
    "bob": {"creator-rewards-t1-bolt", "account-access-t1-bolt"},
    "tom": {"creator-rewards-t1-acme", "creator-rewards-t1-bolt", "creator-rewards-t2"},
    "lea": {"creator-rewards-t1-acme", "creator-rewards-t1-bolt", "creator-rewards-t2"},
    "mia": {"minor-protection-t2"},
    "sam": NOTHING,
    "ada": NOTHING,
    "key acme": {"creator-rewards-t1-acme"},
}


def caller_named(name: str, cast: Cast, keys: dict[str, Key]) -> Person | Key:
    found: Person | Key = keys[name[4:]] if name.startswith("key ") else getattr(cast, name)
    return found


@pytest.mark.parametrize(("name", "slugs"), LINES.items())
def test_lines(name: str, slugs: set[str], cast: Cast, keys: dict[str, Key]) -> None:
    seen = [line.slug for line in Line.objects.visible_to(caller_named(name, cast, keys))]
    assert sorted(seen) == sorted(slugs)


@pytest.mark.parametrize(("name", "slugs"), QUEUES.items())
def test_queues(name: str, slugs: set[str], cast: Cast, keys: dict[str, Key]) -> None:
    seen = [queue.slug for queue in Queue.objects.visible_to(caller_named(name, cast, keys))]
    assert sorted(seen) == sorted(slugs)


def test_a_lead_who_owns_a_line_and_is_certified_on_it_sees_it_once(cast: Cast) -> None:
    Certificate.objects.create(person=cast.lea, line=cast.creator_rewards)
    assert [line.slug for line in Line.objects.visible_to(cast.lea)] == ["creator-rewards"]


def test_a_restricted_line_is_its_owners_and_certified_peoples(cast: Cast) -> None:
    assert not Line.objects.visible_to(cast.lea).filter(slug="minor-protection").exists()
    cast.minor_protection.owner = cast.lea
    cast.minor_protection.save()
    assert Line.objects.visible_to(cast.lea).filter(slug="minor-protection").exists()


def test_a_vendor_never_sees_a_restricted_line_even_with_a_queue_on_it(
    cast: Cast, keys: dict[str, Key]
) -> None:
    Queue.objects.create(slug="wrong", line=cast.minor_protection, tier=1, team=cast.acme_rewards)
    for caller in (cast.dana, cast.vera, keys["acme"]):
        assert not Line.objects.visible_to(caller).filter(slug="minor-protection").exists()
        assert not Queue.objects.visible_to(caller).filter(slug="wrong").exists()


@pytest.mark.parametrize("name", ["dana", "bob", "tom", "lea", "ada", "key acme", "key tool"])
def test_what_is_visible_can_be_locked_and_changed(name: str, cast: Cast, keys: dict[str, Key]) -> None:
    caller = caller_named(name, cast, keys)
    with transaction.atomic():
        lines = list(Line.objects.visible_to(caller).select_for_update())
        queues = list(Queue.objects.visible_to(caller).select_for_update())
        assert Line.objects.visible_to(caller).update(timezone="Asia/Tokyo") == len(lines)
        assert Queue.objects.visible_to(caller).update(share=7) == len(queues)
    assert Line.objects.filter(timezone="Asia/Tokyo").count() == len(lines)
    assert Queue.objects.filter(share=7).count() == len(queues)


def test_as_a_subquery_it_costs_no_query_of_its_own(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(Queue.objects.filter(line__in=Line.objects.visible_to(cast.lea))) == 3


def test_people_of_a_vendor_see_their_own(cast: Cast, keys: dict[str, Key]) -> None:
    own = {"dana", "dion", "vera"}
    for caller in (cast.dana, cast.vera, keys["acme"]):
        assert {person.username for person in Person.objects.visible_to(caller)} == own
    assert Person.objects.visible_to(cast.lea).count() == Person.objects.count()


def test_keys_are_the_managers_own_and_the_administrators(cast: Cast, keys: dict[str, Key]) -> None:
    assert [key.name for key in Key.objects.visible_to(cast.vera)] == ["acme"]
    assert Key.objects.visible_to(cast.ada).count() == 4
    for outsider in (cast.dana, cast.lea, cast.sam, keys["acme"]):
        assert not Key.objects.visible_to(outsider).exists()


def test_a_live_key_is_neither_revoked_nor_expired(keys: dict[str, Key]) -> None:
    at = clock.now()
    Key.objects.filter(name="bolt").update(revoked_at=at)
    Key.objects.filter(name="in_app").update(expires_at=at)
    assert {key.name for key in Key.objects.live(at)} == {"acme", "warehouse"}
    assert not Key.objects.live(at + timedelta(days=366)).exists()
