"""Django's admin: administrators look, revoke and switch off; nobody makes themself a way into tickets."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client

from supportdesk import clock
from teams.actions import create_key
from teams.models import Key, Person
from tests.cast import Cast

PAGES = ["vendor", "line", "team", "queue", "person", "key", "personevent", "keyevent", "membershipevent"]


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ada)
    create_key(vendor=cast.acme, scopes=["tickets:read"], at=clock.now())
    return client


@pytest.mark.parametrize("page", PAGES)
def test_records_are_looked_at_and_not_written(page: str, ada: Client) -> None:
    listed = ada.get(f"/admin/teams/{page}/")
    assert listed.status_code == 200
    model = admin.site.get_model_admin(listed.context["cl"].model).model
    row = model._default_manager.first()
    shown = ada.get(f"/admin/teams/{page}/{row.pk}/change/")
    assert shown.status_code == 200
    assert ada.post(f"/admin/teams/{page}/{row.pk}/change/", {"name": "changed"}).status_code == 403
    assert ada.get(f"/admin/teams/{page}/add/").status_code == 403
    assert ada.post(f"/admin/teams/{page}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_no_secret_is_shown(cast: Cast, ada: Client) -> None:
    cast.dana.set_password("correct horse battery staple")
    cast.dana.save()
    key = Key.objects.get()
    assert cast.dana.password not in ada.get(f"/admin/teams/person/{cast.dana.pk}/change/").content.decode()
    assert key.hash not in ada.get(f"/admin/teams/key/{key.pk}/change/").content.decode()


@pytest.mark.parametrize("username", ["dana", "lea", "vera", "sam"])
def test_nobody_else_comes_in(username: str, cast: Cast, client: Client) -> None:
    client.force_login(getattr(cast, username))
    assert client.get("/admin/teams/person/").status_code == 302


def act(client: Client, page: str, action: str, *rows: Any) -> None:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    assert client.post(f"/admin/teams/{page}/", chosen).status_code == 302


def test_people_are_switched_off_and_on(cast: Cast, ada: Client) -> None:
    dana = Client()
    dana.force_login(cast.dana)
    act(ada, "person", "switch_off", cast.dana, cast.tom)
    assert dana.get("/").url.startswith("/accounts/login/")
    assert Person.objects.filter(is_active=False).count() == 2
    act(ada, "person", "switch_on", cast.dana)
    assert Person.objects.get(is_active=False) == cast.tom


def test_nobody_switches_themself_off(cast: Cast, ada: Client) -> None:
    act(ada, "person", "switch_off", cast.ada, cast.dana)
    assert not Person.objects.filter(is_active=False).exists()


def test_keys_are_revoked(ada: Client) -> None:
    act(ada, "key", "revoke", Key.objects.get())
    assert Key.objects.get().revoked_at is not None


def test_a_second_factor_is_taken_away_but_never_given(cast: Cast, ada: Client) -> None:
    factor = Authenticator.objects.create(user=cast.lea, type="totp", data={"secret": "x"})
    assert ada.get("/admin/mfa/authenticator/").status_code == 200
    assert ada.get("/admin/mfa/authenticator/add/").status_code == 403
    given = {"user": cast.lea.pk, "type": "webauthn", "data": "{}"}
    assert ada.post(f"/admin/mfa/authenticator/{factor.pk}/change/", given).status_code == 403
    ada.post(f"/admin/mfa/authenticator/{factor.pk}/delete/", {"post": "yes"})
    assert not Authenticator.objects.exists()


def test_tickets_are_not_configuration(cast: Cast) -> None:
    assert not cast.ada.has_perm("tickets.view_ticket")
    assert not cast.ada.has_module_perms("tickets")
    assert cast.ada.has_perm("teams.view_person")
    assert not cast.lea.has_perm("teams.view_person")
