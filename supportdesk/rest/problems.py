"""Every refusal of the REST API, as RFC 9457 `application/problem+json`.

`answer_problem` is the exception handler of every endpoint; `problem_body` also serves the middleware,
which answers for what never reached an endpoint. `instance` is the id of the request, as in `X-Request-ID`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest
from rest_framework import exceptions
from rest_framework.response import Response

from supportdesk.errors import (
    BadInput,
    Conflict,
    MoveRefused,
    NotAllowed,
    NothingWaiting,
    Stale,
)

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
MOST_ERRORS: Final = 100
"""More wrong fields than this are not listed: the answer must not outgrow the question."""


class Kind(NamedTuple):
    """One type of problem: the last part of its `type` address, its status and its title."""

    slug: str
    status: int
    title: str

    @property
    def type(self) -> str:
        return f"/api/v1/problems/{self.slug}"


BAD_INPUT: Final = Kind("bad-input", 400, "The input is wrong")
UNAUTHENTICATED: Final = Kind("unauthenticated", 401, "No valid key")
NOT_ALLOWED: Final = Kind("not-allowed", 403, "Not allowed")
NOT_FOUND: Final = Kind("not-found", 404, "Not found")
METHOD_NOT_ALLOWED: Final = Kind("method-not-allowed", 405, "Method not allowed")
CONFLICT: Final = Kind("conflict", 409, "Clashes with what is stored")
MOVE_REFUSED: Final = Kind("move-refused", 409, "The ticket cannot make this move now")
STILL_RUNNING: Final = Kind("still-running", 409, "The first call with this Idempotency-Key is still running")
STALE: Final = Kind("stale", 412, "The ticket has changed since")
TOO_LARGE: Final = Kind("too-large", 413, "The body is too large")
UNSUPPORTED_MEDIA_TYPE: Final = Kind("unsupported-media-type", 415, "Unsupported media type")
KEY_REUSED: Final = Kind("idempotency-key-reused", 422, "This Idempotency-Key came with another request")
TOO_MANY_REQUESTS: Final = Kind("too-many-requests", 429, "Too many requests")
FAULT: Final = Kind("fault", 500, "Something went wrong here")
UNAVAILABLE: Final = Kind("unavailable", 503, "The desk cannot answer just now")

KINDS: Final = (
    BAD_INPUT,
    UNAUTHENTICATED,
    NOT_ALLOWED,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    CONFLICT,
    MOVE_REFUSED,
    STILL_RUNNING,
    STALE,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    KEY_REUSED,
    TOO_MANY_REQUESTS,
    FAULT,
    UNAVAILABLE,
)
BY_STATUS: Final = {kind.status: kind for kind in reversed(KINDS)}

DETAILS: Final = {
    400: "The request could not be understood.",
    403: "This request was refused.",
    404: "There is nothing at this address; every path ends in a slash.",
    405: "This address does not answer to this method.",
    500: "The fault has been recorded under this request's id; nothing was changed.",
    503: "The database does not answer; nothing was changed. Try again shortly.",
}


class Problem(Exception):
    """A refusal that an endpoint words itself: its kind, sentence, further members and headers."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members


def request_id(request: HttpRequest) -> str:
    """The id that the middleware gave this request."""
    return str(request.META.get("supportdesk.request_id", ""))


def problem_body(kind: Kind, detail: str, instance: str, **members: Any) -> dict[str, Any]:
    """The members of a problem, in the order in which the contract lists them."""
    return {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": instance,
        **members,
    }


def answer_problem(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: the answer to anything that an endpoint raised.

    None for a fault of ours: DRF raises it again, Django logs it, and the middleware answers 500.
    """
    if isinstance(exc, NothingWaiting):
        return Response(status=204)
    problem = problem_of(exc)
    if problem is None:
        return None
    body = problem_body(problem.kind, problem.detail, request_id(context["request"]), **problem.members)
    return Response(body, status=problem.kind.status, headers=problem.headers, content_type=MEDIA_TYPE)


def problem_of(exc: Exception) -> Problem | None:
    """The problem that an exception stands for; None for a fault of ours."""
    if isinstance(exc, Problem):
        return exc
    return desk_problem(exc) or framework_problem(exc)


def desk_problem(exc: Exception) -> Problem | None:
    """What the layers below raise (supportdesk.errors)."""
    match exc:
        case BadInput():
            return bad_input([error_at(exc.pointer, exc.code, exc.detail)])
        case NotAllowed():
            return Problem(NOT_ALLOWED, str(exc) or DETAILS[403])
        case MoveRefused():
            return Problem(MOVE_REFUSED, exc.detail, allowed=list(exc.allowed))
        case Stale():
            return Problem(STALE, str(exc) or "The ticket is no longer as you saw it; nothing was changed.")
        case Conflict():
            return Problem(CONFLICT, exc.detail, existing=exc.existing)
    return None


def framework_problem(exc: Exception) -> Problem | None:
    """What Django and DRF raise."""
    match exc:
        case exceptions.ValidationError():
            return bad_input(list(errors_in(exc.detail)))
        case exceptions.ParseError() | BadRequest():
            return bad_input([error_at("", "invalid", str(exc))])
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            challenge = getattr(exc, "auth_header", None) or "Bearer"
            return Problem(UNAUTHENTICATED, str(exc.detail), headers={"WWW-Authenticate": challenge})
        case exceptions.PermissionDenied():
            return Problem(NOT_ALLOWED, str(exc.detail))
        case PermissionDenied():
            return Problem(NOT_ALLOWED, str(exc) or DETAILS[403])
        case exceptions.NotFound() | Http404():
            return Problem(NOT_FOUND, "There is nothing with this id.")
        case exceptions.MethodNotAllowed():
            return Problem(METHOD_NOT_ALLOWED, DETAILS[405])
        case exceptions.UnsupportedMediaType():
            return Problem(UNSUPPORTED_MEDIA_TYPE, str(exc.detail))
        case RequestDataTooBig():
            return Problem(TOO_LARGE, "The body is too large.")
        case OperationalError() | InterfaceError():
            log.error("The database did not answer a call (%s).", exc)
            return Problem(UNAVAILABLE, DETAILS[503], headers={"Retry-After": "2"})
    return None


def bad_input(errors: Sequence[dict[str, str]]) -> Problem:
    """400 with the fields that are wrong; the detail repeats the first for those who read only that."""
    first = errors[0]
    where = f"{first['pointer']}: " if first["pointer"] else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem(BAD_INPUT, f"{where}{first['detail']}{more}", errors=list(errors[:MOST_ERRORS]))


def error_at(pointer: str, code: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": detail}


def errors_in(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested error detail as a flat list of errors with RFC 6901 pointers.

    The empty name stands for the object itself (NON_FIELD_ERRORS_KEY).
    """
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from errors_in(inner, pointer if name == "" else f"{pointer}/{escaped(name)}")
    elif isinstance(detail, (list, tuple)):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list, tuple))
            yield from errors_in(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        yield error_at(pointer, getattr(detail, "code", None) or "invalid", str(detail))


def escaped(name: object) -> str:
    """One step of a JSON pointer (RFC 6901, section 3)."""
    return str(name).replace("~", "~0").replace("/", "~1")
