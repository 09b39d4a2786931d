"""What every endpoint does before its own work: who calls, how often, and with which scope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.utils import translation
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from supportdesk import clock
from supportdesk.errors import NotAllowed
from supportdesk.rest.limits import spend
from supportdesk.rest.parameters import refuse_unknown_parameters
from supportdesk.rest.problems import TOO_MANY_REQUESTS, Problem
from teams.models import Key, Person
from tickets.api.authentication import KeyAuthentication


class Endpoint(APIView):
    """Has `self.caller` and `self.at` when a method of its own begins.

    In order: 401 without a caller, 429 past the caller's limit, 403 without the scope, 400 for a query
    parameter that the address does not know.
    """

    authentication_classes = (KeyAuthentication, SessionAuthentication)
    permission_classes = ()
    http_method_names = ["get", "head", "post", "patch"]
    scopes: ClassVar[Mapping[str, str]] = {}
    parameters: ClassVar[tuple[str, ...]] = ()

    caller: Person | Key
    at: datetime

    def perform_authentication(self, request: Request) -> None:
        translation.activate("en")  # the contract's language, whatever the browser of a session prefers
        self.at = clock.now()
        self.caller = caller_of(request)
        name = self.caller.name if isinstance(self.caller, Key) else ""
        standing = spend(request._request, holder_of(self.caller), name)
        if not standing.passed:
            detail = f"{standing.policy.burst:,} calls in {standing.policy.window} seconds are allowed."
            raise Problem(TOO_MANY_REQUESTS, detail)

    def check_permissions(self, request: Request) -> None:
        needed = self.scopes.get(request.method or "", default_scope(request.method or ""))
        if isinstance(self.caller, Key) and needed not in self.caller.scopes:
            raise NotAllowed(f"This key lacks the scope {needed}.")
        known = self.parameters if request.method in ("GET", "HEAD") else ()
        refuse_unknown_parameters(request.query_params, known)


def caller_of(request: Request) -> Person | Key:
    """The key or the signed-in person; raises NotAuthenticated."""
    if isinstance(request.auth, Key):
        return request.auth
    if isinstance(request.user, Person):
        return request.user
    raise NotAuthenticated("Send a key (Authorization: Bearer sd_…) or sign in.")


def default_scope(method: str) -> str:
    return "tickets:read" if method in ("GET", "HEAD") else "tickets:write"


def holder_of(caller: Person | Key) -> str:
    """Whose limit a call counts against: each key has its own."""
    return f"key:{caller.pk}" if isinstance(caller, Key) else f"person:{caller.pk}"
