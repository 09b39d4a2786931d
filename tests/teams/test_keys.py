"""Keys: their form, who may use one and from where, and what the desk notes of it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.errors import BadInput, Conflict, NotAllowed
from teams.actions import authenticate_key, create_key, revoke_key
from teams.keys import Token, admits, mint, read_token, tidy_cidr
from teams.models import Key
from tests.cast import Cast, build_cast

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
READ = ("tickets:read",)


def test_a_token_reads_as_it_was_written() -> None:
    token = mint()
    assert re.fullmatch(r"sd_[a-z0-9]{8}_[0-9a-f]{64}", str(token))
    assert read_token(str(token)) == token
    assert token.fits(token.hash)
    assert not token.fits(mint().hash)
    assert not token.fits(None)


@given(st.text())
def test_anything_may_be_offered_as_a_token(text: str) -> None:
    assert read_token(text) is None
    assert read_token(f"sd_{text}") is None


@pytest.mark.parametrize(
    ("cidrs", "address", "admitted"),
    [
        ([], "203.0.113.9", True),
        ([], None, True),
        (["203.0.113.0/24"], "203.0.113.9", True),
        (["203.0.113.0/24"], "203.0.114.9", False),
        (["203.0.113.0/24"], "::ffff:203.0.113.9", True),
        (["203.0.113.0/24"], "2001:db8::1", False),
        (["203.0.113.0/24", "2001:db8::/32"], "2001:db8::1", True),
        (["203.0.113.0/24"], None, False),
        (["203.0.113.0/24"], "here", False),
    ],
)
def test_addresses(cidrs: list[str], address: str | None, admitted: bool) -> None:
    assert admits(cidrs, address) is admitted


def test_a_lone_address_is_a_network_of_one() -> None:
    assert tidy_cidr(" 203.0.113.9 ") == "203.0.113.9/32"
    with pytest.raises(ValueError, match="host bits"):
        tidy_cidr("203.0.113.9/24")


def test_only_the_hash_is_stored(cast: Cast) -> None:
    key, text = create_key(vendor=cast.acme, scopes=READ, at=AT)
    stored = Key.objects.values().get(pk=key.pk)
    token = read_token(text)
    assert token is not None
    assert stored["hash"] == token.hash
    assert token.secret not in repr(stored)


def test_a_key_opens(cast: Cast, django_assert_num_queries: Any) -> None:
    key, text = create_key(vendor=cast.acme, scopes=READ, at=AT)
    with django_assert_num_queries(2):
        assert authenticate_key(token=text, address="203.0.113.9", at=AT) == key
    with django_assert_num_queries(1):
        again = authenticate_key(token=text, address="203.0.113.9", at=AT + timedelta(seconds=59))
        assert again is not None
        assert again.source == "vendor:acme"
    key.refresh_from_db()
    assert key.last_used_at == AT
    authenticate_key(token=text, address="203.0.113.9", at=AT + timedelta(seconds=60))
    key.refresh_from_db()
    assert key.last_used_at == AT + timedelta(seconds=60)


def test_a_wrong_expired_or_revoked_key_does_not(cast: Cast) -> None:
    key, text = create_key(vendor=cast.acme, scopes=READ, days=1, at=AT)
    wrong = str(Token(key.prefix, "0" * 64))
    assert authenticate_key(token=wrong, address=None, at=AT) is None
    assert authenticate_key(token=str(mint()), address=None, at=AT) is None
    assert authenticate_key(token=text, address=None, at=AT + timedelta(days=1)) is None
    revoke_key(key=key, at=AT)
    assert authenticate_key(token=text, address=None, at=AT) is None
    key.refresh_from_db()
    assert key.last_used_at is None


def test_another_address_is_refused_and_not_noted(cast: Cast) -> None:
    key, text = create_key(vendor=cast.acme, scopes=READ, cidrs=["203.0.113.0/24"], at=AT)
    with pytest.raises(NotAllowed):
        authenticate_key(token=text, address="198.51.100.1", at=AT)
    key.refresh_from_db()
    assert key.last_used_at is None
    assert authenticate_key(token=text, address="203.0.113.1", at=AT) == key


def test_revoking_twice_keeps_the_first_instant(cast: Cast) -> None:
    key, _ = create_key(vendor=cast.acme, scopes=READ, at=AT)
    revoke_key(key=key, at=AT)
    assert revoke_key(key=key, at=AT + timedelta(days=1)).revoked_at == AT


def test_unnamed_keys_are_called_by_their_holder_and_numbered(cast: Cast) -> None:
    def name(**holder: Any) -> str:
        return create_key(**holder, scopes=READ, at=AT)[0].name

    assert [name(vendor=cast.acme) for _ in range(3)] == ["acme", "acme-2", "acme-3"]
    assert [name(tool="warehouse"), name(in_app=True)] == ["warehouse", "in_app"]


def test_a_name_is_used_once_and_for_good(cast: Cast) -> None:
    key, _ = create_key(vendor=cast.acme, name="crm", scopes=READ, at=AT)
    revoke_key(key=key, at=AT)
    with pytest.raises(Conflict):
        create_key(vendor=cast.bolt, name="crm", scopes=READ, at=AT)
    assert create_key(vendor=cast.bolt, name="crm", numbered=True, scopes=READ, at=AT)[0].name == "crm-2"


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["tickets:read", "all"]}, "/scopes"),
        ({"name": ""}, "/name"),
        ({"name": "two words"}, "/name"),
        ({"name": "x" * 65}, "/name"),
        ({"name": "nul\0"}, "/name"),
        ({"days": 0}, "/days"),
        ({"days": 3651}, "/days"),
        ({"cidrs": ["everywhere"]}, "/cidrs"),
        ({"tool": "warehouse"}, ""),
        ({"vendor": None}, ""),
        ({"vendor": None, "tool": "../x"}, "/tool"),
    ],
)
def test_refusals_leave_nothing_behind(terms: dict[str, Any], pointer: str, cast: Cast) -> None:
    with pytest.raises(BadInput) as refusal:
        create_key(**{"vendor": cast.acme, "scopes": READ, "at": AT, **terms})
    assert refusal.value.pointer == pointer
    assert not Key.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_keys_made_at_once_get_names_of_their_own() -> None:
    acme = build_cast().acme

    def make(_: int) -> str:
        try:
            return create_key(vendor=acme, scopes=READ, at=AT)[0].name
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, range(4))) == ["acme", "acme-2", "acme-3", "acme-4"]
