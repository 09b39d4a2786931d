"""Turns one row of the outbox into one mail. What is known by now decides, not what was when it was posted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from teams.models import Person
from tickets.masking import mask_text
from tickets.models import Message, OutboxRow, Ticket
from tickets.queries.alerts import visible_alert

METRIC_NAMES: Final = {
    "first_reply": gettext_lazy("First reply"),
    "next_reply": gettext_lazy("Next reply"),
    "update": gettext_lazy("Update"),
    "requester_wait": gettext_lazy("Requester wait"),
    "agent_work": gettext_lazy("Agent work"),
    "resolution": gettext_lazy("Resolution"),
    "tier_ownership": gettext_lazy("Tier ownership"),
}
NO_ADDRESS: Final = "No e-mail address is known: it reaches the creator through the platform's webhook."
OUT_OF_SIGHT: Final = "The ticket is out of this person's sight by now."
SEEN_TO: Final = "Somebody has acknowledged it by now."


class BadAddress(Exception):
    """What is stored as an e-mail address is none."""


def letter(row: OutboxRow, *, at: datetime) -> EmailMessage | str:
    """The mail of a row, or why there is none to send; `settings.LETTERS` names who writes which kind.

    Raises `BadAddress`.
    """
    write: Callable[[OutboxRow], EmailMessage | str] = import_string(settings.LETTERS[row.kind])
    return write(row)


def reply_mail(row: OutboxRow) -> EmailMessage | str:
    """A public reply, to the creator: the words as they were written, in the thread of the ticket."""
    message = Message.objects.select_related("ticket__creator").get(pk=row.ids["message"])
    ticket = message.ticket
    if not ticket.creator.email:
        return NO_ADDRESS
    with override(ticket.locale or settings.LANGUAGE_CODE):
        foot = _("Your reference: %(reference)s") % {"reference": ticket.ref}
    return compose(
        row,
        to=ticket.creator.email,
        subject=f"[{ticket.ref}] {ticket.subject}",
        body=f"{message.body}\n\n-- \n{foot}\n",
        ticket=ticket,
        automatic=message.automated,
    )


def alert_mail(row: OutboxRow) -> EmailMessage | str:
    """A warning or breach, to one specialist or lead who may see the ticket; texts masked."""
    person = Person.objects.active().filter(pk=row.ids["person"]).first()
    alert = visible_alert(row.ids["alert"], person) if person is not None else None
    if person is None or alert is None:
        return OUT_OF_SIGHT
    if alert.acknowledged_at is not None:
        return SEEN_TO
    ticket = alert.timer.clock.ticket
    metric = METRIC_NAMES[alert.timer.metric]
    if alert.is_breach:
        headline = _("%(metric)s breached") % {"metric": metric}
    else:
        headline = _("%(metric)s at %(level)s %% of its target") % {"metric": metric, "level": alert.level}
    lines = [
        f"{ticket.ref}: {mask_text(ticket.subject)}",
        "",
        f"{headline}: {in_zone(alert.instant, person)}",
        *([_("Due: %(due)s") % {"due": in_zone(alert.timer.due_at, person)}] if alert.timer.due_at else []),
        _("Queue: %(queue)s") % {"queue": ticket.queue.slug},
        _("Held by: %(holder)s") % {"holder": ticket.holder_label or _("nobody")},
        "",
        f"{settings.DESK_URL}/tickets/{ticket.ref}/",
    ]
    return compose(
        row,
        to=person.email,
        subject=f"[{ticket.ref}] {headline}",
        body="\n".join(lines) + "\n",
        ticket=ticket,
        automatic=True,
    )


def compose(
    row: OutboxRow, *, to: str, subject: str, body: str, ticket: Ticket | None = None, automatic: bool
) -> EmailMessage:
    """A mail under the row's sign, threaded with the other mails about its ticket (RFC 5322, 3.6.4).

    What no person wrote says so (RFC 3834), so that nobody's out-of-office answers it.
    """
    try:
        validate_email(to)
    except ValidationError:
        raise BadAddress("The stored e-mail address is not one.") from None
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {"Message-ID": f"<{row.sign}@{host}>", "X-Supportdesk-Outbox-Id": str(row.sign)}
    if ticket is not None:
        headers["In-Reply-To"] = headers["References"] = f"<{ticket.ref}@{host}>"
    if automatic:
        headers["Auto-Submitted"] = "auto-generated"
    return EmailMessage(subject=one_line(subject), body=body, to=[to], headers=headers)


def one_line(text: str) -> str:
    """A text fit for a header: line breaks and other controls become spaces."""
    return " ".join(
        "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text).split()
    )


def in_zone(instant: datetime, person: Person) -> str:
    """An instant as the reader's own wall clock shows it, with the zone."""
    local = instant.astimezone(ZoneInfo(person.timezone))
    return f"{date_format(local, 'Y-m-d H:i:s')} {local:%Z}"
