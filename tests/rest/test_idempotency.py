"""`Idempotency-Key`: once, whatever happens in between; and two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from supportdesk import clock
from tests.rest.conftest import Api, Opener, new_ticket
from tests.rest.problems import problem
from tests.rest.test_keys import every_call
from tickets.actions.answers import KEPT, forget_answers, lock_number
from tickets.api import tickets as edge
from tickets.api.urls import urlpatterns
from tickets.models import Event, IdempotentAnswer, Ticket


def test_the_first_answer_again(acme: Api) -> None:
    first = acme.post("tickets/", new_ticket(), Idempotency_Key="k-1")
    again = acme.post("tickets/", new_ticket(), Idempotency_Key="k-1")
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for header in ("ETag", "Location", "Content-Type"):
        assert again[header] == first[header]
    assert again["X-Request-ID"] != first["X-Request-ID"]
    assert Ticket.objects.count() == 1


def test_it_stays_the_first_whatever_became_of_the_ticket(acme: Api) -> None:
    first = acme.post("tickets/", new_ticket(), Idempotency_Key="k-1")
    acme.patch(f"tickets/{first.json()['id']}/", {"subject": "Another"})
    assert acme.post("tickets/", new_ticket(), Idempotency_Key="k-1").content == first.content


def test_another_body_or_address_is_422(acme: Api) -> None:
    ticket = acme.post("tickets/", new_ticket(), Idempotency_Key="k-1").json()
    problem(acme.post("tickets/", new_ticket(body="Other"), Idempotency_Key="k-1"), 422)
    problem(acme.post(f"tickets/{ticket['id']}/claim/", Idempotency_Key="k-1"), 422)
    assert Ticket.objects.get().status == "new"


def test_refusals_and_nothing_are_answers_too(acme: Api) -> None:
    wrong = acme.post("tickets/", {}, Idempotency_Key="k-1")
    again = acme.post("tickets/", {}, Idempotency_Key="k-1")
    assert (again.status_code, again.content) == (wrong.status_code, wrong.content) == (400, wrong.content)
    assert again["Content-Type"] == "application/problem+json"
    at = "queues/creator-rewards-t1-acme/claim/"
    assert acme.post(at, Idempotency_Key="k-2").status_code == 204
    acme.create()
    nothing = acme.post(at, Idempotency_Key="k-2")
    assert (nothing.status_code, nothing.content, nothing["Idempotency-Replayed"]) == (204, b"", "true")
    refused = acme.post("tickets/", raw=b"{", Idempotency_Key="k-3")
    assert acme.post("tickets/", raw=b"{", Idempotency_Key="k-3").content == refused.content


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "a\x7fb"])
def test_a_key_that_is_none_is_400(acme: Api, key: str) -> None:
    problem(acme.post("tickets/", new_ticket(), Idempotency_Key=key), 400)
    assert not Ticket.objects.exists()


def test_the_longest_key(acme: Api) -> None:
    for _ in range(2):
        assert acme.post("tickets/", new_ticket(), Idempotency_Key="ü" * 255).status_code == 201
    assert Ticket.objects.count() == 1


def test_keys_are_each_holders_own(api: Opener) -> None:
    acme, renewed, bolt = api("acme"), api("acme", name="acme-2"), api("bolt")
    first = acme.post("tickets/", new_ticket(), Idempotency_Key="k-1")
    theirs = bolt.post("tickets/", new_ticket(), Idempotency_Key="k-1")
    assert "Idempotency-Replayed" not in theirs
    assert theirs.json()["id"] != first.json()["id"]
    assert renewed.post("tickets/", new_ticket(), Idempotency_Key="k-1").content == first.content


def test_every_post_heeds_the_key() -> None:
    posts = [
        pattern.callback.view_class.post
        for pattern in urlpatterns
        if hasattr(pattern.callback.view_class, "post")
    ]  # type: ignore[union-attr]
    assert len(posts) == len([path for method, path in every_call() if method == "POST"])
    assert all(post.heeds_idempotency_key for post in posts)


def test_after_a_day_the_key_is_free_again(acme: Api) -> None:
    acme.post("tickets/", new_ticket(), Idempotency_Key="k-1")
    IdempotentAnswer.objects.update(created_at=clock.now() - KEPT)
    assert acme.post("tickets/", new_ticket(body="Other"), Idempotency_Key="k-1").status_code == 201
    assert Ticket.objects.count() == 2


def test_old_answers_are_forgotten(acme: Api) -> None:
    for key in ("old", "new"):
        acme.post("tickets/", new_ticket(), Idempotency_Key=key)
    IdempotentAnswer.objects.filter(key="old").update(created_at=clock.now() - KEPT - timedelta(seconds=1))
    assert forget_answers(at=clock.now()) == 1
    assert IdempotentAnswer.objects.get().key == "new"


def test_what_died_half_way_left_nothing_and_is_done_the_second_time(
    acme: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise SystemExit

    whole = edge.created_answer
    monkeypatch.setattr(edge, "created_answer", die)
    with pytest.raises(SystemExit):
        acme.post("tickets/", new_ticket(), Idempotency_Key="k-1")
    assert not Ticket.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    monkeypatch.setattr(edge, "created_answer", whole)
    assert acme.post("tickets/", new_ticket(), Idempotency_Key="k-1").status_code == 201
    assert Ticket.objects.count() == IdempotentAnswer.objects.count() == 1


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together, each on a connection of its own."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_ticket(acme: Api) -> None:
    def call() -> Any:
        return Api(acme.key, acme.token).post("tickets/", new_ticket(), Idempotency_Key="k-1")

    answers = at_once(*[call] * 8)
    created = [answer for answer in answers if answer.status_code == 201]
    running = [answer for answer in answers if answer.status_code == 409]
    assert len(created) + len(running) == 8
    assert len({answer.content for answer in created}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in created) == 1
    assert all(answer["Retry-After"] == "1" for answer in running)
    assert Ticket.objects.count() == Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_it_is_409_and_then_its_answer(acme: Api) -> None:
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number("vendor:acme", "k-1")])
            holds.set()
            assert done.wait(10)
        connections.close_all()

    first = threading.Thread(target=hold)
    first.start()
    try:
        assert holds.wait(10)
        told = acme.post("tickets/", new_ticket(), Idempotency_Key="k-1")
        problem(told, 409)
        assert told["Retry-After"] == "1"
        assert acme.post("tickets/", new_ticket(), Idempotency_Key="k-2").status_code == 201
    finally:
        done.set()
        first.join()
    assert acme.post("tickets/", new_ticket(), Idempotency_Key="k-1").status_code == 201
    assert Ticket.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_eight_pushes_of_one_reference_make_one_ticket(acme: Api) -> None:
    def call() -> Any:
        return Api(acme.key, acme.token).post("tickets/", new_ticket(external_ref="r-1"))

    answers = at_once(*[call] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Ticket.objects.count() == Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_writes_on_the_same_version_one_wins(acme: Api) -> None:
    ticket = acme.create()

    def call() -> Any:
        return Api(acme.key, acme.token).patch(
            f"tickets/{ticket['id']}/", {"tags": [threading.current_thread().name]}, If_Match='"1"'
        )

    assert sorted(answer.status_code for answer in at_once(*[call] * 4)) == [200, 412, 412, 412]
    assert Ticket.objects.get().version == 2
