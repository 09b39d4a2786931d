"""`/board/`: how the queues stand, live; every number opens the tickets that it counts."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from supportdesk import clock
from supportdesk.errors import BadInput, Conflict, NotAllowed
from supportdesk.htmx import by_script, is_for, tell, varies
from teams.models import Person
from teams.navigation import WORKING_ROLES
from teams.views.access import only_for
from tickets import actions
from tickets.forms import AcknowledgeForm, at_field
from tickets.models import Ticket
from tickets.queries.board import board as board_of


@only_for("lead", "vendor_manager")
def board(request: HttpRequest, person: Person) -> HttpResponse:
    return show(request, person)


def show(
    request: HttpRequest,
    person: Person,
    *,
    status: int = 200,
    refused: dict[int, AcknowledgeForm] | None = None,
) -> HttpResponse:
    """The board, or only its numbers and alerts where a script asks for them."""
    at = clock.now()
    found = board_of(person, at=at)
    refused = refused or {}
    alerts = [
        (alert, refused.get(alert.alert_id) or AcknowledgeForm(auto_id=f"alert-{alert.alert_id}-%s"))
        for alert in found.alerts
    ]
    figures = [line.figures for line in found.lines]
    context = {
        "board": found,
        "alerts": alerts,
        "at": at,
        "totals": {
            "depth": sum(one.depth for one in figures),
            "open": sum(one.open for one in figures),
            "at_risk": sum(one.at_risk for one in figures),
            "breached": sum(one.breached for one in figures),
            "waiting_since": min((one.waiting_since for one in figures if one.waiting_since), default=None),
        },
    }
    template = "tickets/board_live.html" if is_for(request, "board") else "tickets/board.html"
    return varies(render(request, template, context, status=status))


@only_for(*WORKING_ROLES)
@require_POST
def acknowledge(request: HttpRequest, person: Person, alert_id: int) -> HttpResponse:
    """Somebody saw an alert and says in a word what they do about it."""
    form = AcknowledgeForm(request.POST, auto_id=f"alert-{alert_id}-%s")
    if form.is_valid():
        try:
            actions.acknowledge(alert_id=alert_id, by=person, word=form.cleaned_data["word"], at=clock.now())
        except Ticket.DoesNotExist:
            raise Http404 from None
        except BadInput as error:
            at_field(form, error.pointer, error.detail)
        except (Conflict, NotAllowed) as error:
            form.add_error(None, str(error))
        else:
            said = _("Acknowledged.")
            if by_script(request):
                return tell(show(request, person), desk_said={"words": said})
            messages.success(request, said)
            return redirect("board")
    return show(request, person, status=400, refused={alert_id: form})
