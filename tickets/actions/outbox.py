"""The outbox carried out: rows are claimed, rendered, sent and marked; each at least once, lanes in order.

A worker that dies between sending and marking leaves a lease behind; when it runs out the row is sent
again, under the same sign. Only the first row to do of a lane is ever claimed, so nothing overtakes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Final

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F

from tickets import mailer
from tickets.live import deliver
from tickets.models.outbox import MAILS, PAGES, OutboxRow
from tickets.queries.alerts import page_facts

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Terms:
    """How one sort of row is carried: how many at once, and how often and long it is tried again."""

    kinds: tuple[str, ...]
    batch: int
    lease: timedelta
    first_wait: timedelta
    longest_wait: timedelta
    give_up_after: timedelta

    def wait(self, attempts: int) -> timedelta:
        """After so many attempts: doubling, up to the longest."""
        return min(self.first_wait * (1 << min(attempts - 1, 20)), self.longest_wait)


BY_MAIL: Final = Terms(
    kinds=MAILS,
    batch=10,
    lease=timedelta(minutes=3),
    first_wait=timedelta(seconds=5),
    longest_wait=timedelta(hours=3),
    give_up_after=timedelta(days=3),
)
"""A batch of ten, each with a time limit of ten seconds (`EMAIL_TIMEOUT`), ends well within its lease."""

IN_PAGE: Final = Terms(
    kinds=PAGES,
    batch=200,
    lease=timedelta(seconds=15),
    first_wait=timedelta(seconds=1),
    longest_wait=timedelta(minutes=1),
    give_up_after=timedelta(days=1),
)
KEPT: Final = timedelta(days=30)
"""How long a row that is done can still be looked up."""


def send_mails(*, at: datetime) -> int:
    """Send one batch of mails, each marked as soon as it is out; how many rows were claimed.

    One sender at a time, so that a slow mail server never takes the workers that watch the clocks; where
    somebody is at it nothing is claimed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('outbox:mails', 0))")
        if not cursor.fetchone()[0]:
            return 0
        try:
            rows = claim(BY_MAIL, at)
            carry_mails(rows, at)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('outbox:mails', 0))")
    return len(rows)


def carry_mails(rows: Sequence[OutboxRow], at: datetime) -> None:
    """Send these over one connection; where none can be had, all of them wait for their next attempt."""
    if not rows:
        return
    server = get_connection()
    try:
        server.open()
    except OSError as error:
        for row in rows:
            put_off(row, BY_MAIL, error, at)
        return
    try:
        for row in rows:
            attempt(row, BY_MAIL, lambda row: send_mail(row, server, at), at)
    finally:
        server.close()


def send_mail(row: OutboxRow, server: BaseEmailBackend, at: datetime) -> str:
    """Render and send one mail; a remark where there was nobody to send it to."""
    letter = mailer.letter(row, at=at)
    if isinstance(letter, str):
        return letter
    letter.connection = server
    letter.send()
    return ""


def show_alerts(*, at: datetime) -> int:
    """Publish one batch of page alerts in one round trip; how many rows were claimed.

    They are marked together: after a crash a page may be told twice, and knows it by the sign.
    """
    rows = claim(IN_PAGE, at)
    if not rows:
        return 0
    try:
        deliver(page_facts(rows, at=at))
    except Exception as error:  # whatever it is, no row may hold up the others
        for row in rows:
            put_off(row, IN_PAGE, error, at)
    else:
        done(rows, at)
    return len(rows)


def claim(terms: Terms, at: datetime) -> list[OutboxRow]:
    """Lease the oldest rows that may go out now; no two workers get the same. Two queries."""
    with transaction.atomic():
        rows = list(
            OutboxRow.objects.heads()
            .ready(at)
            .filter(kind__in=terms.kinds)
            .order_by("not_before", "pk")
            .select_for_update(of=("self",), skip_locked=True)[: terms.batch]
        )
        if rows:
            leased = OutboxRow.objects.filter(pk__in=[row.pk for row in rows])
            leased.update(lease_until=at + terms.lease, attempts=F("attempts") + 1)
    for row in rows:
        row.attempts += 1
    return rows


def attempt(row: OutboxRow, terms: Terms, send: Callable[[OutboxRow], str], at: datetime) -> None:
    """Send one row and mark it, whatever comes of it: one that cannot be sent holds up no other lane."""
    try:
        remark = send(row)
    except Exception as error:
        put_off(row, terms, error, at)
    else:
        done([row], at, remark)


def done(rows: Sequence[OutboxRow], at: datetime, remark: str = "") -> None:
    OutboxRow.objects.to_do().filter(pk__in=[row.pk for row in rows]).update(
        done_at=at, lease_until=None, remark=remark, last_error=""
    )


def put_off(row: OutboxRow, terms: Terms, error: Exception, at: datetime) -> None:
    """Try again later, ever more rarely; given up when it is refused for good or has been tried for long."""
    said = " ".join(f"{type(error).__name__}: {error}".split())[:500]
    hopeless = refused_for_good(error) or at - row.created_at >= terms.give_up_after
    logger.warning("outbox_row_not_sent", row=row.pk, kind=row.kind, error=said, given_up=hopeless)
    OutboxRow.objects.to_do().filter(pk=row.pk).update(
        lease_until=None,
        last_error=said,
        not_before=at + terms.wait(row.attempts),
        failed_at=at if hopeless else None,
    )


def refused_for_good(error: Exception) -> bool:
    """Whether the mail server said that trying again is of no use: a code of 500 or more (RFC 5321, 4.2.1)."""
    match error:
        case SMTPRecipientsRefused():
            return all(code >= 500 for code, _ in error.recipients.values())
        case SMTPDataError() | SMTPSenderRefused():
            return error.smtp_code >= 500
    return isinstance(error, mailer.BadAddress)


def forget_sent(*, at: datetime) -> int:
    """Delete rows that were done thirty days ago; how many."""
    return OutboxRow.objects.filter(done_at__lt=at - KEPT).delete()[0]
