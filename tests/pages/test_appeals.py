"""The appeal on the ticket page: what it says to whom, and what a press does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from supportdesk.clock import now
from teams.actions import create_key
from teams.models import Certificate, Person
from tests.cast import Cast
from tests.pages.test_pages import hidden
from tickets import wording
from tickets.actions import CreatorFacts
from tickets.appeals import actions
from tickets.appeals.models import Appeal
from tickets.models import Ticket
from tickets.words import EVENT_KINDS

SignedIn = Callable[[Person], Client]
DAY = timedelta(days=1)


@pytest.fixture
def ruth(cast: Cast) -> Person:
    person = Person.objects.create_user("ruth", name="Ruth Abe", email="ruth@desk.example", role="specialist")
    Certificate.objects.create(person=person, line=cast.creator_rewards)
    return person


def submit(cast: Cast, days_ago: int = 7, **given: Any) -> Appeal:
    at = now()
    facts: dict[str, Any] = {
        "creator": CreatorFacts(external_id="77", handle="@ana", region="PT"),
        "decision_type": "demonetisation",
        "decision_at": at - days_ago * DAY,
        "ground": "Reused content, see +351 912 345 678",
        "automated": False,
        "made_by": "tom",
        "statement": "The footage is my own.",
        "line": cast.creator_rewards,
        **given,
    }
    return actions.submit_appeal(new=actions.NewAppeal(**facts), source="webform", by=None, at=at)


def page(client: Client, appeal: Appeal) -> str:
    answer = client.get(f"/tickets/{appeal.ticket.ref}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def press(client: Client, appeal: Appeal, verb: str, **data: Any) -> Any:
    version = Ticket.objects.get(pk=appeal.ticket_id).version
    return client.post(f"/tickets/{appeal.ticket.ref}/{verb}/", {"version": version, **data})


def test_the_panel_says_what_is_contested_and_until_when(
    cast: Cast, ruth: Person, signed_in: SignedIn
) -> None:
    appeal = submit(cast)
    html = page(signed_in(ruth), appeal)
    for words in (
        "Waits for a decision",
        "demonetisation",
        "Reused content, see •••78",
        "Digital Services Act",
    ):
        assert words in html
    assert "cannot decide" not in html
    for verb in ("decide", "request_evidence", "withdraw"):
        assert f'id="dialog-{verb}"' in html
    for verb in ("admit_late", "resolve"):
        assert f'id="dialog-{verb}"' not in html
    assert 'id="resolve-next"' not in html
    assert "certified out-of-court dispute settlement" in html


def test_whoever_made_the_decision_sees_why_they_may_not_decide(cast: Cast, signed_in: SignedIn) -> None:
    appeal = submit(cast)
    html = page(signed_in(cast.tom), appeal)
    assert "You cannot decide it: tom made the decision that is contested." in html
    assert 'id="dialog-decide"' not in html
    answer = press(signed_in(cast.tom), appeal, "decide", outcome="upheld", reasons="As I said.")
    assert answer.status_code == 400
    assert Appeal.objects.get(pk=appeal.pk).outcome == ""


def test_decided_from_the_page(cast: Cast, ruth: Person, signed_in: SignedIn) -> None:
    appeal = submit(cast)
    client = signed_in(ruth)
    html = page(client, appeal)
    version = hidden(html, "version")
    answer = client.post(
        f"/tickets/{appeal.ticket.ref}/decide/",
        {"version": version, "outcome": "overturned", "reasons": "Yours.", "redress": "None is needed."},
        follow=True,
    )
    assert f"Appeal {appeal.ticket.ref} is decided." in answer.content.decode()
    html = page(client, appeal)
    for words in (
        "<strong>Overturned</strong>",
        "Decided by",
        "ruth",
        "None is needed.",
        "decided the appeal: Overturned",
    ):
        assert words in html
    assert 'id="dialog-decide"' not in html


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"outcome": "upheld", "reasons": ""}, "A decision gives its reasons."),
        ({"outcome": "", "reasons": "So."}, "This field is required."),
        ({"outcome": "maybe", "reasons": "So."}, "maybe is not one of the available choices."),
    ],
)
def test_a_decision_without_reasons_or_outcome_is_not_one(
    data: dict[str, str], words: str, cast: Cast, ruth: Person, signed_in: SignedIn
) -> None:
    appeal = submit(cast)
    answer = press(signed_in(ruth), appeal, "decide", **data)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert (
        '<dialog id="dialog-decide" class="move-dialog" aria-labelledby="dialog-decide-title" open>'
        in answer.content.decode()
    )
    assert Appeal.objects.get(pk=appeal.pk).outcome == ""


def test_a_stale_page_decides_nothing(cast: Cast, ruth: Person, signed_in: SignedIn) -> None:
    appeal = submit(cast)
    answer = signed_in(ruth).post(
        f"/tickets/{appeal.ticket.ref}/decide/", {"version": 1, "outcome": "upheld", "reasons": "So."}
    )
    assert answer.status_code == 409
    assert "So.</textarea>" in answer.content.decode()


def test_evidence_is_asked_for_and_shown(cast: Cast, ruth: Person, signed_in: SignedIn) -> None:
    appeal = submit(cast)
    client = signed_in(ruth)
    assert press(client, appeal, "request_evidence", question="Which file?").status_code == 302
    html = page(client, appeal)
    assert "Waits for evidence" in html
    assert "more was asked for" in html
    actions.add_evidence(appeal=appeal, by=None, body="raw.mov", at=now())
    (piece,) = appeal.ticket.messages.filter(kind="creator", body="raw.mov")
    html = page(client, appeal)
    assert "Waits for a decision" in html
    assert f'href="#message-{piece.pk}"' in html
    assert press(client, appeal, "request_evidence", question=" ").status_code == 400


def test_withdrawn_from_the_page(cast: Cast, ruth: Person, signed_in: SignedIn) -> None:
    appeal = submit(cast)
    assert press(signed_in(ruth), appeal, "withdraw", note="By phone.").status_code == 302
    assert "Withdrawn" in page(signed_in(ruth), appeal)
    assert press(signed_in(ruth), appeal, "withdraw").status_code == 409


def test_a_lead_takes_up_a_late_one(cast: Cast, ruth: Person, signed_in: SignedIn) -> None:
    appeal = submit(cast, days_ago=400)
    html = page(signed_in(ruth), appeal)
    assert "Refused: it came too late" in html
    assert 'id="dialog-admit_late"' not in html
    assert press(signed_in(ruth), appeal, "admit_late", reason="Ill.").status_code == 403
    lea = signed_in(cast.lea)
    assert 'id="dialog-admit_late"' in page(lea, appeal)
    assert press(lea, appeal, "admit_late", reason="Ill.").status_code == 302
    html = page(lea, appeal)
    assert "Waits for a decision" in html
    assert "Taken up by" in html


def test_a_vendor_reads_its_push_and_is_offered_nothing(cast: Cast, signed_in: SignedIn) -> None:
    key, _ = create_key(vendor=cast.acme, scopes=("tickets:write",), at=now())
    facts = {"made_by": "", "line": None}
    at = now()
    appeal = actions.submit_appeal(
        new=actions.NewAppeal(
            creator=CreatorFacts(external_id="77"),
            decision_type="strike",
            decision_at=at - DAY,
            ground="Spam",
            automated=True,
            statement="It was not me.",
            **facts,  # type: ignore[arg-type]
        ),
        source="vendor:acme",
        by=key,
        at=at,
    )
    html = page(signed_in(cast.dana), appeal)
    assert "Waits for a decision" in html
    assert 'id="dialog-' not in html
    assert press(signed_in(cast.dana), appeal, "withdraw").status_code == 403
    assert signed_in(cast.bob).get(f"/tickets/{appeal.ticket.ref}/").status_code == 404


def test_other_tickets_have_no_appeal(cast: Cast, ruth: Person, signed_in: SignedIn) -> None:
    appeal = submit(cast)
    Ticket.objects.filter(pk=appeal.ticket_id).update(channel="webform")
    assert 'id="side-appeal"' not in page(signed_in(ruth), appeal)
    assert press(signed_in(ruth), appeal, "decide", outcome="upheld", reasons="So.").status_code == 404


def test_the_list_is_narrowed_to_appeals(cast: Cast, ruth: Person, signed_in: SignedIn) -> None:
    appeal = submit(cast)
    client = signed_in(ruth)
    assert appeal.ticket.ref in client.get("/queue/?channel=appeal").content.decode()
    assert appeal.ticket.ref not in client.get("/queue/?channel=webform").content.decode()


def test_what_the_page_costs(
    cast: Cast, ruth: Person, signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    appeal = submit(cast)
    client = signed_in(ruth)
    page(client, appeal)
    with django_assert_num_queries(12):
        page(client, appeal)


def test_every_event_has_its_sentence() -> None:
    assert set(wording.EVENT) == set(EVENT_KINDS)
