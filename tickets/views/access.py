"""Who may open a page, and how a page that was asked for by a script says no."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from teams.models import Person
from tickets.models import Ticket
from tickets.references import is_reference

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, Person, Rest], HttpResponseBase]


def page_for(
    *roles: str,
) -> Callable[[Page[Rest]], Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]]:
    """A view for the people of these roles; it is given the person.

    Nobody signed in: the sign-in page, or 401 for a script, which says so without losing what was typed.
    Another role: 403.
    """

    def decorate(view: Page[Rest]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def answer(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            person = request.user
            if not isinstance(person, Person):
                if request.headers.get("HX-Request") == "true":
                    return HttpResponse(status=401)
                return redirect_to_login(request.get_full_path())
            if person.role not in roles:
                raise PermissionDenied
            return view(request, person, *args, **kwargs)

        return answer

    return decorate


def ticket_or_404(ref: str, person: Person) -> Ticket:
    """The ticket of an address, joined with all that its page names; one query."""
    if not is_reference(ref):
        raise Http404
    rows = Ticket.objects.visible_to(person).with_people()
    joins = ("clock__policy_version__policy", "came_from", "follow_up_of", "merged_into", "requester")
    found = rows.select_related(*joins).filter(ref=ref).first()
    if found is None:
        raise Http404
    return found
