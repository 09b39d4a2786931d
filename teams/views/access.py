"""Who may open a page: for everybody else it does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from supportdesk.htmx import by_script
from teams.models import Person

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, Person, Rest], HttpResponseBase]


def only_for(
    *roles: str,
) -> Callable[[Page[Rest]], Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]]:
    """A view for the people of these roles; it is given the person.

    Somebody not signed in is sent to do so, and a script is told (401), so that the page can say it without
    losing what was typed; for any other role there is nothing here.
    """

    def decorate(view: Page[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
        @wraps(view)
        def answer(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            person = request.user
            if not isinstance(person, Person):
                if by_script(request):
                    return HttpResponse(status=401)
                return redirect_to_login(request.get_full_path())
            if person.role not in roles:
                raise Http404
            return view(request, person, *args, **kwargs)

        return answer

    return decorate
