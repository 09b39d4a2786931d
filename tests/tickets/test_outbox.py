"""The outbox: what goes out, in which order, how often, and what becomes of what cannot go out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from supportdesk.servers import addresses
from tests.cast import Cast
from tests.tickets.conftest import new_ticket
from tests.tickets.postbox import Postbox
from tickets import actions, live, mailer
from tickets.actions import outbox
from tickets.models import OutboxRow, Ticket

H = timedelta(hours=1)
S = timedelta(seconds=1)


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    with Postbox() as box:
        for name, value in addresses.mail_settings(box.url).items():
            setattr(settings, name, value)
        yield box


@pytest.fixture
def quiet_broker(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A broker that is gone."""
    settings.REDIS_URL = f"unix://{tmp_path}/gone.sock"
    live.connection.cache_clear()
    yield
    live.connection.cache_clear()


def test_reply_goes_to_the_creator(ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox) -> None:
    actions.reply(ticket=ticket, by=cast.dana, body="It is on its way.\nDana", at=monday + H)
    assert actions.send_mails(at=monday + H) == 1
    row = OutboxRow.objects.get()
    (mail,) = postbox.mails
    assert mail["To"] == "ana@creator.example"
    assert mail["Subject"] == f"[{ticket.ref}] Payout missing"
    assert mail["Message-ID"] == f"<{row.sign}@desk.example>"
    assert mail["X-Supportdesk-Outbox-Id"] == str(row.sign)
    assert mail["References"] == f"<{ticket.ref}@desk.example>"
    assert mail["Auto-Submitted"] is None
    assert mail.get_content().splitlines()[:2] == ["It is on its way.", "Dana"]
    assert ticket.ref in mail.get_content()
    assert (row.done_at, row.attempts, row.lease_until, row.remark) == (monday + H, 1, None, "")
    assert actions.send_mails(at=monday + 2 * H) == 0


def test_automatic_reply_says_so(ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox) -> None:
    actions.reply(ticket=ticket, by=None, body="We have your request.", automated=True, at=monday)
    actions.send_mails(at=monday)
    assert postbox.mails[0]["Auto-Submitted"] == "auto-generated"


def test_creator_without_an_address_gets_no_mail(
    ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox
) -> None:
    ticket.creator.email = ""
    ticket.creator.save()
    actions.reply(ticket=ticket, by=cast.dana, body="Hello", at=monday)
    assert actions.send_mails(at=monday) == 1
    row = OutboxRow.objects.get()
    assert row.done_at == monday
    assert row.remark == mailer.NO_ADDRESS
    assert postbox.mails == []


@pytest.mark.parametrize(
    "subject",
    [
        "Payout\r\nBcc: eve@evil.example",
        "Payout\nBcc: eve@evil.example",
        "Payout\u2028Bcc: eve@evil.example",
        "Payout\x0bBcc: eve@evil.example\x00",
    ],
)
def test_subject_cannot_add_a_header(
    ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox, subject: str
) -> None:
    Ticket.objects.update(subject=subject.replace("\x00", ""))
    actions.reply(ticket=ticket, by=cast.dana, body="Hello", at=monday)
    actions.send_mails(at=monday)
    (mail,) = postbox.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == f"[{ticket.ref}] Payout Bcc: eve@evil.example"


def test_stored_address_that_is_none_is_given_up(
    ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox
) -> None:
    ticket.creator.email = "ana@creator.example, eve@evil.example"
    ticket.creator.save()
    actions.reply(ticket=ticket, by=cast.dana, body="Hello", at=monday)
    actions.send_mails(at=monday)
    row = OutboxRow.objects.get()
    assert (row.failed_at, row.done_at) == (monday, None)
    assert "BadAddress" in row.last_error
    assert postbox.mails == []


def test_lane_keeps_its_order_and_holds_up_no_other(
    ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox
) -> None:
    other, _ = actions.open_ticket(
        new=new_ticket(cast, creator=actions.CreatorFacts(external_id="78", email="ben@creator.example")),
        source="staff",
        by=cast.lea,
        at=monday,
    )
    postbox.answers["ana@creator.example"] = "451 later"
    for body in ("one", "two"):
        actions.reply(ticket=ticket, by=cast.dana, body=body, at=monday)
    actions.reply(ticket=other, by=None, automated=True, body="three", at=monday)
    assert actions.send_mails(at=monday) == 2
    assert actions.send_mails(at=monday) == 0
    assert [mail.get_content()[:5] for mail in postbox.mails] == ["three"]
    first = OutboxRow.objects.earliest("pk")
    assert "451" in first.last_error
    assert first.not_before == monday + 5 * S
    postbox.answers.clear()
    assert actions.send_mails(at=monday + 4 * S) == 0
    assert actions.send_mails(at=monday + 5 * S) == 1
    assert actions.send_mails(at=monday + 5 * S) == 1
    assert [mail.get_content()[:3] for mail in postbox.mails[1:]] == ["one", "two"]


def test_waits_grow_until_it_is_given_up(
    ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox
) -> None:
    postbox.answers["ana@creator.example"] = "451 later"
    actions.reply(ticket=ticket, by=cast.dana, body="Hello", at=monday)
    at, waits = monday, []
    while (row := OutboxRow.objects.get()).failed_at is None:
        assert actions.send_mails(at=at) == 1
        waits.append((row := OutboxRow.objects.get()).not_before - at)
        at = row.not_before
    assert waits[:4] == [5 * S, 10 * S, 20 * S, 40 * S]
    assert waits == sorted(waits)
    assert max(waits) == 3 * H
    assert timedelta(days=3) <= row.failed_at - monday <= timedelta(days=3) + 3 * H
    assert row.attempts == len(waits)
    assert OutboxRow.objects.to_do().count() == 0


def test_refused_for_good_is_given_up_at_once(
    ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox
) -> None:
    postbox.answers["ana@creator.example"] = "550 nobody here"
    actions.reply(ticket=ticket, by=cast.dana, body="Hello", at=monday)
    actions.send_mails(at=monday)
    row = OutboxRow.objects.get()
    assert row.failed_at == monday
    assert "550" in row.last_error


def test_mail_server_down_puts_everything_off(
    ticket: Ticket, cast: Cast, monday: datetime, settings: Settings
) -> None:
    with Postbox() as box:
        url = box.url
    for name, value in addresses.mail_settings(url).items():
        setattr(settings, name, value)
    actions.reply(ticket=ticket, by=cast.dana, body="Hello", at=monday)
    assert actions.send_mails(at=monday) == 1
    row = OutboxRow.objects.get()
    assert (row.done_at, row.failed_at, row.lease_until) == (None, None, None)
    assert "ConnectionRefusedError" in row.last_error


def test_claimed_row_is_nobody_elses_until_its_lease_runs_out(
    ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox
) -> None:
    actions.reply(ticket=ticket, by=cast.dana, body="one", at=monday)
    actions.reply(ticket=ticket, by=cast.dana, body="two", at=monday)
    (held,) = outbox.claim(outbox.BY_MAIL, monday)  # and its worker dies
    lease = outbox.BY_MAIL.lease
    assert actions.send_mails(at=monday + lease - S) == 0
    assert actions.send_mails(at=monday + lease) == 1
    assert postbox.mails[0]["X-Supportdesk-Outbox-Id"] == str(held.sign)
    assert OutboxRow.objects.get(pk=held.pk).attempts == 2


def test_claim_takes_two_queries(
    ticket: Ticket,
    cast: Cast,
    monday: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    actions.reply(ticket=ticket, by=cast.dana, body="Hello", at=monday)
    with django_assert_num_queries(2 + 2):  # and the savepoint that stands for the transaction
        outbox.claim(outbox.BY_MAIL, monday)


def test_row_that_cannot_be_rendered_holds_up_nothing(
    ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox
) -> None:
    OutboxRow.objects.create(
        lane="broken", kind="reply_mail", ids={"message": 0}, created_at=monday, not_before=monday
    )
    actions.reply(ticket=ticket, by=cast.dana, body="Hello", at=monday)
    assert actions.send_mails(at=monday) == 2
    assert len(postbox.mails) == 1
    assert "DoesNotExist" in OutboxRow.objects.get(lane="broken").last_error


def test_mail_into_a_folder(
    ticket: Ticket, cast: Cast, monday: datetime, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = addresses.mail_settings(None)["EMAIL_BACKEND"]
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    actions.reply(ticket=ticket, by=cast.dana, body="Grüße — مرحبا", at=monday)
    actions.send_mails(at=monday)
    (file,) = (tmp_path / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert file.name == f"{OutboxRow.objects.get().sign}@desk.example.eml"
    assert "Grüße — مرحبا" in mail.get_content()


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://relay.example", 25, False, False),
        ("smtp://relay.example?tls=1", 587, True, False),
        ("smtps://relay.example", 465, False, True),
        ("smtp://relay.example:2525", 2525, False, False),
    ],
)
def test_mail_server_by_address(url: str, port: int, tls: bool, ssl: bool) -> None:
    found = addresses.mail_settings(url)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("relay.example", port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)


def test_mail_server_with_a_password() -> None:
    found = addresses.mail_settings("smtp://desk:p%40ss@relay.example")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("desk", "p@ss")
    with pytest.raises(ValueError, match="smtp://"):
        addresses.mail_settings("http://relay.example")


def test_page_alert_waits_for_the_broker(
    ticket: Ticket, cast: Cast, monday: datetime, quiet_broker: None
) -> None:
    actions.raise_alerts(at=monday + 9 * H)
    assert actions.show_alerts(at=monday + 9 * H) == 1
    row = OutboxRow.objects.get(kind="page_alert", done_at=None)
    assert row.not_before == monday + 9 * H + S
    assert "ConnectionError" in row.last_error


def test_sent_rows_are_forgotten_after_a_month(
    ticket: Ticket, cast: Cast, monday: datetime, postbox: Postbox
) -> None:
    actions.reply(ticket=ticket, by=cast.dana, body="one", at=monday)
    actions.send_mails(at=monday)
    actions.reply(ticket=ticket, by=cast.dana, body="two", at=monday)
    assert actions.forget_sent(at=monday + timedelta(days=30)) == 0
    assert actions.forget_sent(at=monday + timedelta(days=30, seconds=1)) == 1
    assert OutboxRow.objects.get().done_at is None
