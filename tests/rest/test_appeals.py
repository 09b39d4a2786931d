"""Appeals over REST: submitted, evidence asked for, decided by a person, withdrawn; and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slas.actions import define_policy
from slas.terms import PolicyTerms
from supportdesk import clock
from supportdesk.instants import write_instant
from teams.models import Certificate, Person
from tests.cast import Cast
from tests.rest.conftest import LONG_AGO, Api, Opener, creator_context
from tests.rest.problems import problem
from tickets.models import Appeal, Event, Message, Ticket

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def appeals_policy(cast: Cast) -> None:
    targets = {"appeal_decision": {"normal": 10 * 86_400}, "first_reply": {"normal": 3_600}}
    define_policy(slug="appeals", terms=PolicyTerms(order=1, targets=targets), at=LONG_AGO)


@pytest.fixture
def ruth(cast: Cast) -> Person:
    """In-house, certified for the rewards line, and has decided nothing."""
    person = Person.objects.create_user("ruth", name="Ruth Abe", email="ruth@desk.example", role="specialist")
    Certificate.objects.create(person=person, line=cast.creator_rewards)
    return person


def appeal_body(days_ago: float = 7, **given: Any) -> dict[str, Any]:
    """An appeal against a decision of so many days ago; a value of `...` leaves the field out."""
    decision = {
        "type": "demonetisation",
        "decided_at": write_instant(clock.now() - days_ago * DAY),
        "ground": "Reused content",
        "automated": True,
        **given.pop("decision", {}),
    }
    body = {
        "creator": {"external_id": "7231", "region": "PT", "email": "ana@dance.example"},
        "decision": {name: value for name, value in decision.items() if value is not ...},
        "statement": "It is my own footage. Call me on +351 912 345 678.",
        **given,
    }
    return {name: value for name, value in body.items() if value is not ...}


def submit(api: Api, **given: Any) -> dict[str, Any]:
    answer = api.post("appeals/", appeal_body(**given))
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def decision_timer(told: dict[str, Any]) -> dict[str, Any]:
    return [timer for timer in told["sla"] if timer["metric"] == "appeal_decision"][-1]


def test_submitted_read_and_decided(tool: Api, ruth: Person) -> None:
    answer = tool.post("appeals/", appeal_body(decision={"decided_by": "tom"}))
    told = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/appeals/{told['id']}/"
    assert (told["status"], told["lob"], told["queue"]) == ("open", "creator-rewards", "creator-rewards-t2")
    assert (told["decision"]["decided_by"], told["decision"]["automated"], told["ticket"]) == (
        "tom",
        True,
        None,
    )
    assert (told["window"]["jurisdiction"], told["window"]["months"], told["late"]) == ("EU", 6, False)
    assert told["statement"] == "It is my own footage. Call me on •••78."
    assert told["creator"]["email"] == "a•••@d•••"
    timer = decision_timer(told)
    assert (timer["state"], timer["calendar"], timer["target_seconds"]) == ("running", "always", 864_000)
    again = tool.get(f"appeals/{told['id']}/")
    assert again["ETag"] == answer["ETag"]
    moving = ("elapsed_seconds",)
    assert strip(again.json(), moving) == strip(told, moving)

    answer = tool.post(
        f"appeals/{told['id']}/decide/",
        {"outcome": "partly_overturned", "reasons": "Two of three.", "by": "ruth"},
    )
    assert answer.status_code == 200, answer.content
    now = answer.json()
    assert (now["status"], now["outcome"], now["reasons"], now["by"]) == (
        "decided",
        "partly_overturned",
        "Two of three.",
        "ruth",
    )
    assert "Article 21" in now["redress"]
    assert decision_timer(now)["state"] == "met"
    ticket = tool.get(f"tickets/{told['id']}/").json()
    assert (ticket["channel"], ticket["status"], ticket["tier"]) == ("appeal", "resolved", 2)
    (reply,) = [
        m for m in tool.get(f"tickets/{told['id']}/messages/").json()["results"] if m["kind"] == "reply"
    ]
    assert (reply["author"], reply["automated"], reply["body"]) == (
        "ruth",
        False,
        f"Two of three.\n\n{now['redress']}",
    )


def strip(told: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    timers = [{name: value for name, value in timer.items() if name not in names} for timer in told["sla"]]
    return told | {"sla": timers}


def test_evidence_is_asked_for_and_the_clock_waits(tool: Api) -> None:
    told = submit(tool)
    at = f"appeals/{told['id']}/"
    asked = tool.post(f"{at}request_evidence/", {"question": "Send the raw file."}).json()
    assert (asked["status"], asked["question"]) == ("awaiting_evidence", "Send the raw file.")
    assert decision_timer(asked)["state"] == "paused"
    sent = {"kind": "creator", "body": "Here: raw.mov"}
    assert tool.post(f"tickets/{told['id']}/messages/", sent).status_code == 201
    now = tool.get(at).json()
    assert (now["status"], decision_timer(now)["state"]) == ("open", "running")
    assert [piece["body"] for piece in now["evidence"]] == ["Here: raw.mov"]


def test_withdrawn(tool: Api) -> None:
    told = submit(tool)
    answer = tool.post(f"appeals/{told['id']}/withdraw/", {})
    assert (answer.status_code, answer.json()["status"], answer.json()["outcome"]) == (200, "withdrawn", None)
    assert tool.get(f"tickets/{told['id']}/").json()["status"] == "resolved"
    refused = problem(tool.post(f"appeals/{told['id']}/withdraw/", {}), 409)
    assert refused["allowed"] == []


def test_a_late_one_is_taken_in_and_refused_with_reasons(tool: Api, ruth: Person) -> None:
    told = submit(tool, days_ago=400)
    assert (told["status"], told["outcome"], told["late"], told["by"]) == (
        "refused",
        "inadmissible",
        True,
        None,
    )
    assert told["window"]["last_day"] in told["reasons"]
    assert "6 months" in told["reasons"]
    decision = {"outcome": "upheld", "reasons": "No.", "by": "ruth"}
    refused = problem(tool.post(f"appeals/{told['id']}/decide/", decision), 409)
    assert refused["allowed"] == ["admit_late"]


@pytest.mark.parametrize(("days", "late"), [(180.5, False), (179, False), (186, True)])
def test_six_months_are_calendar_months(days: float, late: bool, tool: Api) -> None:
    """Any six months have 181 to 184 days."""
    assert submit(tool, days_ago=days)["late"] is late


def test_about_an_earlier_ticket(tool: Api, acme: Api) -> None:
    ticket = tool.create(lob="account-access")
    told = submit(tool, ticket=ticket["id"])
    assert (told["ticket"], told["lob"]) == (ticket["id"], "account-access")
    for other in ("CS-00000000", "x", tool.create(creator={"external_id": "1"})["id"]):
        refused = problem(tool.post("appeals/", appeal_body(ticket=other)), 400)
        assert refused["errors"][0]["pointer"] == "/ticket"
    hidden = tool.create(lob="minor-protection")["id"]
    refused = problem(acme.post("appeals/", appeal_body(ticket=hidden)), 400)
    assert (refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == ("/ticket", "does_not_exist")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"creator": ...}, "/creator"),
    ({"creator": {}}, "/creator/external_id"),
    ({"decision": {"type": ...}}, "/decision/type"),
    ({"decision": {"type": ""}}, "/decision/type"),
    ({"decision": {"type": 5}}, "/decision/type"),
    ({"decision": {"ground": ...}}, "/decision/ground"),
    ({"decision": {"ground": "x" * 2001}}, "/decision/ground"),
    ({"decision": {"automated": ...}}, "/decision/automated"),
    ({"decision": {"automated": "no"}}, "/decision/automated"),
    ({"decision": {"decided_at": ...}}, "/decision/decided_at"),
    ({"decision": {"decided_at": "2026-01-01"}}, "/decision/decided_at"),
    ({"decision": {"decided_at": "2199-01-01T00:00:00Z"}}, "/decision/decided_at"),
    ({"decision": {"informed_at": "2199-01-01T00:00:00Z"}}, "/decision/informed_at"),
    ({"decision": {"decided_by": "a\x00"}}, "/decision/decided_by"),
    ({"decision": {"by": "tom"}}, "/decision/by"),
    ({"statement": ...}, "/statement"),
    ({"statement": " "}, "/statement"),
    ({"statement": "x" * 20_001}, "/statement"),
    ({"statement": "a\ud800"}, "/statement"),
    ({"lob": "creator-rewards"}, "/lob"),
    ({"ticket": 7}, "/ticket"),
]


@pytest.mark.parametrize(("given", "pointer"), WRONG)
def test_what_is_wrong_is_refused_at_its_field(tool: Api, given: dict[str, Any], pointer: str) -> None:
    told = problem(tool.post("appeals/", appeal_body(**given)), 400)
    assert [error["pointer"] for error in told["errors"]] == [pointer]
    assert not Ticket.objects.exists()
    assert not Appeal.objects.exists()


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"outcome": "maybe"}, "/outcome"),
        ({"outcome": ...}, "/outcome"),
        ({"reasons": ...}, "/reasons"),
        ({"reasons": " "}, "/reasons"),
        ({"by": ...}, "/by"),
        ({"by": "nobody"}, "/by"),
        ({"by": "api:warehouse"}, "/by"),
        ({"by": "system"}, "/by"),
        ({"by": "tom"}, "/by"),  # made the decision
        ({"by": "dana"}, "/by"),  # works for a vendor
        ({"by": "mia"}, "/by"),  # of another line
        ({"by": None}, "/by"),
        ({"redress": " "}, "/redress"),
        ({"automated": True}, "/automated"),
    ],
)
def test_a_decision_needs_a_person_reasons_and_an_outcome(
    tool: Api, ruth: Person, given: dict[str, Any], pointer: str
) -> None:
    told = submit(tool, decision={"decided_by": "Tom"})
    body = {"outcome": "upheld", "reasons": "Reused.", "by": "ruth", **given}
    body = {name: value for name, value in body.items() if value is not ...}
    refused = problem(tool.post(f"appeals/{told['id']}/decide/", body), 400)
    assert [error["pointer"] for error in refused["errors"]] == [pointer]
    now = tool.get(f"appeals/{told['id']}/").json()
    assert (now["status"], now["version"]) == ("open", told["version"])
    assert not Message.objects.filter(kind="reply").exists()


def test_the_same_call_twice_is_one_appeal_and_one_decision(tool: Api, ruth: Person) -> None:
    body = appeal_body()
    first, second = (tool.post("appeals/", body, Idempotency_Key="a1") for _ in range(2))
    assert first.json() == second.json()
    assert (second.status_code, second["Idempotency-Replayed"], second["Location"]) == (
        201,
        "true",
        first["Location"],
    )
    assert Appeal.objects.count() == 1
    decision = {"outcome": "overturned", "reasons": "Yours.", "by": "ruth"}
    at = f"appeals/{first.json()['id']}/decide/"
    one, two = (tool.post(at, decision, Idempotency_Key="d1") for _ in range(2))
    assert (one.status_code, two.status_code, two["Idempotency-Replayed"]) == (200, 200, "true")
    assert Event.objects.filter(kind="appeal_decided").count() == 1
    problem(tool.post(at, decision), 409)
    problem(tool.post("appeals/", appeal_body(statement="Other."), Idempotency_Key="a1"), 422)


def test_a_stale_version_decides_nothing(tool: Api, ruth: Person) -> None:
    told = submit(tool)
    decision = {"outcome": "upheld", "reasons": "No.", "by": "ruth"}
    at = f"appeals/{told['id']}/decide/"
    problem(tool.post(at, decision, If_Match='"1"'), 412)
    assert tool.post(at, decision, If_Match=f'"{told["version"]}"').status_code == 200


def test_a_vendor_reads_what_it_pushed_and_nothing_else(
    acme: Api, bolt: Api, tool: Api, ruth: Person
) -> None:
    told = submit(acme)
    assert (told["queue"], acme.get(f"appeals/{told['id']}/").status_code) == ("creator-rewards-t2", 200)
    for verb, body in (
        ("decide", {"outcome": "upheld", "reasons": "No.", "by": "ruth"}),
        ("decide", {}),
        ("request_evidence", {"question": "Which?"}),
        ("withdraw", {}),
    ):
        refused = problem(acme.post(f"appeals/{told['id']}/{verb}/", body), 403)
        assert "creator-rewards-t2" in refused["detail"]
    foreign = submit(tool)["id"]
    for path in (f"appeals/{foreign}/", f"appeals/{told['id']}/", "appeals/CS-00000000/"):
        hidden = problem(bolt.get(path), 404)
        nowhere = problem(bolt.get("appeals/CS-00000001/"), 404)
        assert {**hidden, "instance": ""} == {**nowhere, "instance": ""}
    problem(bolt.post(f"appeals/{told['id']}/withdraw/", {}), 404)


def test_a_plain_ticket_is_no_appeal(tool: Api) -> None:
    ticket = tool.create(channel="appeal")
    problem(tool.get(f"appeals/{ticket['id']}/"), 404)


def test_the_app_vouches_for_the_creator_and_never_decides(api: Opener, ruth: Person) -> None:
    app = api("in_app")
    body = appeal_body()
    problem(app.post("appeals/", body), 403)
    vouched = creator_context(app.token, "7231", clock.now())
    told = app.post("appeals/", body, X_Creator_Context=vouched).json()
    at = f"appeals/{told['id']}/"
    problem(app.post(f"{at}decide/", {"outcome": "upheld", "reasons": "No.", "by": "ruth"}), 403)
    problem(app.post(f"{at}request_evidence/", {"question": "Which?"}), 403)
    problem(app.post(f"{at}withdraw/", {}), 403)
    other = creator_context(app.token, "1", clock.now())
    problem(app.post(f"{at}withdraw/", {}, X_Creator_Context=other), 403)
    assert app.post(f"{at}withdraw/", {}, X_Creator_Context=vouched).status_code == 200


def test_a_key_needs_the_scope(api: Opener, tool: Api) -> None:
    told = submit(tool)
    reader = api("warehouse", scopes=("tickets:read",), name="reader")
    assert reader.get(f"appeals/{told['id']}/").status_code == 200
    problem(reader.post("appeals/", appeal_body()), 403)
    problem(reader.post(f"appeals/{told['id']}/withdraw/", {}), 403)
    problem(Api().get(f"appeals/{told['id']}/"), 401)


def test_a_person_decides_in_their_own_name(tool: Api, cast: Cast, ruth: Person) -> None:
    told = submit(tool)
    signed_in = Api()
    signed_in.client.force_login(ruth)
    at = f"appeals/{told['id']}/decide/"
    decision = {"outcome": "upheld", "reasons": "No.", "by": "lea"}
    refused = problem(signed_in.post(at, decision), 400)
    assert refused["errors"][0]["pointer"] == "/by"
    assert signed_in.post(at, decision | {"by": "ruth"}).json()["by"] == "ruth"
    signed_in.client.force_login(cast.ada)
    problem(signed_in.post("appeals/", appeal_body()), 400)


def test_no_in_house_queue_no_appeal(tool: Api, cast: Cast) -> None:
    for queue in (cast.rewards_t2, cast.access_t2, cast.minors_t2):
        queue.delete()
    refused = problem(tool.post("appeals/", appeal_body()), 400)
    assert refused["errors"][0]["pointer"] == "/decision/type"


def test_how_many_queries_they_take(tool: Api, ruth: Person, django_assert_num_queries: Any) -> None:
    told = submit(tool)
    tool.get(f"appeals/{told['id']}/")
    with django_assert_num_queries(5):
        tool.get(f"appeals/{told['id']}/")
    with django_assert_num_queries(26):
        tool.post("appeals/", appeal_body())
    with django_assert_num_queries(23):
        tool.post(f"appeals/{told['id']}/decide/", {"outcome": "upheld", "reasons": "No.", "by": "ruth"})
