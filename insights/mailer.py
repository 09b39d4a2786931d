"""Turns an outbox row of insights into a mail: an invitation to rate, a weekly report."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from insights.models import Invitation, Report
from insights.querysets import lines_reported_to
from insights.ratings.links import address_of
from insights.wording import headline, sentence
from teams.models import Person
from tickets.mailer import NO_ADDRESS, compose, in_zone
from tickets.models import OutboxRow

TAKEN_UP: Final = "The ticket was taken up again before this went out."
NOT_THEIRS: Final = "The report is not this person's to read."


def rating_mail(row: OutboxRow) -> EmailMessage | str:
    """The question how the help was, to the creator, in the language of the ticket."""
    invitation = Invitation.objects.select_related("ticket__creator").get(pk=row.ids["invitation"])
    ticket = invitation.ticket
    if not ticket.creator.email:
        return NO_ADDRESS
    if invitation.voided_at is not None or Invitation.objects.overtaken().filter(pk=invitation.pk).exists():
        return TAKEN_UP
    with override(ticket.locale or settings.LANGUAGE_CODE):
        subject = _("How was our help with “%(subject)s”?") % {"subject": ticket.subject}
        body = _(
            "Your request %(reference)s was resolved. How was our help? It takes ten seconds, and we read "
            "every answer:\n\n%(address)s\n"
        ) % {"reference": ticket.ref, "address": address_of(invitation.code)}
    return compose(row, to=ticket.creator.email, subject=subject, body=body, ticket=ticket, automatic=True)


def report_mail(row: OutboxRow) -> EmailMessage | str:
    """A weekly report's headlines and what moved, to one of its readers who may still read it."""
    report = Report.objects.select_related("line").get(pk=row.ids["report"])
    person = Person.objects.active().filter(pk=row.ids["person"], vendor=None).first()
    if person is None or not lines_reported_to(person).filter(pk=report.line_id).exists():
        return NOT_THEIRS
    line = report.line
    page = reverse("weekly_report", kwargs={"line": line.slug, "week": report.week})
    told = [sentence(move) for move in report.body["moved"]]
    lines = [
        _("%(line)s, week %(week)s, as of %(horizon)s")
        % {"line": line.name, "week": report.week, "horizon": in_zone(report.horizon, person)},
        "",
        *headline(report.body),
        "",
        _("What moved against the week before, where it is more than noise:"),
        *([f"- {each}" for each in told] or [_("Nothing.")]),
        "",
        settings.DESK_URL + page,
    ]
    return compose(
        row,
        to=person.email,
        subject=_("%(line)s: week %(week)s") % {"line": line.name, "week": report.week},
        body="\n".join(lines) + "\n",
        automatic=True,
    )
