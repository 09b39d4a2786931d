"""Creating, reading and changing tickets over REST."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from supportdesk import clock
from supportdesk.instants import read_instant, write_instant
from tests.cast import Cast
from tests.rest.conftest import Api, new_ticket
from tests.rest.problems import problem
from tickets.models import Event, Message, Ticket

FIELDS = [
    "id", "external_ref", "version", "channel", "lob", "subject", "status", "priority", "tier", "queue", "assignee",
    "vendor", "locale", "tags", "custom_fields", "creator", "sla", "created_at", "updated_at", "first_replied_at",
    "resolved_at",
]  # fmt: skip
CREATOR_FIELDS = ["external_id", "handle", "display_name", "region", "locale", "segment", "email"]
TIMER_FIELDS = [
    "metric", "cycle", "state", "target_seconds", "elapsed_seconds", "due_at", "breached_at", "ended_at", "queue",
    "calendar", "policy",
]  # fmt: skip


@pytest.mark.usefixtures("policy")
def test_a_pushed_ticket_is_answered_whole(acme: Api) -> None:
    created_at = write_instant(clock.now() - timedelta(hours=1))
    answer = acme.post(
        "tickets/",
        new_ticket(
            external_ref="acme-991",
            priority="high",
            locale="pt-br",
            tags=["payout"],
            custom_fields={"plan": "gold"},
            created_at=created_at,
            creator={
                "external_id": "7231",
                "handle": "@ana",
                "display_name": "Ana",
                "region": "br",
                "locale": "pt-BR",
                "segment": "partner",
                "email": "ana@dance.example",
            },
        ),
    )
    assert answer.status_code == 201
    ticket = answer.json()
    assert answer["Location"] == f"/api/v1/tickets/{ticket['id']}/"
    assert answer["ETag"] == '"1"'
    assert list(ticket) == FIELDS
    assert list(ticket["creator"]) == CREATOR_FIELDS
    assert [list(timer) for timer in ticket["sla"]] == [TIMER_FIELDS] * 3
    timers = {timer["metric"]: timer for timer in ticket["sla"]}
    told = {name: ticket[name] for name in FIELDS if name not in ("id", "sla", "updated_at")}
    assert told == {
        "external_ref": "acme-991",
        "version": 1,
        "channel": "webform",
        "lob": "creator-rewards",
        "subject": "Where is my payout?",
        "status": "new",
        "priority": "high",
        "tier": 1,
        "queue": "creator-rewards-t1-acme",
        "assignee": None,
        "vendor": "acme",
        "locale": "pt-BR",
        "tags": ["payout"],
        "custom_fields": {"plan": "gold"},
        "creator": {
            "external_id": "7231",
            "handle": "@ana",
            "display_name": "Ana",
            "region": "BR",
            "locale": "pt-BR",
            "segment": "partner",
            "email": "a•••@d•••",
        },
        "created_at": created_at,
        "first_replied_at": None,
        "resolved_at": None,
    }
    first_reply = timers["first_reply"]
    assert first_reply.pop("elapsed_seconds") == pytest.approx(3_600, abs=30)
    started = read_instant(created_at)
    assert started is not None
    assert first_reply == {
        "metric": "first_reply",
        "cycle": 1,
        "state": "running",
        "target_seconds": 14_400,
        "due_at": write_instant(started + timedelta(hours=4)),
        "breached_at": None,
        "ended_at": None,
        "queue": "creator-rewards-t1-acme",
        "calendar": "always",
        "policy": "rewards@1",
    }
    read = acme.get(f"tickets/{ticket['id']}/").json()
    for timer in [*ticket["sla"], *read["sla"]]:
        timer.pop("elapsed_seconds", None)
    assert read == ticket | {"sla": [timers["first_reply"], *ticket["sla"][1:]]}


def test_the_least_that_a_ticket_needs(acme: Api) -> None:
    ticket = acme.create()
    assert (ticket["priority"], ticket["locale"], ticket["sla"], ticket["tags"]) == ("normal", None, [], [])
    assert set(ticket["creator"].values()) == {"7231", None}
    messages = acme.get(f"tickets/{ticket['id']}/messages/").json()["results"]
    assert [(message["kind"], message["body"]) for message in messages] == [
        ("creator", "It has been three weeks.")
    ]


@pytest.mark.parametrize("field", ["channel", "lob", "subject", "body", "creator"])
def test_what_is_required_is_named(acme: Api, field: str) -> None:
    body = problem(acme.post("tickets/", new_ticket(**{field: ...})), 400)
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [(f"/{field}", "required")]
    assert not Ticket.objects.exists()


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"creator": {}}, "/creator/external_id", "required"),
    ({"creator": {"external_id": 7231}}, "/creator/external_id", "invalid"),
    ({"creator": {"external_id": "7231", "region": "Brasil"}}, "/creator/region", "invalid"),
    ({"creator": {"external_id": "7231", "locale": "xx_YY"}}, "/creator/locale", "invalid_locale"),
    ({"creator": {"external_id": "7231", "handle": "@a\u202eb"}}, "/creator/handle", "invalid_characters"),
    ({"channel": "fax"}, "/channel", "invalid_choice"),
    ({"lob": "no-such-line"}, "/lob", "does_not_exist"),
    ({"lob": "minor-protection"}, "/lob", "does_not_exist"),
    ({"lob": "account-access"}, "/lob", "does_not_exist"),
    ({"queue": "no-such-queue"}, "/queue", "does_not_exist"),
    ({"queue": "creator-rewards-t1-bolt"}, "/queue", "does_not_exist"),
    ({"queue": "creator-rewards-t2"}, "/queue", "does_not_exist"),
    ({"subject": "x" * 1_000_000}, "/subject", "max_length"),
    ({"external_ref": "x" * 129}, "/external_ref", "max_length"),
    ({"external_ref": ""}, "/external_ref", "blank"),
    ({"attachments": ["a1"]}, "/attachments/0", "does_not_exist"),
    ({"attachments": [1]}, "/attachments/0", "invalid"),
    ({"status": "open"}, "/status", "unknown_field"),
    ({"created_at": "2126-01-01T00:00:00Z"}, "/created_at", "future"),
    ({"created_at": "2026-01-01T00:00:00"}, "/created_at", "invalid"),
]


@pytest.mark.parametrize(("given", "pointer", "code"), WRONG)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    acme: Api, given: dict[str, Any], pointer: str, code: str
) -> None:
    body = problem(acme.post("tickets/", new_ticket(**given)), 400)
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [(pointer, code)]
    assert not Ticket.objects.exists()
    assert not Message.objects.exists()


def test_personal_data_in_texts_is_masked(acme: Api) -> None:
    ticket = acme.create(subject="Write to ana@dance.example", body="Or call +55 11 91234 5678.")
    assert ticket["subject"] == "Write to a•••@d•••"
    (message,) = acme.get(f"tickets/{ticket['id']}/messages/").json()["results"]
    assert "91234" not in message["body"]
    assert Ticket.objects.get().subject == "Write to ana@dance.example"


def test_the_same_reference_with_the_same_content_is_the_stored_ticket(acme: Api) -> None:
    ticket = acme.create(external_ref="r-1")
    acme.patch(f"tickets/{ticket['id']}/", {"subject": "Another"})
    again = acme.post("tickets/", dict(reversed(new_ticket(external_ref="r-1").items())))
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["subject"]) == (ticket["id"], "Another")
    assert "Location" not in again
    assert Ticket.objects.count() == 1


def test_the_same_reference_with_other_content_names_what_is_stored(acme: Api) -> None:
    ticket = acme.create(external_ref="r-1")
    body = problem(acme.post("tickets/", new_ticket(external_ref="r-1", body="Other")), 409)
    assert body["existing"] == ticket["id"]
    assert Ticket.objects.count() == 1


def test_references_are_each_sources_own(acme: Api, bolt: Api, tool: Api) -> None:
    ids = {api.create(external_ref="r-1")["id"] for api in (acme, bolt, tool)}
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("given", "headers", "queries"),
    [
        ({}, {}, 10),
        ({"creator": {"external_id": "9", "email": "a@b.example"}, "external_ref": "r-1"}, {}, 11),
        ({"queue": "creator-rewards-t1-acme"}, {}, 10),
        ({"external_ref": "r-1"}, {"Idempotency_Key": "k-1"}, 14),
    ],
)
def test_a_ticket_is_created_in_a_counted_number_of_queries(
    acme: Api, policy: None, given: dict[str, Any], headers: dict[str, str], queries: int
) -> None:
    """Without the save points, which stand for BEGIN and COMMIT here."""
    acme.create()
    with CaptureQueriesContext(connection) as asked:
        assert acme.post("tickets/", new_ticket(**given), **headers).status_code == 201
    statements = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == queries, "\n".join(statements)


def test_a_change_answers_with_the_next_version(acme: Api) -> None:
    ticket = acme.create()
    answer = acme.patch(
        f"tickets/{ticket['id']}/",
        {"subject": "New", "priority": "urgent", "tags": ["a"], "custom_fields": {"n": 1}, "locale": "es"},
    )
    assert answer.status_code == 200
    changed = answer.json()
    assert {name: changed[name] for name in ("subject", "priority", "tags", "custom_fields", "locale")} == {
        "subject": "New",
        "priority": "urgent",
        "tags": ["a"],
        "custom_fields": {"n": 1},
        "locale": "es",
    }
    assert (changed["version"], answer["ETag"]) == (2, '"2"')


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({}, "", "required"),
        ({"subject": ""}, "/subject", "blank"),
        ({"status": "closed"}, "/status", "unknown_field"),
        ({"lob": "account-access"}, "/lob", "unknown_field"),
        ({"priority": None}, "/priority", "null"),
    ],
)
def test_a_wrong_change_changes_nothing(acme: Api, given: dict[str, Any], pointer: str, code: str) -> None:
    ticket = acme.create()
    body = problem(acme.patch(f"tickets/{ticket['id']}/", given), 400)
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [(pointer, code)]
    assert Ticket.objects.get().version == 1


def test_a_stale_write_is_412_and_changes_nothing(acme: Api) -> None:
    ticket = acme.create()
    address = f"tickets/{ticket['id']}/"
    assert acme.patch(address, {"subject": "Second"}, If_Match='"1"').status_code == 200
    for stale in ('"1"', 'W/"2"', "2"):
        problem(acme.patch(address, {"subject": "Third"}, If_Match=stale), 412)
        problem(acme.post(f"{address}claim/", If_Match=stale), 412)
        problem(acme.post(f"{address}messages/", {"kind": "creator", "body": "Hello"}, If_Match=stale), 412)
    now = acme.get(address).json()
    assert (now["subject"], now["version"], now["status"]) == ("Second", 2, "new")
    assert acme.patch(address, {"subject": "Third"}, If_Match="*").status_code == 200


def test_events_tell_what_happened(acme: Api) -> None:
    ticket = acme.create()
    acme.patch(f"tickets/{ticket['id']}/", {"priority": "high"})
    events = acme.get(f"tickets/{ticket['id']}/events/").json()["results"]
    assert [list(event) for event in events] == [["n", "at", "kind", "by", "data"]] * 2
    assert [(event["n"], event["kind"], event["by"]) for event in events] == [
        (1, "created", "api:acme"),
        (2, "priority_changed", "api:acme"),
    ]
    assert Event.objects.count() == 2


def test_pages_of_messages_and_events_are_one_after_another(acme: Api) -> None:
    ticket = acme.create()
    for number in range(4):
        acme.post(f"tickets/{ticket['id']}/messages/", {"kind": "creator", "body": f"Message {number}"})
    address = f"tickets/{ticket['id']}/messages/?page_size=2"
    bodies = []
    while address:
        page = acme.get(address).json()
        bodies += [message["body"] for message in page["results"]]
        address = (page["next"] or "").partition("/api/v1/")[2]
    assert bodies == ["It has been three weeks.", *(f"Message {number}" for number in range(4))]
    page = acme.get(f"tickets/{ticket['id']}/events/?page_size=3").json()
    assert [event["n"] for event in page["results"]] == [1, 2, 3]
    assert page["previous"] is None


def test_another_vendor_gets_the_answer_of_an_id_that_does_not_exist(
    acme: Api, bolt: Api, cast: Cast
) -> None:
    ticket = acme.create()
    for path in ("", "messages/", "events/"):
        theirs = bolt.get(f"tickets/{ticket['id']}/{path}")
        nobodys = bolt.get(f"tickets/CS-00000000/{path}")
        assert problem(theirs, 404) | {"instance": ""} == problem(nobodys, 404) | {"instance": ""}


def test_a_reference_whose_ticket_went_to_another_vendor_is_409(acme: Api, tool: Api) -> None:
    ticket = acme.create(external_ref="r-1")
    tool.post(f"tickets/{ticket['id']}/transfer/", {"queue": "creator-rewards-t1-bolt", "note": "Theirs."})
    assert problem(acme.post("tickets/", new_ticket(external_ref="r-1")), 409)["existing"] is None


def test_a_vendors_person_files_as_the_vendor_and_learns_nothing_of_others(
    cast: Cast, acme: Api, tool: Api, policy: None
) -> None:
    tool.create(creator={"external_id": "7231", "handle": "@known-elsewhere"})
    dana = Api()
    dana.client.force_login(cast.dana)
    filed = dana.create(creator={"external_id": "7231"})
    assert filed["creator"]["handle"] in (None, "")
    assert Ticket.objects.get(ref=filed["id"]).source == "vendor:acme"
