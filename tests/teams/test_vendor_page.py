"""`/vendor/`: the manager's own people, queues and keys, and nothing of anybody else's."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from supportdesk import clock
from teams.actions import authenticate_key, create_key
from teams.models import Key
from tests.cast import Cast

READ = ("tickets:read",)


@pytest.fixture
def vera(cast: Cast, client: Client) -> Client:
    client.force_login(cast.vera)
    return client


def form(**given: Any) -> dict[str, Any]:
    return {"once": uuid.uuid4().hex, "name": "", "scopes": list(READ), "days": 90, "cidrs": "", **given}


def test_own_people_queues_and_keys_are_there_and_no_others(cast: Cast, vera: Client) -> None:
    create_key(vendor=cast.acme, scopes=READ, at=clock.now())
    create_key(vendor=cast.bolt, name="boltkey", scopes=READ, at=clock.now())
    page = vera.get("/vendor/").content.decode()
    for word in ("Acme Support", "Dana Cruz", "Dion Park", "creator-rewards-t1-acme", "sd_"):
        assert word in page
    for word in ("Bolt", ">bob<", "boltkey", "creator-rewards-t2", "lea@", "Minor protection"):
        assert word not in page


def test_what_the_page_costs(cast: Cast, vera: Client, django_assert_num_queries: Any) -> None:
    for _ in range(5):
        create_key(vendor=cast.acme, scopes=READ, at=clock.now())
    with django_assert_num_queries(8):  # session, person, people with teams and lines, queues, keys, vendor
        vera.get("/vendor/")


@pytest.mark.parametrize("username", ["dana", "lea", "tom", "sam", "ada"])
def test_for_others_it_does_not_exist(username: str, cast: Cast, client: Client) -> None:
    key, _ = create_key(vendor=cast.acme, scopes=READ, at=clock.now())
    client.force_login(getattr(cast, username))
    assert client.get("/vendor/").status_code == 404
    assert client.post("/vendor/keys/", form()).status_code == 404
    assert client.post(f"/vendor/keys/{key.prefix}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None
    assert Key.objects.count() == 1


def test_nobody_signed_in_is_asked_to(db: None, client: Client) -> None:
    assert client.get("/vendor/").url == "/accounts/login/?next=/vendor/"


def test_a_key_is_shown_once_and_works(cast: Cast, vera: Client) -> None:
    answer = vera.post("/vendor/keys/", form(name="crm", cidrs="203.0.113.0/24\n2001:db8::/32"))
    found = re.search(r"sd_\w{8}_\w+", answer.content.decode())
    assert found is not None
    assert "no-store" in answer["Cache-Control"]
    key = authenticate_key(token=found[0], address="203.0.113.9", at=clock.now())
    assert key is not None
    assert (key.name, key.vendor, key.scopes) == ("acme-crm", cast.acme, ["tickets:read"])
    assert found[0] not in vera.get("/vendor/").content.decode()


def test_a_name_that_is_taken_gets_a_number_and_tells_nothing(cast: Cast, vera: Client) -> None:
    create_key(vendor=cast.bolt, name="acme-crm", scopes=READ, at=clock.now())
    assert vera.post("/vendor/keys/", form(name="crm")).context["key"].name == "acme-crm-2"


def test_a_form_sent_twice_makes_one_key(cast: Cast, vera: Client) -> None:
    given = form()
    assert vera.post("/vendor/keys/", given).status_code == 200
    assert vera.post("/vendor/keys/", given).url == "/vendor/"
    assert Key.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": "soon"}, "days"),
        ({"name": "two words"}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"cidrs": "everywhere"}, "cidrs"),
        ({"once": "x"}, "once"),
    ],
)
def test_a_wrong_form_says_where(given: dict[str, Any], field: str, vera: Client) -> None:
    answer = vera.post("/vendor/keys/", form(**given))
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Key.objects.exists()


def test_own_keys_are_revoked_and_others_are_not_there(cast: Cast, vera: Client) -> None:
    own, text = create_key(vendor=cast.acme, scopes=READ, at=clock.now())
    other, _ = create_key(vendor=cast.bolt, scopes=READ, at=clock.now())
    assert vera.post(f"/vendor/keys/{own.prefix}/revoke/").url == "/vendor/"
    assert authenticate_key(token=text, address=None, at=clock.now()) is None
    assert vera.post(f"/vendor/keys/{other.prefix}/revoke/").status_code == 404
    other.refresh_from_db()
    assert other.revoked_at is None
    assert "revoked" in vera.get("/vendor/").content.decode()


def test_only_posts_change_anything(cast: Cast, vera: Client) -> None:
    key, _ = create_key(vendor=cast.acme, scopes=READ, at=clock.now())
    assert vera.get("/vendor/keys/").status_code == 405
    assert vera.get(f"/vendor/keys/{key.prefix}/revoke/").status_code == 405
