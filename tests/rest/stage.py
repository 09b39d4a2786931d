"""A stage for what every endpoint shares: one address that does as it is told."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from supportdesk.errors import BadInput, Conflict, MoveRefused, NotAllowed, NothingWaiting, Stale
from supportdesk.rest.parameters import refuse_unknown_parameters

FAULTS: dict[str, Exception] = {
    "bad": BadInput("/creator/locale", "Not a locale."),
    "forbidden": NotAllowed("The ticket is in creator-rewards-t2."),
    "move": MoveRefused("A closed ticket cannot be pended.", ["reopen"]),
    "stale": Stale(),
    "conflict": Conflict("Stored with other content.", existing="CS-7K3M9QXA"),
    "nothing": NothingWaiting("Nothing waits."),
    "missing": Http404(),
    "denied": PermissionDenied(),
    "large": RequestDataTooBig(),
    "down": OperationalError("the connection is closed"),
    "fault": RuntimeError("boom"),
}


class Stage(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request.query_params, ("fault",))
        if fault := FAULTS.get(request.query_params.get("fault", "")):
            raise fault
        return Response({"ok": True})

    def post(self, request: Request) -> Response:
        return Response(request.data)


def strange(request: HttpRequest, **_: Any) -> HttpResponse:
    raise SuspiciousOperation("strange")


urlpatterns = [
    path("api/v1/stage/", Stage.as_view()),
    path("api/v1/strange/", strange),
    path("page/", lambda request: HttpResponse("a page")),
]
