"""The board and the internal form, without a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from slas.models import Alert
from supportdesk.clock import now
from tests.cast import Cast
from tests.pages.test_pages import SignedIn, hidden, refs
from tests.work import Work
from tickets import actions
from tickets.models import Ticket

FORM = {
    "line": "creator-rewards",
    "external_id": "4711",
    "handle": "@lou",
    "locale": "pt-br",
    "subject": "Bonus promised at the event",
    "body": "Lou was promised a bonus on stage.",
    "priority": "high",
    "justification": "Press is waiting.",
    "sponsor": "Comms",
}


@pytest.fixture
def board(work: Work, cast: Cast, signed_in: SignedIn) -> Client:
    actions.raise_alerts(at=now())
    return signed_in(cast.lea)


def test_every_number_opens_the_tickets_that_it_counts(board: Client) -> None:
    html = board.get("/board/").content.decode()
    numbers = re.findall(r'href="(/queue/\?[^"]+)">(\d+)</a>', html)
    assert len(numbers) == 15
    for url, number in numbers:
        assert len(refs(board.get(url.replace("&amp;", "&")).content.decode())) == int(number), url


def test_acknowledging_takes_a_word_and_counts_once(board: Client, cast: Cast) -> None:
    alert = Alert.objects.unacknowledged().filter(timer__ended_at=None).order_by("-raised_at").first()
    assert alert is not None
    url = f"/alerts/{alert.pk}/acknowledge/"
    assert board.post(url, {"word": " "}).status_code == 400
    assert board.post(url, {"word": "On it"}).headers["Location"] == "/board/"
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.word) == (cast.lea, "On it")
    again = board.post(url, {"word": "Me too"})
    assert again.status_code == 400
    assert "acknowledge" in again.content.decode()


def test_another_vendors_alert_does_not_exist(board: Client, cast: Cast, signed_in: SignedIn) -> None:
    alert = Alert.objects.unacknowledged().first()
    assert alert is not None
    answer = signed_in(cast.bob).post(f"/alerts/{alert.pk}/acknowledge/", {"word": "Hello"})
    assert answer.status_code == 404
    assert Alert.objects.get(pk=alert.pk).acknowledged_at is None


def test_vendor_manager_sees_the_vendors_queues_only(board: Client, cast: Cast, signed_in: SignedIn) -> None:
    html = signed_in(cast.vera).get("/board/").content.decode()
    assert "creator-rewards-t1-acme" in html
    assert "bolt" not in html
    assert "creator-rewards-t2" not in html


def test_board_without_data_is_grey_not_nought(cast: Cast, signed_in: SignedIn) -> None:
    assert "nobody waits" in signed_in(cast.lea).get("/board/").content.decode()


@pytest.mark.parametrize("who", ["dana", "lea", "sam"])
def test_internal_request_is_filed_once(work: Work, cast: Cast, signed_in: SignedIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    token = hidden(client.get("/internal/").content.decode(), "token")
    for _ in range(2):
        assert client.post("/internal/", {**FORM, "token": token}).status_code == 302
    filed = Ticket.objects.get(channel="internal_form")
    assert filed.requester == getattr(cast, who)
    assert (filed.sponsor, filed.justification, filed.locale) == ("Comms", "Press is waiting.", "pt-BR")
    assert filed.created_at > now() - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"justification": ""}, "cannot wait"),
        ({"external_id": ""}, "required"),
        ({"subject": "x" * 201}, "at most 200"),
        ({"subject": "a\u202eb"}, "override"),
        ({"subject": "a\x00b"}, "ull characters"),
        ({"body": "y" * 20_001}, "at most 20000"),
        ({"body": "  "}, "required"),
        ({"line": "minor-protection"}, "valid choice"),
        ({"locale": "klingonish"}, "no language tag"),
        ({"priority": "asap"}, "valid choice"),
    ],
)
def test_bad_request_is_said_at_the_field(
    work: Work, cast: Cast, signed_in: SignedIn, changed: dict[str, str], said: str
) -> None:
    answer = signed_in(cast.dana).post("/internal/", {**FORM, **changed})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Ticket.objects.filter(channel="internal_form").exists()
