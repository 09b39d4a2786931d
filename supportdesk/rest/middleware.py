"""What every answer under /api/ has, whether or not an endpoint was reached.

An id in `X-Request-ID`, where the caller stands with its limit, and a problem in place of Django's own pages:
for an address that does not exist, a fault, a host that is not ours.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from supportdesk.rest import problems
from supportdesk.rest.limits import client_address, spend, standing_of

PREFIX = "/api/"


@sync_and_async_middleware
def api_answers(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Django middleware; stands first, so that it sees what the others refuse."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            pending: Awaitable[HttpResponseBase] = get_response(request)
            if not begin(request):
                return await pending
            return await sync_to_async(finish)(request, await pending)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not begin(request):
            return get_response(request)  # type: ignore[no-any-return]
        return finish(request, get_response(request))

    return answer


def begin(request: HttpRequest) -> bool:
    """See that the request has an id; False where it is not for the API."""
    if not request.path.startswith(PREFIX):
        return False
    request.META.setdefault("supportdesk.request_id", str(uuid.uuid4()))
    return True


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
    response["X-Request-ID"] = problems.request_id(request)
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
