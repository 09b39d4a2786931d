"""Creators are asked once how the help was, and what they answer counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from insights import actions
from insights.models import Invitation, Rating
from insights.ratings.links import code_in, token_for
from supportdesk.errors import BadInput, NotAllowed
from tests.cast import Cast
from tickets import actions as tickets
from tickets.actions import send_mails
from tickets.models import OutboxRow, Ticket

MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
Resolved = Callable[..., Ticket]


@pytest.fixture
def resolved(cast: Cast) -> Resolved:
    """A ticket of a creator with an address, resolved an hour after it came."""

    def make(creator: str = "77", at: datetime = MONDAY, origin: str = "", **facts: str) -> Ticket:
        ticket, _ = tickets.open_ticket(
            new=tickets.NewTicket(
                channel="webform",
                line=cast.creator_rewards,
                queue=cast.rewards_t1_acme,
                subject="Payout missing",
                body="My payout is missing.",
                creator=tickets.CreatorFacts(external_id=creator, email=facts.get("email", "ana@creator.example")),
                locale=facts.get("locale", "en"),
            ),
            source=facts.get("source", "webform"),
            by=None,
            at=at,
            origin=origin,
        )  # fmt: skip
        return tickets.resolve(ticket=ticket, by=cast.dana, resolution="solved", at=at + HOUR, origin=origin)

    return make


def invite(at: datetime) -> Invitation:
    assert actions.invite_ratings(at=at) == 1
    return Invitation.objects.latest("pk")


def test_a_day_after_resolution_the_creator_is_asked_once(resolved: Resolved) -> None:
    ticket = resolved()
    assert actions.invite_ratings(at=MONDAY + 24 * HOUR) == 0
    invitation = invite(MONDAY + 25 * HOUR)
    assert (invitation.ticket, invitation.resolved_at) == (ticket, ticket.resolved_at)
    row = OutboxRow.objects.get(kind="rating_mail")
    assert (row.ids, invitation.mail) == ({"invitation": invitation.pk}, row)
    assert actions.invite_ratings(at=MONDAY + 26 * HOUR) == 0


def test_whom_nobody_asks(resolved: Resolved, cast: Cast) -> None:
    resolved("replayed", origin="old.ndjson")
    resolved("unreachable", email="")
    resolved("long-ago", at=MONDAY - 8 * DAY)
    reopened, spam = resolved("reopened"), resolved("spam")
    tickets.reopen(ticket=reopened, by=cast.dana, at=MONDAY + 2 * HOUR)
    tickets.mark_spam(ticket=spam, by=cast.dana, at=MONDAY + 2 * HOUR)
    assert actions.invite_ratings(at=MONDAY + 26 * HOUR) == 0
    assert actions.invite_ratings(at=MONDAY + 26 * HOUR, silent=True) == 2
    asked = Invitation.objects.values_list("ticket__creator__external_id", "delivered_at", "mail")
    assert sorted(asked) == [
        ("replayed", MONDAY + 26 * HOUR, None),
        ("unreachable", MONDAY + 26 * HOUR, None),
    ]
    assert not OutboxRow.objects.exists()


def test_one_creator_is_asked_once_in_thirty_days_whoever_pushed_the_ticket(resolved: Resolved) -> None:
    resolved()
    resolved(source="in_app")
    invite(MONDAY + 25 * HOUR)
    resolved(at=MONDAY + 29 * DAY)
    assert actions.invite_ratings(at=MONDAY + 31 * DAY) == 0
    assert actions.invite_ratings(at=MONDAY + 31 * DAY + 2 * HOUR) == 1


def test_the_latest_answer_counts(resolved: Resolved) -> None:
    resolved()
    invitation = invite(MONDAY + 25 * HOUR)
    token = token_for(invitation.code)
    actions.record_rating(token=token, score=2, word=" slow ", at=MONDAY + 30 * HOUR)
    actions.record_rating(token=token, score=4, at=MONDAY + 31 * HOUR)
    assert list(Rating.objects.values_list("seq", "score", "word")) == [(1, 2, "slow"), (2, 4, "")]


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_from_one_to_five(resolved: Resolved, score: int) -> None:
    resolved()
    token = token_for(invite(MONDAY + 25 * HOUR).code)
    with pytest.raises(BadInput) as refused:
        actions.record_rating(token=token, score=score, at=MONDAY + 30 * HOUR)
    assert refused.value.pointer == "/score"


@pytest.mark.parametrize("word", ["x" * 501, "a\x00b", "\ud800", "\u202e"])
def test_a_word_is_a_short_text(resolved: Resolved, word: str) -> None:
    resolved()
    token = token_for(invite(MONDAY + 25 * HOUR).code)
    with pytest.raises(BadInput) as refused:
        actions.record_rating(token=token, score=5, word=word, at=MONDAY + 30 * HOUR)
    assert refused.value.pointer == "/word"
    assert not Rating.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "00000000000000000000000000000000.abc", "\x00", "é" * 50])
def test_a_forged_token_names_nothing(db: None, token: str) -> None:
    assert code_in(token) is None
    with pytest.raises(Invitation.DoesNotExist):
        actions.record_rating(token=token, score=5, at=MONDAY)


def test_reopening_before_an_answer_takes_the_invitation_back(resolved: Resolved, cast: Cast) -> None:
    ticket = resolved()
    invitation = invite(MONDAY + 25 * HOUR)
    tickets.reopen(ticket=ticket, by=cast.dana, at=MONDAY + 26 * HOUR)
    with pytest.raises(NotAllowed, match="taken up again"):
        actions.record_rating(token=token_for(invitation.code), score=5, at=MONDAY + 27 * HOUR)
    assert actions.void_overtaken() == 1
    assert actions.void_overtaken() == 0
    invitation.refresh_from_db()
    assert invitation.voided_at == MONDAY + 26 * HOUR
    tickets.resolve(ticket=ticket, by=cast.dana, resolution="solved", at=MONDAY + 28 * HOUR)
    with pytest.raises(NotAllowed):
        actions.record_rating(token=token_for(invitation.code), score=5, at=MONDAY + 29 * HOUR)


def test_reopening_after_an_answer_leaves_it(resolved: Resolved, cast: Cast) -> None:
    ticket = resolved()
    invitation = invite(MONDAY + 25 * HOUR)
    actions.record_rating(token=token_for(invitation.code), score=1, at=MONDAY + 26 * HOUR)
    tickets.reopen(ticket=ticket, by=cast.dana, at=MONDAY + 27 * HOUR)
    assert actions.void_overtaken() == 0
    assert Rating.objects.get().score == 1


def test_an_invitation_closes_after_a_fortnight(resolved: Resolved) -> None:
    resolved()
    invitation = invite(MONDAY + 25 * HOUR)
    with pytest.raises(NotAllowed, match="over"):
        actions.record_rating(token=token_for(invitation.code), score=5, at=MONDAY + 25 * HOUR + 14 * DAY)


def test_the_mail_goes_out_in_the_creators_language_and_its_fate_is_kept(
    resolved: Resolved, mailoutbox: list[object], settings: object
) -> None:
    resolved()
    invitation = invite(MONDAY + 25 * HOUR)
    assert actions.note_deliveries() == 0
    send_mails(at=MONDAY + 26 * HOUR)
    (mail,) = mailoutbox
    assert mail.to == ["ana@creator.example"]  # type: ignore[attr-defined]
    assert reverse("rate", kwargs={"token": token_for(invitation.code)}) in mail.body  # type: ignore[attr-defined]
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"  # type: ignore[attr-defined]
    assert actions.note_deliveries() == 1
    invitation.refresh_from_db()
    assert (invitation.delivered_at, invitation.failed_at) == (MONDAY + 26 * HOUR, None)


def test_a_mail_overtaken_by_a_reopening_is_not_sent(
    resolved: Resolved, cast: Cast, mailoutbox: list[object]
) -> None:
    ticket = resolved()
    invitation = invite(MONDAY + 25 * HOUR)
    tickets.reopen(ticket=ticket, by=cast.dana, at=MONDAY + 26 * HOUR)
    send_mails(at=MONDAY + 26 * HOUR)
    assert mailoutbox == []
    assert actions.note_deliveries() == 1
    invitation.refresh_from_db()
    assert (invitation.delivered_at, invitation.failed_at) == (None, MONDAY + 26 * HOUR)


@pytest.fixture
def address(resolved: Resolved, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where a creator rates, an hour after the invitation."""
    resolved()
    invitation = invite(MONDAY + 25 * HOUR)
    monkeypatch.setattr("insights.views.ratings.now", lambda: MONDAY + 26 * HOUR)
    return reverse("rate", kwargs={"token": token_for(invitation.code)})


def test_page_asks_and_thanks(address: str, client: Client) -> None:
    asked = client.get(address)
    assert asked.status_code == 200
    assert b'type="radio"' in asked.content
    assert b"ana@creator.example" not in asked.content
    answered = client.post(address, {"score": "4", "word": "Quick."})
    assert (answered.status_code, b"Thank you" in answered.content) == (200, True)
    assert Rating.objects.values_list("score", "word").get() == (4, "Quick.")


@pytest.mark.parametrize("data", [{}, {"score": "6"}, {"score": "x"}, {"score": "5", "word": "x" * 501}])
def test_page_says_what_is_wrong(address: str, client: Client, data: dict[str, str]) -> None:
    assert client.post(address, data).status_code == 422
    assert not Rating.objects.exists()


def test_page_of_a_closed_invitation_says_why(
    address: str, client: Client, cast: Cast, django_assert_num_queries: Callable[[int], object]
) -> None:
    tickets.reopen(ticket=Ticket.objects.get(), by=cast.dana, at=MONDAY + 26 * HOUR)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        closed = client.get(address)
    assert (closed.status_code, b"taken up again" in closed.content) == (410, True)
    assert client.post(address, {"score": "5"}).status_code == 410
    assert not Rating.objects.exists()


def test_page_of_no_invitation_is_not_found(client: Client, db: None) -> None:
    assert client.get("/t/forged/rate/").status_code == 404
