"""Every answer under /api/ has an id, a standing and, where it refuses, a problem."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from supportdesk.errors import Stale
from supportdesk.rest.allowances import limits_from
from supportdesk.rest.limits import Policy, policy_for
from supportdesk.rest.preconditions import refuse_stale
from supportdesk.rest.problems import BY_STATUS, KINDS

pytestmark = [pytest.mark.urls("tests.rest.stage"), pytest.mark.usefixtures("servers")]

STAGE = "/api/v1/stage/"


@pytest.fixture
def http() -> Client:
    return Client(raise_request_exception=False)


def check_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert list(body)[:5] == ["type", "title", "status", "detail", "instance"]
    assert body["status"] == status
    assert body["type"] in {kind.type for kind in KINDS}
    assert body["detail"]
    assert body["instance"] == answer["X-Request-ID"]
    assert body["instance"]
    assert "RateLimit" in answer
    assert "RateLimit-Policy" in answer
    return body


REFUSALS: list[tuple[str, int, dict[str, Any]]] = [
    ("bad", 400, {"errors": [{"pointer": "/creator/locale", "code": "invalid", "detail": "Not a locale."}]}),
    ("forbidden", 403, {"detail": "The ticket is in creator-rewards-t2."}),
    ("move", 409, {"allowed": ["reopen"]}),
    ("stale", 412, {}),
    ("conflict", 409, {"existing": "CS-7K3M9QXA"}),
    ("missing", 404, {}),
    ("denied", 403, {}),
    ("large", 413, {}),
    ("down", 503, {}),
    ("fault", 500, {}),
]


@pytest.mark.parametrize(("fault", "status", "members"), REFUSALS)
def test_each_refusal_is_a_problem(http: Client, fault: str, status: int, members: dict[str, Any]) -> None:
    body = check_problem(http.get(STAGE, {"fault": fault}), status)
    assert body.items() >= members.items()


def test_a_fault_does_not_tell_what_broke(http: Client) -> None:
    assert "boom" not in http.get(STAGE, {"fault": "fault"}).content.decode()


def test_nothing_waiting_is_an_empty_204(http: Client) -> None:
    answer = http.get(STAGE, {"fault": "nothing"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "X-Request-ID" in answer


def test_an_unknown_address_is_a_problem(http: Client) -> None:
    for address in ("/api/", "/api/v1/nothing/", "/api/v2/tickets/", "/api/v1/%00/", "/api/v1/st\u00e4ge/"):
        check_problem(http.get(address), 404)


def test_a_missing_slash_is_told_and_not_redirected(http: Client) -> None:
    for method in (http.get, http.post):
        assert "slash" in check_problem(method(STAGE.rstrip("/")), 404)["detail"]


def test_another_method_is_told_which_there_are(http: Client) -> None:
    answer = http.delete(STAGE)
    check_problem(answer, 405)
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_what_django_itself_refuses_is_a_problem(http: Client) -> None:
    check_problem(http.get("/api/v1/strange/"), 400)
    check_problem(http.get(STAGE, headers={"host": "elsewhere.example"}), 400)


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_another_media_type_is_415(http: Client, media_type: str) -> None:
    check_problem(http.post(STAGE, data=b"a=1", content_type=media_type), 415)


def test_an_unknown_parameter_is_named(http: Client) -> None:
    body = check_problem(http.get(STAGE, {"faults": "bad"}), 400)
    assert body["errors"][0]["pointer"] == "/faults"


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=0.9", "nonsense", ""])
def test_whoever_asks_for_another_language_gets_json(http: Client, accept: str) -> None:
    answer = http.get(STAGE, headers={"accept": accept})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"


def test_pages_are_left_alone(http: Client) -> None:
    answer = http.get("/page/")
    assert "RateLimit" not in answer


def test_each_status_has_a_kind_and_each_kind_a_type_of_its_own() -> None:
    assert len({kind.type for kind in KINDS}) == len(KINDS)
    assert set(BY_STATUS) == {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503}


def test_past_the_limit_is_429_and_says_when_to_return(http: Client, settings: Any) -> None:
    settings.API_LIMITS = {"*": (1, 3)}
    answers = [http.get(STAGE, REMOTE_ADDR="192.0.2.7") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"calls";q=3;w=3'
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    check_problem(answers[3], 429)
    assert 1 <= int(answers[3]["Retry-After"]) <= 3
    assert http.get(STAGE, REMOTE_ADDR="192.0.2.8").status_code == 200


def test_a_dead_broker_limits_nobody(http: Client, settings: Any) -> None:
    settings.API_LIMITS = {"*": (1, 1)}
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answers = [http.get(STAGE, REMOTE_ADDR="192.0.2.9") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0]["RateLimit-Policy"] == '"calls";q=1;w=1'
    assert answers[0]["RateLimit"] == '"calls";r=1;t=1'


def test_limits_come_from_a_setting_by_key(settings: Any) -> None:
    settings.API_LIMITS = {"*": (300, 3_000)} | limits_from("acme=5:10, in-app = 100:50")
    assert policy_for("anyone") == Policy(3_000, 10)
    assert policy_for("acme") == Policy(10, 2)
    for wrong in ("acme", "acme=5", "=5:5", "acme=0:5", "acme=5:-1"):
        with pytest.raises(ValueError, match="SUPPORTDESK_API_LIMITS"):
            limits_from(wrong)


def test_an_address_behind_proxies_is_taken_from_the_one_we_trust(http: Client, settings: Any) -> None:
    settings.API_LIMITS = {"*": (1, 1)}
    settings.TRUSTED_PROXIES = 1

    def ask(forwarded: str) -> int:
        return http.get(STAGE, headers={"x-forwarded-for": forwarded}).status_code

    assert ask("203.0.113.1") == 200
    assert ask("198.51.100.9, 203.0.113.1") == 429
    assert ask("203.0.113.2") == 200


@pytest.mark.parametrize("if_match", [None, "*", ' "7"', '"6", "7"', 'W/"6","7"'])
def test_a_fresh_precondition_passes(if_match: str | None) -> None:
    refuse_stale(if_match, 7)


@pytest.mark.parametrize(
    "if_match", ["", "7", '"6"', 'W/"7"', '"77"', '"7', '"7" "8"', '"6", W/"7"', "nonsense"]
)
def test_a_stale_weak_or_malformed_precondition_is_refused(if_match: str) -> None:
    with pytest.raises(Stale):
        refuse_stale(if_match, 7)
