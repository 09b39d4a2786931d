"""Signing in: by password, second factor and one-time address; and all the ways in which nobody gets in."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from supportdesk import clock
from teams.actions import create_sign_in_link, forget_ended_sessions, use_sign_in_link
from teams.links import digest_of
from teams.models import Person, SignInLink
from teams.sign_in import FactorAdapter
from teams.tasks import forget_sessions
from tests.cast import Cast, build_cast

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


def give_password(person: Person) -> None:
    person.set_password(PASSWORD)
    person.save()


def enter(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": password, **more})


def who(client: Client) -> str | None:
    user = client.get("/accounts/password/change/").wsgi_request.user
    return user.username if user.is_authenticated else None


def link_for(person: Person) -> str:
    return f"/accounts/link/{create_sign_in_link(person=person, at=clock.now())}/"


@pytest.mark.parametrize(
    ("username", "home"),
    [
        ("dana", "/queue/"),
        ("tom", "/queue/"),
        ("lea", "/board/"),
        ("vera", "/board/"),
        ("sam", "/internal/"),
        ("ada", "/setup/"),
    ],
)
def test_each_role_comes_home(username: str, home: str, cast: Cast, client: Client) -> None:
    give_password(getattr(cast, username))
    assert enter(client, username).url == home
    assert client.get("/").url == home
    assert client.get("/accounts/login/").url == home


def test_an_e_mail_address_will_do_in_any_case(cast: Cast, client: Client) -> None:
    give_password(cast.dana)
    assert enter(client, "Dana@ACME.example").url == "/queue/"
    assert not EmailAddress.objects.exists()


def test_next_leads_on_but_not_away(cast: Cast) -> None:
    give_password(cast.dana)
    assert enter(Client(), "dana", next="/tickets/CS-1/").url == "/tickets/CS-1/"
    assert enter(Client(), "dana", next="https://evil.example/").url == "/queue/"


def test_nobody_signed_in_is_asked_to(cast: Cast, client: Client) -> None:
    assert client.get("/").url == "/accounts/login/?next=/"


def test_a_wrong_password_and_an_unknown_name_read_the_same(cast: Cast, client: Client) -> None:
    give_password(cast.dana)
    pages = []
    for login in ("dana", "nobody"):
        answer = enter(client, login, "wrong")
        assert answer.status_code == 200
        text = answer.content.decode().replace(login, "")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"', "", text))
    assert pages[0] == pages[1]
    assert who(client) is None


def test_five_wrong_tries_close_the_name_and_no_other(cast: Cast, client: Client) -> None:
    give_password(cast.dana)
    give_password(cast.tom)
    for _ in range(5):
        enter(client, "dana", "wrong")
    answer = enter(client, "dana")
    assert who(client) is None
    assert b"Too many failed login attempts" in answer.content
    assert enter(client, "tom").url == "/queue/"


def test_nobody_signs_up_or_is_mailed(cast: Cast, client: Client) -> None:
    for name in ("account_signup", "account_email", "account_reset_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert client.get("/accounts/signup/").status_code == 404


@pytest.mark.parametrize("way", ["password", "link", "session"])
def test_somebody_switched_off_gets_in_no_way_and_is_out_at_once(
    way: str, cast: Cast, client: Client
) -> None:
    give_password(cast.dana)
    link = link_for(cast.dana)
    if way == "session":
        enter(client, "dana")
        assert who(client) == "dana"
    Person.objects.filter(username="dana").update(is_active=False)
    match way:
        case "password":
            assert enter(client, "dana").url == "/accounts/inactive/"
            assert client.get("/accounts/inactive/").status_code == 200
        case "link":
            assert client.get(link).status_code == 410
            assert client.post(link).status_code == 410
    assert who(client) is None


def test_admin_asks_at_the_same_door(cast: Cast, client: Client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/?next=")
    client.force_login(cast.dana)
    assert client.get("/admin/login/").status_code == 403
    client.force_login(cast.ada)
    assert client.get("/admin/").status_code == 200


def test_every_account_page_is_ours_and_works_under_the_policy(cast: Cast, client: Client) -> None:
    sign_in(client, cast.dana)
    for name in (
        "account_set_password",
        "account_logout",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "usersessions_list",
    ):
        answer = client.get(reverse(name))
        page = answer.content.decode()
        assert answer.status_code == 200, name
        assert 'id="content"' in page, name
        assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", page), name
        assert not re.search(r" (style|on\w+)=\"", page), name
        assert "data:image" not in page, name


def sign_in(client: Client, person: Person) -> Any:
    answer = client.post(link_for(person))
    assert answer.status_code == 302
    return answer


def test_a_link_is_looked_at_and_used_once(cast: Cast, client: Client) -> None:
    link = link_for(cast.dana)
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert b"Sign in as Dana Cruz" in page.content
        assert "no-store" in page["Cache-Control"]
    assert client.post(link).url == "/queue/"
    assert who(client) == "dana"
    for method in (Client().get, Client().post):
        answer = method(link)
        assert answer.status_code == 410
        assert b"no longer works" in answer.content


def test_a_link_needs_the_token_of_the_page(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    link = link_for(cast.dana)
    assert strict.post(link).status_code == 403
    assert SignInLink.objects.get().used_at is None


def test_a_link_takes_the_place_of_another_session(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada)
    client.post(link_for(cast.dana))
    assert who(client) == "dana"


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "%F0%9F%94%91", "..."])
def test_a_link_that_was_never_given_out(token: str, db: None, client: Client) -> None:
    assert client.get(f"/accounts/link/{token}/").status_code == 410
    assert client.post(f"/accounts/link/{token}/").status_code == 410


def test_a_link_lives_ten_minutes(cast: Cast) -> None:
    first, second = (create_sign_in_link(person=cast.dana, at=AT) for _ in range(2))
    assert use_sign_in_link(token=first, at=AT + timedelta(minutes=10)) is None
    assert use_sign_in_link(token=second, at=AT + timedelta(minutes=9, seconds=59)) == cast.dana
    assert use_sign_in_link(token=second, at=AT + timedelta(minutes=9, seconds=59)) is None


def test_only_the_digest_of_a_link_is_stored_and_old_ones_are_forgotten(cast: Cast) -> None:
    old = create_sign_in_link(person=cast.dana, at=AT)
    assert old not in repr(SignInLink.objects.values().get())
    new = create_sign_in_link(person=cast.tom, at=AT + timedelta(minutes=11))
    assert SignInLink.objects.get().digest == digest_of(new)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_at_once_one_gets_in(servers: None) -> None:
    cast = build_cast()
    token = create_sign_in_link(person=cast.dana, at=AT)

    def press(_: int) -> Person | None:
        try:
            return use_sign_in_link(token=token, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        people = list(pool.map(press, range(8)))
    assert sorted(person is not None for person in people) == [False] * 7 + [True]


def run_command(username: str) -> str:
    out = StringIO()
    call_command("sign_in_link", username, stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_the_whole_address(cast: Cast, settings: Any, client: Client) -> None:
    settings.DESK_URL = "https://desk.example"
    address = run_command("dana")
    assert re.fullmatch(r"https://desk\.example/accounts/link/[\w-]{43}/", address)
    client.post(address.removeprefix("https://desk.example"))
    assert who(client) == "dana"


@pytest.mark.parametrize("username", ["nobody", "", "nul\0", "dion"])
def test_the_command_says_why_not(username: str, cast: Cast) -> None:
    Person.objects.filter(username="dion").update(is_active=False)
    with pytest.raises(CommandError, match=r"^(There is no person|dion is switched off)"):
        run_command(username)
    assert not SignInLink.objects.exists()


def test_after_a_link_a_first_password_is_set(cast: Cast, client: Client) -> None:
    sign_in(client, cast.dana)
    client.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    cast.dana.refresh_from_db()
    assert cast.dana.check_password(PASSWORD)


def test_after_a_link_a_forgotten_password_is_replaced(cast: Cast, client: Client) -> None:
    give_password(cast.dana)
    new = "a different one, and long"
    enter(client, "dana")
    client.post("/accounts/password/change/", {"password1": new, "password2": new})
    cast.dana.refresh_from_db()
    assert cast.dana.check_password(PASSWORD)

    sign_in(Client(), cast.dana)
    fresh = Client()
    sign_in(fresh, cast.dana)
    fresh.post("/accounts/password/change/", {"password1": new, "password2": new})
    cast.dana.refresh_from_db()
    assert cast.dana.check_password(new)
    assert who(fresh) == "dana"
    assert who(client) is None


@pytest.mark.parametrize("password", ["short", "dana@acme.example", "password1234"])
def test_weak_passwords_are_refused(password: str, cast: Cast, client: Client) -> None:
    sign_in(client, cast.dana)
    client.post("/accounts/password/set/", {"password1": password, "password2": password})
    cast.dana.refresh_from_db()
    assert not cast.dana.has_usable_password()


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_a_second_factor_is_asked_for_and_kept_encrypted(cast: Cast, client: Client) -> None:
    give_password(cast.dana)
    sign_in(client, cast.dana)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)
    assert secret is not None
    assert "<svg" in page
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret[1])})
    assert answer.url == "/accounts/2fa/recovery-codes/"
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    stored = Authenticator.objects.get(type="totp")
    assert secret[1] not in repr(stored.data)

    fresh = Client()
    assert enter(fresh, "dana").url == "/accounts/2fa/authenticate/"
    assert who(fresh) is None
    assert fresh.get("/accounts/2fa/authenticate/").status_code == 200
    fresh.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert who(fresh) is None
    assert fresh.post("/accounts/2fa/authenticate/", {"code": codes[0]}).url == "/queue/"
    assert who(fresh) == "dana"


def test_secrets_of_an_earlier_key_are_still_read(settings: Any) -> None:
    from_before = FactorAdapter().encrypt("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one altogether"
    assert FactorAdapter().decrypt(from_before) == "JBSWY3DPEHPK3PXP"


def test_changing_factors_takes_a_fresh_proof(cast: Cast, client: Client, monkeypatch: Any) -> None:
    give_password(cast.dana)
    sign_in(client, cast.dana)
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked.url.startswith("/accounts/reauthenticate/")
    assert client.get(asked.url).status_code == 200
    assert client.get("/accounts/password/change/").context["form"].fields.keys() >= {"oldpassword"}
    answer = client.post(asked.url, {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    assert answer.url == "/accounts/2fa/totp/activate/"


def test_sessions_are_listed_and_ended(cast: Cast) -> None:
    give_password(cast.dana)
    here, there = Client(), Client()
    sign_in(here, cast.dana)
    enter(there, "dana")
    assert len(here.get("/accounts/sessions/").context["sessions"]) == 2
    here.post("/accounts/sessions/")
    assert (who(here), who(there)) == ("dana", None)


def test_what_ended_is_forgotten_and_what_lives_is_not(cast: Cast, client: Client) -> None:
    sign_in(client, cast.dana)
    forget_sessions()
    assert who(client) == "dana"
    assert (Session.objects.count(), UserSession.objects.count(), SignInLink.objects.count()) == (1, 1, 1)
    assert forget_ended_sessions(at=clock.now() + timedelta(hours=17)) == 1
    assert (Session.objects.count(), UserSession.objects.count(), SignInLink.objects.count()) == (0, 0, 0)


def test_passkeys_are_offered_at_the_door(cast: Cast, client: Client) -> None:
    assert b'id="passkey_login"' in client.get("/accounts/login/").content
    options = client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["rpId"] == "testserver"
    refused = client.post("/accounts/2fa/webauthn/login/", {"credential": "{}"})
    assert refused.status_code in (200, 302)
    assert who(client) is None


def test_people_sign_in_while_the_broker_is_away(cast: Cast, client: Client, settings: Any) -> None:
    give_password(cast.dana)
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/broker.sock"}}
    assert cache.add("mark", 1) is True
    assert cache.get("mark", "nothing") == "nothing"
    assert cache.delete("mark") is False
    assert enter(client, "dana", "wrong").status_code == 200
    assert enter(client, "dana").url == "/queue/"
