"""The served schema against the contract: every address, method, parameter, field and word of its tables.

The tables below are the contract's first version, written out; a field that comes or goes without a line
here is a broken promise.
"""

from __future__ import annotations

from typing import Any

import pytest

from tickets import words
from tickets.api.documentation import schema_document
from tickets.api.moves import MOVES

Json = dict[str, Any]

CHANNELS = "in_app webform appeal internal_form"
PRIORITIES = "urgent high normal low"
STATUSES = "new open pending resolved closed spam merged"
RESOLUTIONS = "solved answered no_action withdrawn no_response duplicate not_reproducible"
REASONS = (
    "policy_question needs_authority specialist_skill restricted_data suspected_fraud safety_risk "
    "creator_request quality_concern other"
)
STATES = "running paused met breached cancelled"
METRICS = "first_reply next_reply update requester_wait agent_work resolution tier_ownership appeal_decision"
ORDERINGS = "created_at -created_at due_at -priority"
SLA = "at_risk breached paused ok was_breached"

TICKET = (
    "id external_ref version channel lob subject status priority tier queue assignee vendor locale tags "
    "custom_fields creator sla created_at updated_at first_replied_at resolved_at"
)
CREATOR = "external_id handle display_name region locale segment email"
TIMER = "metric cycle state target_seconds elapsed_seconds due_at breached_at ended_at queue calendar policy"

OUTCOMES = "upheld overturned partly_overturned inadmissible"
APPEAL = (
    "id ticket version status lob queue assignee creator decision jurisdiction window late statement evidence "
    "question outcome reasons redress by submitted_at decided_at withdrawn_at sla"
)

# method, path, what a body must hold, what it may hold besides, statuses of success
CALLS: list[tuple[str, str, str, str, str]] = [
    ("get", "tickets/", "", "", "200"),
    (
        "post",
        "tickets/",
        "channel lob subject body creator",
        "queue external_ref priority locale tags custom_fields attachments created_at",
        "200 201",
    ),
    ("get", "tickets/{id}/", "", "", "200"),
    ("patch", "tickets/{id}/", "", "subject priority tags custom_fields locale", "200"),
    ("get", "tickets/{id}/messages/", "", "", "200"),
    ("post", "tickets/{id}/messages/", "kind body", "author automated response attachments", "201"),
    ("get", "tickets/{id}/events/", "", "", "200"),
    ("post", "tickets/{id}/claim/", "", "", "200"),
    ("post", "tickets/{id}/release/", "", "", "200"),
    ("post", "tickets/{id}/assign/", "assignee", "", "200"),
    ("post", "tickets/{id}/escalate/", "reason note", "queue", "200"),
    ("post", "tickets/{id}/return/", "note", "", "200"),
    ("post", "tickets/{id}/transfer/", "queue note", "", "200"),
    ("post", "tickets/{id}/pend/", "on", "until", "200"),
    ("post", "tickets/{id}/resume/", "", "note", "200"),
    ("post", "tickets/{id}/resolve/", "resolution", "message", "200"),
    ("post", "tickets/{id}/reopen/", "", "note", "200"),
    ("post", "tickets/{id}/close/", "", "note", "200"),
    ("post", "tickets/{id}/spam/", "", "note", "200"),
    ("post", "tickets/{id}/merge/", "into", "", "200"),
    ("get", "queues/", "", "", "200"),
    ("post", "queues/{slug}/claim/", "", "assignee", "200 204"),
    ("post", "appeals/", "creator decision statement", "ticket", "201"),
    ("get", "appeals/{id}/", "", "", "200"),
    ("post", "appeals/{id}/request_evidence/", "question", "", "200"),
    ("post", "appeals/{id}/withdraw/", "", "note", "200"),
    ("post", "appeals/{id}/decide/", "outcome reasons by", "redress", "200"),
    ("get", "schema/", "", "", "200"),
]

PARAMETERS = {
    "tickets/": (
        "status queue tier channel lob priority assignee locale tag creator external_ref created_after "
        "created_before updated_since sla q ordering cursor page_size"
    ),
    "tickets/{id}/": "",
    "tickets/{id}/messages/": "cursor page_size",
    "tickets/{id}/events/": "cursor page_size",
    "queues/": "cursor page_size",
}

WORDS = {
    ("NewTicketBody", "channel"): CHANNELS,
    ("NewTicketBody", "priority"): PRIORITIES,
    ("EditBody", "priority"): PRIORITIES,
    ("MessageBody", "kind"): "reply note creator",
    ("EscalateBody", "reason"): REASONS,
    ("PendBody", "on"): "creator third_party",
    ("ResolveBody", "resolution"): RESOLUTIONS,
    ("TicketAnswer", "channel"): CHANNELS,
    ("TicketAnswer", "status"): STATUSES,
    ("TicketAnswer", "priority"): PRIORITIES,
    ("TimerAnswer", "state"): STATES,
    ("TimerAnswer", "metric"): METRICS,
    ("MessageAnswer", "kind"): "reply note creator",
    ("EventAnswer", "kind"): " ".join(words.EVENT_KINDS),
    ("DecideBody", "outcome"): OUTCOMES,
    ("AppealAnswer", "outcome"): OUTCOMES,
    ("AppealAnswer", "status"): "open awaiting_evidence refused decided withdrawn",
}

SHAPES = {
    "TicketAnswer": TICKET,
    "CreatorAnswer": CREATOR,
    "CreatorBody": CREATOR,
    "TimerAnswer": TIMER,
    "EventAnswer": "n at kind by data",
    "TicketPage": "next previous results",
    "MessagePage": "next previous results",
    "EventPage": "next previous results",
    "QueuePage": "next previous results",
    "AppealAnswer": APPEAL,
    "DecisionBody": "type decided_at ground automated decided_by informed_at",
    "QueueAnswer": "slug lob tier vendor depth oldest_wait_seconds at_risk breached",
    "Problem": "type title status detail instance errors allowed existing",
}

LIMITS = {
    ("NewTicketBody", "subject"): (1, 200),
    ("NewTicketBody", "body"): (1, 20_000),
    ("NewTicketBody", "external_ref"): (1, 128),
    ("EscalateBody", "note"): (20, 20_000),
    ("MessageBody", "body"): (1, 20_000),
}


@pytest.fixture(scope="module")
def schema() -> Json:
    return schema_document()


def shape(schema: Json, name: str) -> Json:
    found: Json = schema["components"]["schemas"][name]
    return found


def resolved(schema: Json, node: Json) -> Json:
    """What a node stands for, through `$ref` and the `allOf` or `oneOf` around it."""
    while True:
        wrapped = node.get("allOf") or node.get("oneOf")
        if "$ref" in node:
            node = shape(schema, node["$ref"].rsplit("/", 1)[-1])
        elif wrapped:
            node = wrapped[0]
        else:
            return node


def operation(schema: Json, method: str, path: str) -> Json:
    found: Json = schema["paths"][f"/api/v1/{path}"][method]
    return found


def body_of(schema: Json, told: Json) -> Json:
    content = told.get("requestBody", {}).get("content", {})
    assert set(content) <= {"application/json"}
    return resolved(schema, content["application/json"]["schema"]) if content else {}


def test_it_is_openapi_3_1(schema: Json) -> None:
    assert schema["openapi"].startswith("3.1")
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_there_are_these_calls_and_no_others(schema: Json) -> None:
    served = {
        (method, path.removeprefix("/api/v1/"))
        for path, operations in schema["paths"].items()
        for method in operations
    }
    assert served == {(method, path) for method, path, *_ in CALLS}


@pytest.mark.parametrize(("method", "path", "required", "optional", "statuses"), CALLS)
def test_a_call_takes_and_gives_what_it_promises(
    schema: Json, method: str, path: str, required: str, optional: str, statuses: str
) -> None:
    told = operation(schema, method, path)
    body = body_of(schema, told)
    assert set(body.get("properties", {})) == {*required.split(), *optional.split()}
    assert set(body.get("required", [])) == set(required.split())
    assert {status for status in told["responses"] if status < "300"} == set(statuses.split())
    assert told["summary"]


@pytest.mark.parametrize(("method", "path"), [call[:2] for call in CALLS if call[1] != "schema/"])
def test_a_call_names_its_refusals_headers_and_scheme(schema: Json, method: str, path: str) -> None:
    told = operation(schema, method, path)
    refusals = {400, 401, 403, 429, 500, 503}
    refusals |= {404} if "{" in path else set()
    refusals |= {409, 413, 415} if method != "get" else set()
    refusals |= {422} if method == "post" else set()
    refusals |= {412} if method != "get" and "{id}" in path else set()
    assert {int(status) for status in told["responses"] if status >= "300"} == refusals
    for status, answer in told["responses"].items():
        if status >= "300":
            name = answer["$ref"].rsplit("/", 1)[-1]
            answer = schema["components"]["responses"][name]
            assert list(answer["content"]) == ["application/problem+json"]
        assert {"X-Request-ID", "RateLimit", "RateLimit-Policy"} <= set(answer["headers"])
    sent = {parameter["name"] for parameter in told["parameters"] if parameter["in"] == "header"}
    assert ("Idempotency-Key" in sent) == (method == "post")
    assert ("If-Match" in sent) == (method != "get" and "{id}" in path)
    assert {"key": []} in told["security"]


@pytest.mark.parametrize(("path", "names"), PARAMETERS.items())
def test_a_list_takes_these_parameters(schema: Json, path: str, names: str) -> None:
    told = operation(schema, "get", path)["parameters"]
    assert {parameter["name"] for parameter in told if parameter["in"] == "query"} == set(names.split())


def test_parameters_have_their_words(schema: Json) -> None:
    told = {
        parameter["name"]: parameter["schema"]
        for parameter in operation(schema, "get", "tickets/")["parameters"]
    }
    for name, listed in {
        "status": STATUSES, "channel": CHANNELS, "priority": PRIORITIES, "sla": SLA, "ordering": ORDERINGS,
    }.items():  # fmt: skip
        assert set(told[name].get("enum") or told[name]["items"]["enum"]) == set(listed.split()), name
    assert told["tier"]["enum"] == [1, 2]
    assert (told["page_size"]["minimum"], told["page_size"]["maximum"], told["page_size"]["default"]) == (
        1,
        200,
        50,
    )


@pytest.mark.parametrize(("name", "fields"), SHAPES.items())
def test_a_shape_has_these_fields_in_this_order(schema: Json, name: str, fields: str) -> None:
    told = shape(schema, name)
    assert list(told["properties"]) == fields.split()
    if name.endswith(("Answer", "Page")):
        assert set(told["required"]) == set(fields.split()), "answers leave no field out"


@pytest.mark.parametrize(("where", "listed"), WORDS.items())
def test_a_field_has_these_words(schema: Json, where: tuple[str, str], listed: str) -> None:
    name, field = where
    told = resolved(schema, shape(schema, name)["properties"][field])
    assert set(told["enum"]) == set(listed.split())


@pytest.mark.parametrize(("where", "limits"), LIMITS.items())
def test_a_text_has_these_limits(schema: Json, where: tuple[str, str], limits: tuple[int, int]) -> None:
    name, field = where
    told = shape(schema, name)["properties"][field]
    assert (told.get("minLength"), told["maxLength"]) == limits


def test_the_words_of_the_code_are_those_of_the_contract() -> None:
    assert tuple(CHANNELS.split()) == words.CHANNELS
    assert tuple(PRIORITIES.split()) == words.PRIORITIES
    assert tuple(RESOLUTIONS.split()) == words.RESOLUTIONS
    assert tuple(REASONS.split()) == words.ESCALATION_REASONS
    assert {move.__name__.lower() for move in MOVES} == {
        path.rsplit("/", 2)[-2]
        for method, path, *_ in CALLS
        if path.startswith("tickets/{id}/") and method == "post"
    } - {"messages"}
