"""What monitors, proxies and browsers get from the desk itself."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from supportdesk.health import Fitness
from supportdesk.pulse import give_sign, link


def test_healthz_asks_nothing_of_the_database(client: Client) -> None:
    answer = client.get("/healthz")  # without a database fixture any query would fail
    assert answer.status_code == 200
    assert answer.content == b"ok\n"


@pytest.mark.django_db
def test_readyz_tells_of_each_part_and_fails_for_none_but_the_database(client: Client) -> None:
    with link() as broker:
        broker.delete("pulse:worker", "pulse:beat")
    give_sign("beat")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "broker": "ok",
        "worker": "silent",
        "beat": "ok",
    }


@pytest.mark.django_db
def test_readyz_without_a_broker_is_still_ready(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/broker.sock"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert [answer.json()[part] for part in ("broker", "worker", "beat")] == ["silent"] * 3


@pytest.mark.django_db
def test_readyz_fails_while_a_migration_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Fitness, "migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "1 missing"
    assert not answer.json()["ready"]


@pytest.mark.django_db
def test_readyz_costs_one_query_once_the_migrations_are_in(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/readyz")
    with django_assert_num_queries(1):
        client.get("/readyz")


def test_only_safe_methods_reach_the_health_pages(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abcdef-1234", True),
        ("short", False),
        ("x" * 65, False),
        ("with space in it", False),
        ("line\r\nbreak-here", False),
    ],
)
def test_every_answer_names_its_request(client: Client, given: str, kept: bool) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) is kept
    assert len(answer["X-Request-ID"]) >= 8


def test_answers_forbid_what_a_page_never_needs(client: Client) -> None:
    answer = client.get("/healthz")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
