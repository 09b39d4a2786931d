"""Who may call: keys, scopes, addresses, sessions, limits; and what the in-app channel's key must send."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from supportdesk import clock
from tests.cast import Cast
from tests.rest.conftest import Api, Opener, creator_context, new_ticket
from tests.rest.problems import problem
from tickets.api.endpoint import Endpoint
from tickets.api.urls import urlpatterns
from tickets.models import Ticket


def test_without_a_key_it_is_401(cast: Cast, servers: None) -> None:
    for method, path in every_call():
        answer = Api().ask(method, path)
        problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert "RateLimit" in answer


def every_call() -> list[tuple[str, str]]:
    """Each method of each address, with ids that do not exist."""
    calls = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        view = pattern.callback.view_class  # type: ignore[attr-defined]
        path = str(pattern.pattern).replace("<str:id>", "CS-00000000").replace("<str:slug>", "none")
        if issubclass(view, Endpoint):
            calls += [(method.upper(), path) for method in ("get", "post", "patch") if hasattr(view, method)]
    return calls


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer sd_00000000_x",
        "Bearer sd__",
        "Basic YTpi",
        "Bearer \xff",
        "Bearer sd_a\u00e9_b",
    ],
)
def test_a_wrong_key_is_401(acme: Api, header: str) -> None:
    answer = Api().get("tickets/", Authorization=header)
    problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_key_must_be_whole(acme: Api) -> None:
    for token in (acme.token[:-1], acme.token + "x", acme.token.upper(), acme.token.replace("sd_", "sk_")):
        problem(Api(token=token).get("tickets/"), 401)


def test_an_expired_or_revoked_key_is_401(api: Opener) -> None:
    expired = api()
    assert expired.key is not None
    expired.key.expires_at = clock.now() - timedelta(seconds=1)
    expired.key.save()
    problem(expired.get("tickets/"), 401)
    revoked = api("bolt")
    assert revoked.key is not None
    revoked.key.revoked_at = clock.now()
    revoked.key.save()
    problem(revoked.get("tickets/"), 401)


def test_another_address_is_403(api: Opener) -> None:
    problem(api(cidrs=["192.0.2.0/24"]).get("tickets/"), 403)
    assert api("bolt", cidrs=["127.0.0.0/8"]).get("tickets/").status_code == 200


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        (("tickets:read",), {"GET"}),
        (("tickets:write",), {"POST", "PATCH"}),
        (("queues:claim",), {"CLAIM"}),
        (("webhooks:manage", "insights:read"), set()),
    ],
)
def test_each_call_needs_its_scope(api: Opener, scopes: tuple[str, ...], allowed: set[str]) -> None:
    caller = api(scopes=scopes)
    for method, path in every_call():
        kind = "CLAIM" if path.startswith("queues/none") else method
        status = caller.ask(method, path).status_code
        assert (status != 403) == (kind in allowed), (method, path, status)


def test_a_session_calls_with_its_own_permissions_and_a_csrf_token(cast: Cast, acme: Api) -> None:
    ticket = acme.create()
    address = f"/api/v1/tickets/{ticket['id']}/"
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.dana)
    assert browser.get(address).json()["id"] == ticket["id"]
    problem(browser.post(f"{address}claim/", content_type="application/json"), 403)
    browser.cookies["csrftoken"] = "a" * 32
    claimed = browser.post(
        f"{address}claim/", content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert claimed.json()["assignee"] == "dana"
    for outsider in (cast.bob, cast.mia, cast.sam, cast.ada):
        stranger = Client()
        stranger.force_login(outsider)
        problem(stranger.get(address), 404)
        assert stranger.get("/api/v1/tickets/").json()["results"] == []


def test_each_key_has_a_limit_of_its_own(api: Opener, settings: Any) -> None:
    settings.API_LIMITS = {"*": (100, 100), "bolt": (1, 2)}
    acme, bolt = api("acme"), api("bolt")
    assert [bolt.get("tickets/").status_code for _ in range(3)] == [200, 200, 429]
    answer = bolt.get("tickets/")
    problem(answer, 429)
    assert answer["RateLimit-Policy"] == '"calls";q=2;w=2'
    assert int(answer["Retry-After"]) >= 1
    assert acme.get("tickets/").status_code == 200


def test_past_the_limit_nothing_is_written(api: Opener, settings: Any) -> None:
    settings.API_LIMITS = {"*": (1, 1)}
    acme = api("acme")
    assert acme.post("tickets/", new_ticket()).status_code == 201
    problem(acme.post("tickets/", new_ticket()), 429)
    assert Ticket.objects.count() == 1


def test_the_in_app_channel_vouches_for_the_creator(api: Opener) -> None:
    app = api("in_app")
    at = clock.now()
    context = creator_context(app.token, "7231", at)
    answer = app.post("tickets/", new_ticket(channel="in_app"), X_Creator_Context=context)
    assert answer.status_code == 201
    ticket = answer.json()
    assert app.get(f"tickets/{ticket['id']}/").status_code == 200
    message = {"kind": "creator", "body": "Still nothing."}
    address = f"tickets/{ticket['id']}/messages/"
    assert app.post(address, message, X_Creator_Context=context).status_code == 201
    problem(app.post(address, message), 403)


def test_a_context_that_does_not_hold_is_403(api: Opener) -> None:
    app, other = api("in_app"), api("warehouse")
    at = clock.now()
    for context in (
        "",
        "nonsense",
        "a.b.c",
        creator_context(other.token, "7231", at),
        creator_context(app.token, "7232", at),
        creator_context(app.token, "7231", at - timedelta(minutes=10)),
        creator_context(app.token, "7231", at + timedelta(minutes=10)),
        creator_context(app.token, "7231", at, minutes=60),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiI3MjMxIiwiaWF0IjoxLCJleHAiOjF9.",
    ):
        problem(app.post("tickets/", new_ticket(), X_Creator_Context=context), 403)
    assert not Ticket.objects.exists()


def test_the_in_app_channel_sees_what_it_pushed(api: Opener) -> None:
    app, acme = api("in_app"), api("acme")
    theirs = acme.create()
    problem(app.get(f"tickets/{theirs['id']}/"), 404)
    assert app.get("tickets/").json()["results"] == []


def test_a_tool_sees_every_line(tool: Api, acme: Api) -> None:
    acme.create()
    ticket = tool.create(lob="minor-protection")
    assert ticket["queue"] == "minor-protection-t2"
    assert len(tool.get("tickets/").json()["results"]) == 2
    assert len(acme.get("tickets/").json()["results"]) == 1


def test_other_methods_are_405_and_say_which_there_are(acme: Api) -> None:
    for method in ("OPTIONS", "PUT", "DELETE", "TRACE"):
        answer = acme.ask(method, "tickets/")
        problem(answer, 405)
        assert answer["Allow"] == "GET, HEAD, POST"


def test_refusals_are_worded_in_the_contracts_language(acme: Api) -> None:
    told = problem(acme.post("tickets/", new_ticket(subject=7), Accept_Language="de"), 400)
    assert told["errors"][0]["detail"] == "Not a valid string."
