"""The moves of a ticket over REST, what each refuses, and a vendor's reach."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from supportdesk import clock
from supportdesk.instants import write_instant
from tests.cast import Cast
from tests.rest.conftest import Api
from tests.rest.problems import problem
from tickets.api.moves import MOVES
from tickets.models import Event, Message, Ticket

HANDOVER = "Paid out twice, the ledger says once; please check."


@pytest.mark.usefixtures("policy")
def test_a_whole_life(acme: Api, tool: Api) -> None:
    ticket = acme.create()
    at = f"tickets/{ticket['id']}/"

    def move(api: Api, verb: str, **body: Any) -> dict[str, Any]:
        answer = api.post(f"{at}{verb}/", body)
        assert answer.status_code == 200, answer.content
        now: dict[str, Any] = answer.json()
        assert answer["ETag"] == f'"{now["version"]}"'
        return now

    assert move(acme, "claim")["assignee"] == "api:acme"
    assert move(acme, "release")["assignee"] is None
    now = move(acme, "assign", assignee="dana")
    assert (now["assignee"], now["status"]) == ("dana", "open")
    now = move(acme, "pend", on="creator", until=write_instant(clock.now() + timedelta(days=1)))
    assert (now["status"], state(now, "requester_wait")) == ("pending", "paused")
    assert move(acme, "resume", note="They called.")["status"] == "open"
    now = move(acme, "escalate", reason="needs_authority", note=HANDOVER)
    assert (now["tier"], now["queue"], now["assignee"], now["vendor"]) == (
        2,
        "creator-rewards-t2",
        None,
        "acme",
    )
    now = move(tool, "return", note="Please tell them it is on its way.")
    assert (now["tier"], now["queue"]) == (1, "creator-rewards-t1-acme")
    assert [timer["cycle"] for timer in now["sla"] if timer["metric"] == "tier_ownership"] == [1, 2, 3]
    now = move(acme, "resolve", resolution="solved", message="It is on its way.")
    assert (now["status"], now["resolved_at"] is not None) == ("resolved", True)
    assert move(acme, "reopen", note="Not yet.")["resolved_at"] is None
    assert move(acme, "resolve", resolution="answered")["status"] == "resolved"
    assert move(acme, "close")["status"] == "closed"
    kinds = [event["kind"] for event in acme.get(f"{at}events/").json()["results"]]
    assert [kind for kind in kinds if kind not in ("noted", "replied")] == [
        "created", "claimed", "released", "assigned", "pended", "resumed", "escalated", "returned", "resolved",
        "reopened", "resolved", "closed",
    ]  # fmt: skip


def state(ticket: dict[str, Any], metric: str) -> str:
    return next(str(timer["state"]) for timer in ticket["sla"] if timer["metric"] == metric)


def test_transfer_spam_and_merge(acme: Api, tool: Api) -> None:
    first, second, third = (acme.create() for _ in range(3))
    moved = tool.post(
        f"tickets/{first['id']}/transfer/", {"queue": "creator-rewards-t1-bolt", "note": "Theirs."}
    ).json()
    assert (moved["queue"], moved["vendor"]) == ("creator-rewards-t1-bolt", "bolt")
    problem(acme.get(f"tickets/{first['id']}/"), 404)
    assert acme.post(f"tickets/{second['id']}/merge/", {"into": third["id"]}).json()["status"] == "merged"
    assert acme.post(f"tickets/{third['id']}/spam/", {"note": "An advert."}).json()["status"] == "spam"


REFUSALS: list[tuple[str, dict[str, Any], str, str]] = [
    ("claim", {"assignee": "dana"}, "/assignee", "unknown_field"),
    ("assign", {}, "/assignee", "required"),
    ("assign", {"assignee": "nobody"}, "/assignee", "does_not_exist"),
    ("assign", {"assignee": "bob"}, "/assignee", "does_not_exist"),
    ("assign", {"assignee": "tom"}, "/assignee", "does_not_exist"),
    ("assign", {"assignee": ["dana"]}, "/assignee", "invalid"),
    ("escalate", {"reason": "bored", "note": HANDOVER}, "/reason", "invalid_choice"),
    ("escalate", {"reason": "other", "note": "too short"}, "/note", "min_length"),
    ("escalate", {"reason": "other", "note": " " * 40}, "/note", "blank"),
    ("escalate", {"reason": "other", "note": HANDOVER, "queue": "creator-rewards-t1-bolt"}, "/queue", "does_not_exist"),
    ("return", {}, "/note", "required"),
    ("transfer", {"note": "x"}, "/queue", "required"),
    ("transfer", {"queue": "minor-protection-t2", "note": "x"}, "/queue", "does_not_exist"),
    ("transfer", {"queue": "creator-rewards-t1-acme", "note": "x"}, "/queue", "invalid"),
    ("pend", {"on": "me"}, "/on", "invalid_choice"),
    ("pend", {"on": "creator", "until": "2026-01-01T00:00:00Z"}, "/until", "past"),
    ("resume", {"note": 7}, "/note", "invalid"),
    ("resolve", {}, "/resolution", "required"),
    ("resolve", {"resolution": "solved", "message": ""}, "/message", "blank"),
    ("close", {"reason": "x"}, "/reason", "unknown_field"),
    ("merge", {"into": "CS-00000000"}, "/into", "does_not_exist"),
    ("merge", {"into": 1}, "/into", "invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "body", "pointer", "code"), REFUSALS)
def test_a_wrong_body_moves_nothing(
    acme: Api, verb: str, body: dict[str, Any], pointer: str, code: str
) -> None:
    ticket = acme.create()
    told = problem(acme.post(f"tickets/{ticket['id']}/{verb}/", body), 400)
    assert [(error["pointer"], error["code"]) for error in told["errors"]] == [(pointer, code)]
    assert Ticket.objects.get().version == 1
    assert Event.objects.count() == Message.objects.count() == 1


def test_a_move_that_the_table_lacks_names_those_it_has(acme: Api) -> None:
    ticket = acme.create()
    told = problem(acme.post(f"tickets/{ticket['id']}/close/"), 409)
    assert "resolve" in told["allowed"]
    assert "close" not in told["allowed"]
    told = problem(acme.post(f"tickets/{ticket['id']}/return/", {"note": "Back."}), 409)
    assert "return" not in told["allowed"]


def test_a_ticket_that_somebody_holds_cannot_be_claimed(acme: Api) -> None:
    ticket = acme.create()
    acme.post(f"tickets/{ticket['id']}/assign/", {"assignee": "dana"})
    assert "dana" in problem(acme.post(f"tickets/{ticket['id']}/claim/"), 409)["detail"]


def test_a_vendor_reads_on_what_it_handed_up_and_writes_nothing(acme: Api, bolt: Api, tool: Api) -> None:
    ticket = acme.create()
    at = f"tickets/{ticket['id']}/"
    assert acme.post(f"{at}escalate/", {"reason": "other", "note": HANDOVER}).status_code == 200
    tool.post(f"{at}messages/", {"kind": "note", "body": "Looks like fraud.", "author": "tom"})
    tool.post(f"{at}messages/", {"kind": "reply", "body": "We are looking into it.", "author": "tom"})
    told = problem(acme.post(f"{at}messages/", {"kind": "creator", "body": "Hello?"}), 403)
    assert "creator-rewards-t2" in told["detail"]
    for verb, body in (
        ("claim", {}),
        ("resolve", {"resolution": "solved"}),
        ("escalate", {"reason": "other", "note": HANDOVER}),
    ):
        assert "creator-rewards-t2" in problem(acme.post(f"{at}{verb}/", body), 403)["detail"]
    problem(acme.patch(at, {"subject": "Mine"}), 403)
    assert acme.get(at).json()["queue"] == "creator-rewards-t2"
    read = [message["body"] for message in acme.get(f"{at}messages/").json()["results"]]
    assert read == ["It has been three weeks.", HANDOVER, "We are looking into it."]
    assert [message["body"] for message in tool.get(f"{at}messages/").json()["results"]][
        2
    ] == "Looks like fraud."
    problem(bolt.get(at), 404)


def test_another_vendors_tickets_do_not_exist(acme: Api, bolt: Api) -> None:
    ticket = acme.create(external_ref="a-1")
    mine = bolt.create(lob="creator-rewards")
    body = {"assignee": "bob", "reason": "other", "note": HANDOVER, "queue": "account-access-t1-bolt"}
    for move in MOVES:
        verb = move.__name__.lower()
        given = {name: body[name] for name in move.body().fields if name in body}
        theirs = problem(bolt.post(f"tickets/{ticket['id']}/{verb}/", given), 404)
        nobodys = problem(bolt.post(f"tickets/CS-00000000/{verb}/", given), 404)
        assert theirs | {"instance": ""} == nobodys | {"instance": ""}
    told = problem(bolt.post(f"tickets/{mine['id']}/merge/", {"into": ticket["id"]}), 400)
    assert told["errors"][0]["code"] == "does_not_exist"
    assert [row["id"] for row in bolt.get("tickets/").json()["results"]] == [mine["id"]]
    assert bolt.get("tickets/?external_ref=a-1").json()["results"] == []
    assert bolt.get("tickets/?queue=creator-rewards-t1-acme").json()["results"] == []
    assert Ticket.objects.get(ref=ticket["id"]).version == 1


def test_another_vendors_people_have_no_names(acme: Api, bolt: Api, tool: Api) -> None:
    ticket = acme.create()
    at = f"tickets/{ticket['id']}/"
    acme.post(f"{at}messages/", {"kind": "reply", "body": "On it.", "author": "dana"})
    tool.post(f"{at}transfer/", {"queue": "creator-rewards-t1-bolt", "note": "Yours now."})
    seen = bolt.get(f"{at}messages/").content + bolt.get(f"{at}events/").content + bolt.get(at).content
    for secret in (b"dana", b"api:acme", b"creator-rewards-t1-acme", b'"acme"'):
        assert secret not in seen, secret


MESSAGES: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "reply"}, "/author", "required"),
    ({"kind": "note"}, "/author", "required"),
    ({"kind": "reply", "author": "bob"}, "/author", "does_not_exist"),
    ({"kind": "reply", "author": "tom"}, "/author", "does_not_exist"),
    ({"kind": "reply", "author": "dana", "automated": True}, "/author", "contradiction"),
    ({"kind": "reply", "author": "dana", "automated": "no"}, "/automated", "invalid"),
    ({"kind": "creator", "author": "dana"}, "/author", "invalid"),
    ({"kind": "creator", "automated": True}, "/automated", "invalid"),
    ({"kind": "whisper"}, "/kind", "invalid_choice"),
    ({"kind": "creator", "body": ""}, "/body", "blank"),
    ({"kind": "creator", "body": "x" * 20_001}, "/body", "max_length"),
    ({"kind": "creator", "response": "r1"}, "/response", "does_not_exist"),
    ({"kind": "creator", "attachments": ["a1"]}, "/attachments/0", "does_not_exist"),
    ({"kind": "creator", "pend": True}, "/pend", "unknown_field"),
]


@pytest.mark.parametrize(("given", "pointer", "code"), MESSAGES)
def test_a_wrong_message_is_named(acme: Api, given: dict[str, Any], pointer: str, code: str) -> None:
    ticket = acme.create()
    told = problem(acme.post(f"tickets/{ticket['id']}/messages/", {"body": "Hello"} | given), 400)
    assert [(error["pointer"], error["code"]) for error in told["errors"]] == [(pointer, code)]
    assert Message.objects.count() == 1


@pytest.mark.usefixtures("policy")
def test_messages_and_what_they_move(acme: Api) -> None:
    ticket = acme.create()
    at = f"tickets/{ticket['id']}/"

    def write(**given: Any) -> dict[str, Any]:
        answer = acme.post(f"{at}messages/", given)
        assert answer.status_code == 201, answer.content
        assert answer["ETag"] == f'"{acme.get(at).json()["version"]}"'
        body: dict[str, Any] = answer.json()
        return body

    said = write(kind="reply", body="We got your message.", automated=True)
    assert (said["author"], said["by"], said["automated"]) == (None, "api:acme", True)
    assert acme.get(at).json()["status"] == "new"
    write(kind="note", body="Check the ledger.", author="dana")
    assert acme.get(at).json()["status"] == "new"
    said = write(kind="reply", body="It is on its way.", author="dana")
    assert list(said) == ["n", "ticket", "at", "kind", "body", "author", "by", "automated"]
    assert (said["n"], said["ticket"], said["author"], said["by"]) == (4, ticket["id"], "dana", "api:acme")
    now = acme.get(at).json()
    assert (now["status"], state(now, "first_reply"), now["first_replied_at"]) == ("open", "met", said["at"])
    acme.post(f"{at}pend/", {"on": "creator"})
    write(kind="creator", body="Thank you!")
    assert acme.get(at).json()["status"] == "open"


def test_a_creators_word_on_a_closed_ticket_starts_a_follow_up(acme: Api) -> None:
    ticket = acme.create()
    at = f"tickets/{ticket['id']}/"
    acme.post(f"{at}resolve/", {"resolution": "solved"})
    acme.post(f"{at}close/")
    answer = acme.post(f"{at}messages/", {"kind": "creator", "body": "It came back."})
    assert answer.status_code == 201
    fresh = answer.json()["ticket"]
    assert fresh != ticket["id"]
    created = acme.get(f"tickets/{fresh}/events/").json()["results"][0]
    assert created["data"]["follow_up_of"] == ticket["id"]
    assert acme.get(at).json()["status"] == "closed"


def test_the_cast_is_as_these_tests_take_it(cast: Cast) -> None:
    assert cast.bob.vendor == cast.bolt != cast.dana.vendor
    assert cast.tom.vendor is None
