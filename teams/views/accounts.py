"""The way in by a one-time address, and the door behind the desk's name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from supportdesk import clock
from teams.actions import use_sign_in_link
from teams.homes import home_of
from teams.links import digest_of
from teams.models import Person, SignInLink
from teams.sign_in import sign_in_by_link
from teams.views.access import only_for
from teams.words import ROLES


@only_for(*ROLES)
def home(request: HttpRequest, person: Person) -> HttpResponseBase:
    """To the page at which this person's role begins."""
    return redirect(home_of(person))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("token")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time address. Looking at it spends nothing, for mail scanners look too; the button signs in."""
    at = clock.now()
    if request.method == "POST":
        person = use_sign_in_link(token=token, at=at)
        if person is not None:
            sign_in_by_link(request, person)
            return redirect(home_of(person))
    found = SignInLink.objects.usable(at).select_related("person").filter(digest=digest_of(token)).first()
    if found is None or request.method == "POST":
        return render(request, "teams/link_spent.html", status=410)
    return render(request, "teams/link.html", {"person": found.person})
