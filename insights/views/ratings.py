"""`/t/<token>/rate/`: a creator, who is signed in to nothing, answers one invitation."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from insights import actions
from insights.forms import RatingForm
from insights.ratings.models import Invitation
from insights.ratings.queries import invitation_for, why_closed
from supportdesk.clock import now
from supportdesk.errors import BadInput, NotAllowed


@never_cache
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """The question, its answer, or why it is no longer asked; in the language of the ticket."""
    at = now()
    invitation = invitation_for(token)
    if invitation is None:
        raise Http404
    with override(invitation.ticket.locale or settings.LANGUAGE_CODE):
        closed = why_closed(invitation, at)
        if closed:
            return page(request, invitation, status=410, closed=closed)
        if request.method == "POST":
            return answer(request, invitation, token, at)
        return page(request, invitation, form=RatingForm())


def answer(request: HttpRequest, invitation: Invitation, token: str, at: datetime) -> HttpResponse:
    form = RatingForm(request.POST)
    if not form.is_valid():
        return page(request, invitation, status=422, form=form)
    try:
        actions.record_rating(
            token=token, score=form.cleaned_data["score"], word=form.cleaned_data["word"], at=at
        )
    except BadInput as wrong:
        form.add_error(wrong.pointer.strip("/"), wrong.detail)
        return page(request, invitation, status=422, form=form)
    except NotAllowed as refused:
        return page(request, invitation, status=410, closed=str(refused))
    return page(request, invitation, form=form, thanks=True)


def page(
    request: HttpRequest, invitation: Invitation, *, status: int = 200, **context: object
) -> HttpResponse:
    return render(request, "insights/rate.html", {"ticket": invitation.ticket, **context}, status=status)
