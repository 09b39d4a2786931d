"""What every answer under /api/ has, whether or not an endpoint was reached.

Where the caller stands with its limit, and a problem in place of Django's own pages: for an address that does
not exist, a fault, a host that is not ours. The id of the request comes from `supportdesk.request_ids`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from supportdesk.rest import problems
from supportdesk.rest.limits import client_address, spend, standing_of

PREFIX: Final = "/api/"


class ApiAnswers:
    """Django middleware; stands before all that may refuse a request, so that it sees every refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return finish(request, response) if request.path.startswith(PREFIX) else response


def finish(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    standing = standing_of(request) or spend(request, f"address:{client_address(request)}")
    if not standing.passed and response.status_code != problems.TOO_MANY_REQUESTS.status:
        response = as_problem(request, problems.TOO_MANY_REQUESTS, "Too many calls without a key.")
    elif is_foreign(response):
        status = 404 if response.status_code < 400 else response.status_code
        kind = problems.BY_STATUS.get(status, problems.BAD_INPUT if status < 500 else problems.FAULT)
        response = as_problem(request, kind, problems.DETAILS.get(kind.status, kind.title))
    for name, value in standing.headers().items():
        response[name] = value
    response.setdefault("Cache-Control", "no-store")
    return response


def is_foreign(response: HttpResponseBase) -> bool:
    """Whether this is an answer that Django worded: its error pages, its redirect to the slash."""
    if response.status_code < 300 or response.status_code == 304:
        return False
    return not response.get("Content-Type", "").startswith(problems.MEDIA_TYPE)


def as_problem(request: HttpRequest, kind: problems.Kind, detail: str) -> HttpResponse:
    body = problems.problem_body(kind, detail, problems.request_id(request))
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=kind.status, content_type=problems.MEDIA_TYPE
    )
