"""The contract as OpenAPI 3.1 (`schema/`) and as a page (`docs/`).

Endpoints say what they take and give; what is the same everywhere (problems, headers, `Idempotency-Key`,
`If-Match`) is added to every operation in one place, `complete`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from supportdesk.rest.paging import LARGEST, USUAL
from supportdesk.rest.problems import KINDS, MEDIA_TYPE

Json = dict[str, Any]

TITLE: Final = "supportdesk REST API"
DESCRIPTION: Final = """\
Push tickets, work them, pull them back out. JSON in UTF-8, times in UTC with `Z`, locales as BCP 47 tags, a
trailing slash on every path. Every refusal is an RFC 9457 problem whose `instance` is the request's id.

**Keys.** `Authorization: Bearer sd_<prefix>_<secret>`. The in-app channel's key also sends
`X-Creator-Context`, a JWT (HS256) signed with the key's secret part (the text after the second underscore):
`sub` is the creator's `external_id`, `iat` and `exp` are required and at most ten minutes apart.

**Texts.** NUL and lone surrogates are refused everywhere, bidirectional overrides too; texts of one line
(subjects, handles, tags) take no control characters and no bidirectional embeddings or isolates either.
"""

HEADERS: Final[dict[str, Json]] = {
    "X-Request-ID": {"description": "The id of this request.", "schema": {"type": "string"}},
    "RateLimit-Policy": {
        "description": 'What is allowed: `"calls";q=3000;w=10` is 3,000 calls in any 10 seconds.',
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": 'Where the caller stands: `"calls";r=2990;t=2`, r calls left, more in t seconds.',
        "schema": {"type": "string"},
    },
}
ETAG: Final[Json] = {"description": "The ticket's version, for If-Match.", "schema": {"type": "string"}}
RETRY_AFTER: Final[Json] = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
LOCATION: Final[Json] = {"description": "Where it is.", "schema": {"type": "string"}}
REPLAYED: Final[Json] = {
    "description": "`true` where this is the first answer to the same call again.",
    "schema": {"type": "string", "enum": ["true"]},
}
CHALLENGE: Final[Json] = {"description": "How to authenticate.", "schema": {"type": "string"}}

IDEMPOTENCY_KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same key and body within 24 hours gets the first answer again.",
}
IF_MATCH: Final[Json] = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The ETag last seen; 412 where the ticket has changed since.",
}

PROBLEM: Final[Json] = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "enum": [kind.type for kind in KINDS]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The id of the request, as in X-Request-ID."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "format": "json-pointer"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "allowed": {"type": "array", "items": {"type": "string"}, "description": "Moves that are allowed."},
        "existing": {"type": ["string", "null"], "description": "The ticket that is stored."},
    },
}

SAID: Final = {
    400: "A field, a parameter or the body is wrong; `errors` points at it.",
    401: "No key, or one that is wrong, expired or revoked.",
    403: "The key's scope or address, or the ticket's place, does not allow it.",
    404: "There is no such id that the caller could see.",
    409: "The ticket cannot make this move (`allowed`), clashes with what is stored (`existing`), or the first "
    "call with this Idempotency-Key is still running.",
    412: "If-Match names another version.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "This Idempotency-Key came with another request.",
    429: "Past the limit; wait as Retry-After says.",
    500: "A fault of the desk; nothing was changed.",
    503: "The database does not answer; nothing was changed.",
}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "tickets.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> Json:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "sd_<8-char prefix>_<secret>",
            "description": "A key of a vendor, of the in-app channel or of an internal tool.",
        }


PAGE: Final = [
    OpenApiParameter("cursor", str, description="From `next` or `previous`; opaque."),
    OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": USUAL}),
]


def page_of_answers(name: str, item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The shape of a list: whole addresses or null, and the rows."""
    return inline_serializer(
        name,
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": item(many=True),
        },
    )


def complete(result: Json, generator: SchemaGenerator, request: Any, public: bool) -> Json:
    """drf-spectacular's hook: add what every operation has in common."""
    result["info"]["description"] = DESCRIPTION
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name, shape in schemas.items():
        if name.endswith("Body"):
            shape["additionalProperties"] = False
    schemas["Problem"] = PROBLEM
    components["responses"] = {f"Problem{status}": problem_answer(status) for status in SAID}
    for path, operations in result["paths"].items():
        if path.rstrip("/").rsplit("/", 1)[-1] == "schema":
            continue
        for method, operation in operations.items():
            complete_operation(path, method, operation)
    return result


def complete_operation(path: str, method: str, operation: Json) -> None:
    of_ticket, writes = "{id}" in path, method in ("post", "patch")
    parameters = operation.setdefault("parameters", [])
    if method == "post":
        parameters.append(IDEMPOTENCY_KEY)
    if writes and of_ticket:
        parameters.append(IF_MATCH)
    statuses = {400, 401, 403, 429, 500, 503}
    statuses |= {404} if "{" in path else set()
    statuses |= {409, 413, 415} if writes else set()
    statuses |= {422} if method == "post" else set()
    statuses |= {412} if writes and of_ticket else set()
    answers = operation["responses"]
    for status, answer in answers.items():
        answer.setdefault("headers", {}).update(headers_of_success(int(status), path, method))
    for status in sorted(statuses):
        answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}


def headers_of_success(status: int, path: str, method: str) -> Json:
    headers = dict(HEADERS)
    if status != 204 and ("{id}" in path or method == "post") and not path.endswith("/events/"):
        headers["ETag"] = ETAG
    if status == 201 and path.endswith(("/tickets/", "/appeals/")):
        headers["Location"] = LOCATION
    if method == "post":
        headers["Idempotency-Replayed"] = REPLAYED
    return headers


def problem_answer(status: int) -> Json:
    headers = dict(HEADERS)
    if status in (409, 429, 503):
        headers["Retry-After"] = RETRY_AFTER
    if status == 401:
        headers["WWW-Authenticate"] = CHALLENGE
    return {
        "description": SAID[status],
        "headers": headers,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


@lru_cache(maxsize=1)
def schema_document() -> Json:
    """The schema, built once by each process."""
    document: Json = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return document


class Schema(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes = (OpenApiJsonRenderer2, OpenApiYamlRenderer)

    @extend_schema(
        operation_id="schema",
        summary="This contract as OpenAPI 3.1",
        tags=["contract"],
        responses={200: dict},
    )
    def get(self, request: Request) -> Response:
        return Response(schema_document())


@method_decorator(csp_update({"style-src": ["'unsafe-inline'"], "img-src": ["data:"]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Swagger UI sets styles inline and draws from data: addresses; nothing else is loosened."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    url_name = "api:schema"
    title = TITLE
