"""`Idempotency-Key`: the same POST sent twice is carried out once, and answered twice alike.

The answer is stored in the transaction that did the work. A call that was killed half way left neither, so
its retry does the work; a call that committed left both, so its retry gets the answer. Faults of ours
(5xx) are undone and not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from supportdesk.rest.problems import BAD_INPUT, KEY_REUSED, MEDIA_TYPE, STILL_RUNNING, Problem
from teams.models import Key, Person
from tickets.actions.answers import KeyReused, StillRunning, keep_answer, recall_answer
from tickets.models import IdempotentAnswer

LONGEST: Final = 255
KEPT_HEADERS: Final = ("ETag", "Location")

Rest = ParamSpec("Rest")
Method = Callable[Concatenate[Any, Request, Rest], Response]


def once(method: Method[Rest]) -> Callable[Concatenate[Any, Request, Rest], HttpResponseBase]:
    """A POST method that heeds `Idempotency-Key`; its work must lie within the transaction opened here."""

    @wraps(method)
    def answer(endpoint: Any, request: Request, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return method(endpoint, request, *args, **kwargs)
        if not (1 <= len(key) <= LONGEST and key.isprintable()):
            raise Problem(BAD_INPUT, f"Idempotency-Key must have 1 to {LONGEST} printable characters.")
        kept_under: dict[str, Any] = {
            "holder": answers_holder(endpoint.caller),
            "key": key,
            "fingerprint": fingerprint(request),
            "at": endpoint.at,
        }
        with transaction.atomic():
            stored = recall(**kept_under)
            if stored is not None:
                return replay(stored)
            try:
                response = method(endpoint, request, *args, **kwargs)
            except Exception as error:
                response = endpoint.handle_exception(error)
            if response.status_code >= 500:
                transaction.set_rollback(True)
                return response
            headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            body = b"" if response.data is None else JSONRenderer().render(response.data)
            keep_answer(**kept_under, status=response.status_code, headers=headers, body=body)
        return response

    answer.heeds_idempotency_key = True  # type: ignore[attr-defined]
    return answer  # type: ignore[return-value]


def recall(**kept_under: Any) -> IdempotentAnswer | None:
    """What was answered before; raises the 409 and 422 of the contract."""
    try:
        return recall_answer(**kept_under)
    except StillRunning:
        detail = "The first call with this Idempotency-Key has not ended yet; ask again for its answer."
        raise Problem(STILL_RUNNING, detail, headers={"Retry-After": "1"}) from None
    except KeyReused:
        detail = "This Idempotency-Key came with another body or address in the last 24 hours."
        raise Problem(KEY_REUSED, detail) from None


def replay(stored: IdempotentAnswer) -> HttpResponse:
    """The first answer again, byte for byte."""
    media_type = MEDIA_TYPE if stored.status >= 400 else "application/json"
    response = HttpResponse(bytes(stored.body), status=stored.status, headers=stored.headers)
    if stored.body:
        response["Content-Type"] = media_type
    else:
        del response["Content-Type"]
    response["Idempotency-Replayed"] = "true"
    return response


def answers_holder(caller: Person | Key) -> str:
    """Whose answers these are: those of everyone a key's owner gave a key to, or of one person."""
    return caller.source if isinstance(caller, Key) else f"person:{caller.username}"


def fingerprint(request: Request) -> str:
    """What makes two calls the same: method, address and the bytes of the body."""
    http = request._request
    told = f"{http.method}\n{http.get_full_path()}\n".encode()
    return hashlib.sha256(told + http.body).hexdigest()
