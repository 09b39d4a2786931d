"""Lists: filters, orderings, pages, and that each costs the same however many rows it shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from supportdesk import clock
from supportdesk.instants import write_instant
from tests.cast import Cast
from tests.rest.conftest import Api
from tests.rest.problems import problem


def ago(**span: float) -> str:
    return write_instant(clock.now() - timedelta(**span))


@pytest.fixture
def some(acme: Api, policy: None) -> dict[str, str]:
    """Five tickets by what they are known for; what became of them is told in `FOUND`."""
    person = {"external_id": "77", "locale": "es-MX"}
    made = {
        "fresh": acme.create(subject="Rocket payout", tags=["payout", "vip"], external_ref="r-1"),
        "risky": acme.create(created_at=ago(hours=3.5), priority="high", locale="pt-BR", creator=person),
        "late": acme.create(created_at=ago(hours=5), priority="urgent", channel="in_app", tags=["payout"]),
        "waiting": acme.create(priority="low", locale="pt", body="A balloon went by"),
        "done": acme.create(created_at=ago(hours=30)),
    }
    ids = {name: ticket["id"] for name, ticket in made.items()}
    assert acme.post(f"tickets/{ids['waiting']}/pend/", {"on": "creator"}).status_code == 200
    assert acme.post(f"tickets/{ids['risky']}/assign/", {"assignee": "dana"}).status_code == 200
    assert acme.post(f"tickets/{ids['late']}/claim/").status_code == 200
    assert acme.post(f"tickets/{ids['done']}/resolve/", {"resolution": "solved"}).status_code == 200
    return ids


FOUND: list[tuple[str, str]] = [
    ("", "fresh risky late waiting done"),
    ("status=new", "fresh"),
    ("status=open&status=pending", "risky late waiting"),
    ("status=open,pending", "risky late waiting"),
    ("queue=creator-rewards-t1-acme&status=resolved", "done"),
    ("queue=nowhere", ""),
    ("tier=1&priority=urgent,high", "risky late"),
    ("tier=2", ""),
    ("channel=in_app", "late"),
    ("lob=creator-rewards&channel=in_app", "late"),
    ("lob=account-access", ""),
    ("assignee=me", "late"),
    ("assignee=none&status=new", "fresh"),
    ("assignee=dana", "risky"),
    ("assignee=api:acme", "late"),
    ("assignee=nobody", ""),
    ("locale=pt", "risky waiting"),
    ("locale=pt-br", "risky"),
    ("tag=payout", "fresh late"),
    ("tag=payout&tag=vip", "fresh"),
    ("creator=77", "risky"),
    ("external_ref=r-1", "fresh"),
    ("sla=at_risk", "risky"),
    ("sla=breached", "late"),
    ("sla=paused", "waiting"),
    ("sla=ok", "fresh done"),
    ("sla=was_breached", "late done"),
    ("q=rocket", "fresh"),
    ("q=balloon", "waiting"),
    ('q="balloon went"', "waiting"),
    ("q=rocket or balloon", "fresh waiting"),
    ("q=weeks -three", ""),
    ("q=nothing&status=new", ""),
]


@pytest.mark.parametrize(("query", "names"), FOUND)
def test_a_filter_finds_what_it_says(acme: Api, some: dict[str, str], query: str, names: str) -> None:
    page = acme.get(f"tickets/?{quote(query, safe='=&,')}").json()
    found = [name for name in some if some[name] in {row["id"] for row in page["results"]}]
    assert found == names.split()


def test_times_narrow_a_list(acme: Api, some: dict[str, str]) -> None:
    def found(query: str) -> set[str]:
        return {row["id"] for row in acme.get(f"tickets/?{query}").json()["results"]}

    four_hours_ago = quote(ago(hours=4))
    assert found(f"created_before={four_hours_ago}") == {some["late"], some["done"]}
    assert found(f"created_after={four_hours_ago}") == {some["fresh"], some["risky"], some["waiting"]}
    assert found(f"updated_since={quote(ago(hours=1))}") == set(some.values())
    plus = (clock.now() + timedelta(hours=1)).isoformat()
    assert found(f"updated_since={plus}") == set(), "a plus sign that came unquoted is read as one"


@pytest.mark.parametrize(
    ("ordering", "names"),
    [
        ("", "waiting fresh risky late done"),
        ("-created_at", "waiting fresh risky late done"),
        ("created_at", "done late risky fresh waiting"),
        ("-priority", "late risky fresh done waiting"),
    ],
)
def test_a_list_is_ordered(acme: Api, some: dict[str, str], ordering: str, names: str) -> None:
    rows = acme.get(f"tickets/?ordering={ordering}" if ordering else "tickets/").json()["results"]
    assert [row["id"] for row in rows] == [some[name] for name in names.split()]


def test_by_due_instant_with_none_last_across_pages(acme: Api, some: dict[str, str]) -> None:
    found: list[str] = []
    address = "tickets/?ordering=due_at&page_size=2"
    while address:
        page = acme.get(address).json()
        found += [row["id"] for row in page["results"]]
        address = (page["next"] or "").partition("/api/v1/")[2]
    dues = {row["id"]: row for row in acme.get("tickets/").json()["results"]}
    assert sorted(found) == sorted(some.values())
    assert found[0] == some["late"]
    assert found[-1] == some["done"], dues


WRONG: list[tuple[str, str]] = [
    ("status=opened", "/status"),
    ("status=new,", "/status"),
    ("tier=3", "/tier"),
    ("tier=one", "/tier"),
    ("channel=fax", "/channel"),
    ("priority=HIGH", "/priority"),
    ("sla=fine", "/sla"),
    ("ordering=subject", "/ordering"),
    ("created_after=yesterday", "/created_after"),
    ("created_before=2026-01-01T00:00:00", "/created_before"),
    ("updated_since=2026-01-01", "/updated_since"),
    ("page_size=0", "/page_size"),
    ("page_size=201", "/page_size"),
    ("cursor=made-up", "/cursor"),
    ("stauts=new", "/stauts"),
    ("limit=10", "/limit"),
    ("queue=a%00b", "/queue"),
    (f"q={'x' * 201}", "/q"),
]


@pytest.mark.parametrize(("query", "pointer"), WRONG)
def test_a_wrong_parameter_is_named(acme: Api, query: str, pointer: str) -> None:
    told = problem(acme.get(f"tickets/?{query}"), 400)
    assert [error["pointer"] for error in told["errors"]] == [pointer]


@pytest.mark.parametrize(
    "q", ["'", "(", "a & b", "!!", ":*", "\\", '"', "-", "%", "or", "<->", "é 漢字 שלום", "a:b*"]
)
def test_no_question_breaks_the_search(acme: Api, q: str) -> None:
    assert acme.get(f"tickets/?q={quote(q)}").status_code == 200


def test_words_that_a_vendor_may_not_read_do_not_find(acme: Api, tool: Api) -> None:
    ticket = acme.create()
    at = f"tickets/{ticket['id']}/"
    acme.post(f"{at}escalate/", {"reason": "other", "note": "Please have a look at this one."})
    tool.post(f"{at}messages/", {"kind": "note", "body": "zirconium", "author": "tom"})
    assert len(tool.get("tickets/?q=zirconium").json()["results"]) == 1
    assert acme.get("tickets/?q=zirconium").json()["results"] == []
    assert len(acme.get("tickets/?q=look").json()["results"]) == 1


def queries_of(api: Api, path: str, rows: int) -> int:
    with CaptureQueriesContext(connection) as asked:
        page = api.get(path).json()
    assert len(page["results"]) == rows
    return len(asked)


def test_a_page_of_fifty_whole_tickets_costs_as_much_as_one(acme: Api, tool: Api, policy: None) -> None:
    for _ in range(50):
        acme.create()
    queries_of(acme, "tickets/?page_size=1", 1)
    for path in ("tickets/?", "tickets/?ordering=due_at&", "tickets/?q=weeks&"):
        assert queries_of(acme, f"{path}page_size=40", 40) == queries_of(acme, f"{path}page_size=1", 1) == 3
    tool.get("tickets/?page_size=1")
    assert queries_of(tool, "tickets/?page_size=50", 50) == 3
    assert queries_of(acme, "tickets/?ordering=due_at", 50) == 4, "the page on which the nulls begin"


def test_messages_and_events_cost_as_much_as_one(acme: Api) -> None:
    ticket = acme.create()
    at = f"tickets/{ticket['id']}/"
    for number in range(10):
        acme.post(f"{at}messages/", {"kind": "reply", "body": f"Reply {number}", "author": "dana"})
    for path in ("messages", "events"):
        assert queries_of(acme, f"{at}{path}/", 11) == queries_of(acme, f"{at}{path}/?page_size=1", 1)


def test_queues_tell_what_waits(acme: Api, tool: Api, some: dict[str, str], cast: Cast) -> None:
    page = acme.get("queues/").json()
    (queue,) = page["results"]
    waits = queue.pop("oldest_wait_seconds")
    assert queue == {
        "slug": "creator-rewards-t1-acme",
        "lob": "creator-rewards",
        "tier": 1,
        "vendor": "acme",
        "depth": 1,
        "at_risk": 1,
        "breached": 1,
    }
    assert 0 <= waits < 60
    assert (page["next"], page["previous"]) == (None, None)
    everything = tool.get("queues/?page_size=200").json()["results"]
    assert len(everything) == 6
    idle = next(row for row in everything if row["slug"] == "minor-protection-t2")
    assert (idle["depth"], idle["oldest_wait_seconds"], idle["at_risk"], idle["breached"]) == (0, None, 0, 0)
    assert queries_of(tool, "queues/", 6) == queries_of(tool, "queues/?page_size=1", 1) == 3


@pytest.mark.usefixtures("policy")
def test_the_next_ticket_of_a_queue(acme: Api, bolt: Api) -> None:
    at = "queues/creator-rewards-t1-acme/claim/"
    assert acme.post(at).status_code == 204
    low, urgent, portuguese = (
        acme.create(priority="low"),
        acme.create(priority="urgent"),
        acme.create(priority="high", locale="pt-BR"),
    )
    taken = acme.post(at, {"assignee": "dion"})
    assert (taken.status_code, taken.json()["assignee"]) == (200, "dion")
    assert taken.json()["id"] != portuguese["id"], "dion speaks English only"
    assert acme.post(at).json()["assignee"] == "api:acme"
    assert acme.post(at, {"assignee": "dana"}).status_code == 200
    nothing = acme.post(at, {"assignee": "dana"})
    assert (nothing.status_code, nothing.content) == (204, b"")
    held = {row["id"] for row in acme.get("tickets/?status=open").json()["results"]}
    assert held == {low["id"], urgent["id"], portuguese["id"]}
    for wrong in ("bob", "tom", "nobody", "vera "):
        if wrong.strip() != "vera":
            problem(acme.post(at, {"assignee": wrong}), 400)
    problem(acme.post(at, {"who": "dana"}), 400)
    for slug in ("creator-rewards-t1-acme", "no-such-queue", "a%00b", "Ä"):
        problem(bolt.post(f"queues/{slug}/claim/"), 404)


def test_instants_of_a_list_are_in_utc(acme: Api) -> None:
    acme.create(created_at="2026-03-06T16:30:00-08:00")
    (row,) = acme.get("tickets/").json()["results"]
    assert row["created_at"] == "2026-03-07T00:30:00Z"
    assert datetime.fromisoformat(row["updated_at"]).tzname() == "UTC"


def row_ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["results"]]


def test_pages_go_forward_and_back(acme: Api) -> None:
    for _ in range(5):
        acme.create()
    first = acme.get("tickets/?page_size=2&status=new").json()
    second = acme.get(first["next"].partition("/api/v1/")[2]).json()
    third = acme.get(second["next"].partition("/api/v1/")[2]).json()
    assert first["next"].startswith("http://testserver/api/v1/tickets/?")
    assert "status=new" in second["next"]
    assert (first["previous"], third["next"]) == (None, None)
    assert len({*row_ids(first), *row_ids(second), *row_ids(third)}) == 5
    back = acme.get(third["previous"].partition("/api/v1/")[2]).json()
    assert row_ids(back) == row_ids(second)
