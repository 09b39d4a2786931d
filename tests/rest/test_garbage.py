"""What bad input gets: a clear message at the field, never a fault of ours, nothing half-written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rest.conftest import Api, new_ticket
from tests.rest.problems import problem
from tickets.api.bodies import NewTicketBody
from tickets.models import Creator, Event, Message, Ticket

BIG = "x" * 1_000_000
DEEP: Any = []
for _ in range(40):
    DEEP = [DEEP]

RAW: list[tuple[bytes, int, str]] = [
    (b"", 400, "/channel"),
    (b"{", 400, ""),
    (b"[]", 400, ""),
    (b"null", 400, ""),
    (b'"ticket"', 400, ""),
    (b"\xff\xfe\x00", 400, ""),
    (json.dumps(new_ticket(subject="a\x00b")).encode(), 400, "/subject"),
    (json.dumps(new_ticket(body="a\ud800b")).encode(), 400, "/body"),
    (json.dumps(new_ticket(creator={"external_id": "1", "handle": "\udfff"})).encode(), 400, "/creator/handle"),
    (json.dumps(new_ticket(tags=["a", "b", "c", "\x00"])).encode(), 400, "/tags/3"),
    (json.dumps(new_ticket(custom_fields={"a": float("nan")})).encode(), 400, "/custom_fields/a"),
    (json.dumps(new_ticket(custom_fields={"a": float("inf")})).encode(), 400, "/custom_fields/a"),
    (json.dumps(new_ticket(custom_fields={"a": 10**400})).encode(), 400, "/custom_fields/a"),
    (json.dumps(new_ticket(custom_fields=DEEP)).encode(), 400, "/custom_fields" + "/0" * 15),
    (b'{"channel": "webform", "channel": "in_app"}', 400, "/channel"),
    (b"[" * 200_000, 400, ""),
    (b'{"subject": "' + b"x" * 3_000_000 + b'"}', 413, ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "pointer"), RAW)
def test_a_body_that_cannot_be_read(acme: Api, body: bytes, status: int, pointer: str) -> None:
    told = problem(acme.post("tickets/", raw=body), status)
    if status == 400:
        assert told["errors"][0]["pointer"] == pointer
    for model in (Ticket, Message, Event, Creator):
        assert not model.objects.exists()


def values() -> list[Any]:
    return [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        " ",
        [],
        {},
        [1],
        {"a": 1},
        BIG,
        "\u202egnp.exe",
        "a\nb",
        "\u2028",
        "🎉" * 300,
    ]


NEVER_RIGHT: dict[str, list[Any]] = {
    "channel": values(),
    "lob": values(),
    "subject": values(),
    "body": [None, True, 0, 1.5, "", " ", [], {}, BIG, "\u202egnp.exe"],
    "creator": values(),
    "queue": values(),
    "external_ref": values(),
    "priority": values(),
    "locale": [*values(), "english", "en_US", "e", "en-", "12", "pt-BR-", "en-US-US"],
    "tags": [None, True, 0, "a", {}, [1], [None], [""], [[]], ["a" * 65], ["a"] * 51, ["\u202e"]],
    "custom_fields": [None, True, 0, "a", [], {"": 1}, {"a": {}}, {"a": [[]]}, {"a" * 65: 1}, {"a": BIG}],
    "attachments": [None, True, "a", {}, [1], ["a"], [""]],
    "created_at": [
        *values(),
        "now",
        "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "9999-12-31T23:59:59-23:59",
    ],
}


@pytest.mark.parametrize("field", sorted(NEVER_RIGHT))
def test_each_field_refuses_what_it_cannot_hold(acme: Api, field: str) -> None:
    for value in NEVER_RIGHT[field]:
        told = problem(acme.post("tickets/", new_ticket(**{field: value})), 400)
        for error in told["errors"]:
            assert error["pointer"].split("/")[1] == field, (value, error)
            assert len(error["detail"]) < 300
    assert not Ticket.objects.exists()
    assert not Creator.objects.exists()


def test_every_field_of_a_new_ticket_is_in_that_table() -> None:
    assert set(NEVER_RIGHT) == set(NewTicketBody().fields)


def test_a_double_submit_without_a_key_is_two_tickets_and_with_one_is_one(acme: Api) -> None:
    assert acme.create()["id"] != acme.create()["id"]
    for _ in range(2):
        acme.post("tickets/", new_ticket(), Idempotency_Key="k")
    assert Ticket.objects.count() == 3


@pytest.mark.parametrize(
    "path",
    [
        "tickets/%00/",
        "tickets/CS-%F0%9F%8E%89/",
        "tickets/CS-7K3M9QX%C3%9F/",
        "tickets/cs-00000000/",
        "tickets/../healthz/",
        "tickets/" + "A" * 3_000 + "/",
        "tickets/%2e%2e/",
        "queues/%00/claim/",
        "tickets//",
    ],
)
def test_no_address_is_a_fault(acme: Api, path: str) -> None:
    answer = acme.get(path)
    assert answer.status_code in (404, 405), answer.status_code
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "headers",
    [
        {"If_Match": "\xff"},
        {"If_Match": '"' + "7" * 5_000 + '"'},
        {"Idempotency_Key": "\x7f"},
        {"X_Creator_Context": "\xff.\xff.\xff"},
        {"Accept": "a" * 10_000},
        {"Accept_Language": "xx-\xff"},
        {"X_Forwarded_For": "\xff, ::::"},
        {"X_Request_ID": "\xff" * 500},
        {"Content_Length": "nonsense"},
    ],
)
def test_no_header_is_a_fault(acme: Api, headers: dict[str, str]) -> None:
    ticket = acme.create()
    assert acme.post(f"tickets/{ticket['id']}/claim/", **headers).status_code < 500
    assert acme.post("tickets/", new_ticket(), **headers).status_code < 500


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-ndjson", "multipart/form-data; boundary=x", "json"]
)
def test_another_media_type_is_415(acme: Api, media_type: str) -> None:
    answer = Client().post(
        "/api/v1/tickets/",
        json.dumps(new_ticket()).encode(),
        content_type=media_type,
        headers={"Authorization": f"Bearer {acme.token}"},
    )
    problem(answer, 415)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=30)
    | st.text(st.characters(categories=["Cs", "Cc", "Cf"]), max_size=5)
    | st.sampled_from(["webform", "creator-rewards", "7231", "pt-BR", "2026-03-01T00:00:00Z", "normal"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["external_id", "locale", "email", "a"]) | st.text(max_size=5), inner, max_size=4
        )
    ),
    max_leaves=12,
)
bodies = st.dictionaries(st.sampled_from(sorted(NEVER_RIGHT)) | st.text(max_size=8), anything, max_size=6)
fuzzing = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(changes=bodies, whole=st.booleans())
@fuzzing
def test_no_ticket_body_is_a_fault(acme: Api, changes: dict[str, Any], whole: bool) -> None:
    body = new_ticket(**changes) if whole else changes
    before = Ticket.objects.count()
    answer = acme.post("tickets/", body)
    assert answer.status_code in (200, 201, 400, 409), answer.content
    if answer.status_code != 201:
        problem(answer, answer.status_code)
    assert Ticket.objects.count() == before + (answer.status_code == 201)


@given(
    verb=st.sampled_from(
        ["messages", "assign", "escalate", "pend", "resume", "resolve", "transfer", "merge", ""]
    ),
    body=st.dictionaries(
        st.sampled_from(
            [
                "kind",
                "body",
                "author",
                "automated",
                "assignee",
                "reason",
                "note",
                "queue",
                "on",
                "until",
                "resolution",
                "message",
                "into",
                "subject",
                "priority",
                "tags",
                "custom_fields",
                "locale",
            ]
        ),
        anything | st.sampled_from(["reply", "creator", "dana", "other", "solved", "third_party", "urgent"]),
        max_size=4,
    ),
)
@fuzzing
def test_no_body_of_a_verb_is_a_fault(acme: Api, verb: str, body: dict[str, Any]) -> None:
    ref = Ticket.objects.values_list("ref", flat=True).first() or acme.create()["id"]
    method = "POST" if verb else "PATCH"
    answer = acme.ask(method, f"tickets/{ref}/{verb}/" if verb else f"tickets/{ref}/", body)
    assert answer.status_code in (200, 201, 400, 403, 409), answer.content


@given(raw=st.binary(max_size=300))
@fuzzing
def test_no_bytes_are_a_fault(acme: Api, raw: bytes) -> None:
    assert acme.post("tickets/", raw=raw).status_code == 400


@given(
    query=st.dictionaries(
        st.sampled_from(
            [
                "status",
                "tier",
                "assignee",
                "tag",
                "created_after",
                "q",
                "ordering",
                "cursor",
                "page_size",
                "sla",
            ]
        ),
        st.text(max_size=20) | st.sampled_from(["new", "1", "me", "none", "2026-01-01T00:00:00Z", "due_at"]),
        max_size=3,
    )
)
@fuzzing
def test_no_query_is_a_fault(acme: Api, query: dict[str, str]) -> None:
    answer = acme.client.get("/api/v1/tickets/", query, headers={"Authorization": f"Bearer {acme.token}"})
    assert answer.status_code in (200, 400), answer.content
