"""`/internal/`: staff file a request on a creator's behalf."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from supportdesk import clock
from supportdesk.errors import BadInput
from teams.models import Person
from teams.navigation import FILING_ROLES
from teams.views.access import only_for
from tickets import actions
from tickets.actions.answers import KeyReused, StillRunning, fingerprint, keep_answer, recall_answer
from tickets.forms import InternalRequestForm, at_field
from tickets.models import Ticket

FIELDS = {"lob": "line", "external_id": "external_id", "queue": "line"}
"""Where the form has what an action calls otherwise."""


@only_for(*FILING_ROLES)
def internal_form(request: HttpRequest, person: Person) -> HttpResponse:
    if request.method != "POST":
        form = InternalRequestForm(person=person, initial={"token": secrets.token_urlsafe(16)})
        return render(request, "tickets/internal.html", {"form": form})
    form = InternalRequestForm(request.POST, person=person)
    if form.is_valid():
        try:
            ref = file_once(form, person)
        except BadInput as error:
            name = error.pointer.rsplit("/", 1)[-1]
            at_field(form, f"/{FIELDS.get(name, name)}", error.detail)
        else:
            messages.success(request, _("Filed as %(ref)s.") % {"ref": ref})
            in_sight = Ticket.objects.visible_to(person).filter(ref=ref).exists()
            return redirect("ticket", ref) if in_sight else redirect("internal_form")
    return render(request, "tickets/internal.html", {"form": form}, status=400)


def file_once(form: InternalRequestForm, person: Person) -> str:
    """The reference of the ticket that this form files, however often it is sent."""
    at = clock.now()
    given = form.cleaned_data
    kept_under = {
        "holder": f"page:{person.username}",
        "key": given["token"],
        "fingerprint": fingerprint("internal", given),
        "at": at,
    }
    with transaction.atomic():
        try:
            stored = recall_answer(**kept_under) if given["token"] else None
        except KeyReused:
            form.data = {**dict(form.data.items()), "token": secrets.token_urlsafe(16)}
            said = _(
                "This form was filed before, with other words. These have not been filed: send once more."
            )
            raise BadInput("", said, "changed") from None
        except StillRunning:
            raise BadInput("", _("This form is being filed already; look into the queue."), "twice") from None
        if stored is not None:
            return str(stored.headers["Ticket"])
        ticket, _new = actions.open_ticket(
            new=actions.NewTicket(
                channel="internal_form",
                line=given["line"],
                subject=given["subject"],
                body=given["body"],
                creator=actions.CreatorFacts(
                    external_id=given["external_id"], handle=given["handle"], locale=given["locale"]
                ),
                priority=given["priority"],
                locale=given["locale"],
                requester=person,
                sponsor=given["sponsor"],
                justification=given["justification"],
            ),
            source=person.source,
            by=person,
            at=at,
        )
        if given["token"]:
            keep_answer(**kept_under, status=201, headers={"Ticket": ticket.ref}, body=b"")
    return ticket.ref
