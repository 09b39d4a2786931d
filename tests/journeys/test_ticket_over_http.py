"""One ticket from a vendor's push to a lead's board, over HTTP alone: in, routed, worked, late, seen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from slas import actions as clocks
from slas.terms import PolicyTerms
from supportdesk import clock
from teams.models import Person
from tests.cast import Cast
from tests.rest.conftest import Api
from tickets import actions
from tickets.models import Ticket

HANDOVER = "Ledger checked twice, nothing was paid; finance has to decide."


@pytest.fixture
def late_policy(cast: Cast) -> None:
    """Four hours to the first reply, so that a ticket of five hours ago is late."""
    clocks.define_policy(
        slug="rewards",
        terms=PolicyTerms(
            order=10,
            targets={
                "first_reply": {"normal": 4 * 3600, "urgent": 600},
                "requester_wait": {"normal": 24 * 3600},
                "tier_ownership": {"normal": 16 * 3600},
            },
            warn_at=(75,),
        ),
        at=clock.now() - timedelta(days=30),
    )


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def staff(person: Person) -> Api:
    """The same API with a person's session instead of a key."""
    caller = Api()
    caller.client = signed_in(person)
    return caller


def kinds(caller: Api, ref: str) -> list[str]:
    return [event["kind"] for event in caller.get(f"tickets/{ref}/events/").json()["results"]]


def timer(ticket: dict[str, Any], metric: str, cycle: int = 1) -> dict[str, Any]:
    return next(row for row in ticket["sla"] if (row["metric"], row["cycle"]) == (metric, cycle))


@pytest.mark.usefixtures("late_policy")
def test_from_a_pushed_ticket_to_a_breach_alert(
    cast: Cast, acme: Api, bolt: Api, settings: Any, tmp_path: Path
) -> None:
    took_it_at = clock.now() - timedelta(hours=5)

    # 1. In: pushed at night with the hour at which the vendor took it; pushed again, it is the same one.
    body = {
        "channel": "in_app",
        "lob": "creator-rewards",
        "subject": "Payout of October missing",
        "body": "The dashboard says paid, my bank says nothing. Write to ana@creator.example.",
        "creator": {"external_id": "7231", "handle": "@ana", "email": "ana@creator.example"},
        "locale": "pt-BR",
        "external_ref": "acme-991",
        "created_at": took_it_at.isoformat(),
    }
    first = acme.post("tickets/", body, Idempotency_Key="night-1")
    assert first.status_code == 201, first.content
    again = acme.post("tickets/", body, Idempotency_Key="night-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert acme.post("tickets/", body).status_code == 200
    pushed = first.json()
    ref = pushed["id"]
    assert pushed["creator"]["email"] == "a•••@c•••"

    # 2. Routed: to acme's queue, and the ticket says why. Another vendor finds nothing there.
    assert (pushed["queue"], pushed["tier"], pushed["vendor"]) == ("creator-rewards-t1-acme", 1, "acme")
    assert any("Pushed by acme" in step for step in Ticket.objects.get(ref=ref).routing["steps"])
    assert bolt.get(f"tickets/{ref}/").status_code == 404
    assert bolt.get("tickets/").json()["results"] == []

    # 4a. On the clock: four hours have passed before anybody looked; the sweep tells once, however often it runs.
    late = timer(pushed, "first_reply")
    assert late["state"] == "breached"
    assert late["breached_at"] == late["due_at"]
    actions.raise_alerts(at=clock.now())
    actions.raise_alerts(at=clock.now())
    assert kinds(acme, ref) == ["created", "sla_warning", "sla_breached"]

    # 5. Seen: on the lead's board, in one queue; the number opens exactly this ticket.
    lea = staff(cast.lea)
    (queue,) = [row for row in lea.get("queues/").json()["results"] if row["breached"]]
    assert (queue["slug"], queue["depth"], queue["breached"]) == ("creator-rewards-t1-acme", 1, 1)
    opened = lea.get(f"tickets/?queue={queue['slug']}&sla=breached").json()["results"]
    assert [row["id"] for row in opened] == [ref]
    board = lea.client.get("/board/")
    assert board.status_code == 200
    assert ref in board.content.decode()

    # 3. Worked: next ticket, a reply that goes out by mail, the creator's answer, a handover.
    dana = staff(cast.dana)
    claimed = dana.post("queues/creator-rewards-t1-acme/claim/", {})
    assert (claimed.status_code, claimed.json()["id"], claimed.json()["assignee"]) == (200, ref, "dana")
    assert staff(cast.dion).post("queues/creator-rewards-t1-acme/claim/", {}).status_code == 204
    said = dana.post(f"tickets/{ref}/messages/", {"kind": "reply", "body": "We are looking into it."})
    assert said.status_code == 201, said.content
    assert dana.post(f"tickets/{ref}/pend/", {"on": "creator"}).json()["status"] == "pending"
    heard = acme.post(f"tickets/{ref}/messages/", {"kind": "creator", "body": "Any news?"})
    assert heard.status_code == 201, heard.content
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    actions.send_mails(at=clock.now() + timedelta(seconds=1))
    to_creator = [message for message in mail.outbox if message.to == ["ana@creator.example"]]
    assert [ref in message.subject for message in to_creator] == [True]
    told = {address for message in mail.outbox for address in message.to} - {"ana@creator.example"}
    assert "lea@desk.example" in told
    assert "bob@bolt.example" not in told
    up = dana.post(f"tickets/{ref}/escalate/", {"reason": "needs_authority", "note": HANDOVER})
    assert (up.json()["queue"], up.json()["tier"], up.json()["assignee"]) == ("creator-rewards-t2", 2, None)
    refused = acme.post(f"tickets/{ref}/resolve/", {"resolution": "solved"})
    assert refused.status_code == 403
    assert "creator-rewards-t2" in refused.json()["detail"]

    # A move that the table lacks is refused and says which there are.
    tom = staff(cast.tom)
    wrong = tom.post(f"tickets/{ref}/close/", {})
    assert wrong.status_code == 409
    assert "resolve" in wrong.json()["allowed"]
    assert tom.post(f"tickets/{ref}/claim/", {}).json()["assignee"] == "tom"
    done = tom.post(f"tickets/{ref}/resolve/", {"resolution": "solved", "message": "Paid out today."})
    assert done.json()["status"] == "resolved"
    assert {row["state"] for row in done.json()["sla"]} == {"met", "breached"}
    assert timer(done.json(), "tier_ownership", 2)["queue"] == "creator-rewards-t2"

    # What was counted stays: the vendor reads the end of it, and the board is empty again.
    assert acme.get(f"tickets/{ref}/").json()["status"] == "resolved"
    assert [row["breached"] for row in lea.get("queues/").json()["results"]].count(0) > 0
    assert lea.get("tickets/?sla=breached").json()["results"] == []
    assert [row["id"] for row in lea.get("tickets/?sla=was_breached").json()["results"]] == [ref]
