"""Paging by keyset: every row once, in order, forwards and back, nulls last; made-up cursors refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from supportdesk.errors import BadInput
from supportdesk.rest.paging import Column, Page, number_column, page_of
from teams.models import Key

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
COLUMNS = {
    "created_at": Column("created_at"),
    "-created_at": Column("created_at", descending=True),
    "last_used_at": Column("last_used_at", nullable=True),
    "-id": number_column("id", descending=True),
}


def ask(ordering: str, query: str = "") -> Page:
    request = RequestFactory().get(f"/api/v1/keys/?{query}")
    return page_of(Key.objects.all(), request, columns=COLUMNS, ordering=ordering)


def query_of(address: str | None) -> str | None:
    return urlsplit(address).query if address else None


def make_keys(facts: list[tuple[int, int | None]]) -> None:
    Key.objects.bulk_create(
        Key(
            name=f"key {number}",
            prefix=f"{number:08}",
            hash="-",
            kind="tool",
            tool="test",
            created_at=START + timedelta(seconds=created),
            expires_at=START + timedelta(days=365),
            last_used_at=None if used is None else START + timedelta(seconds=used, microseconds=used),
        )
        for number, (created, used) in enumerate(facts)
    )


def expected(ordering: str) -> list[int]:
    keys = list(Key.objects.all())
    match ordering:
        case "created_at":
            keys.sort(key=lambda key: (key.created_at, key.pk))
        case "-created_at":
            keys.sort(key=lambda key: (key.created_at, key.pk), reverse=True)
        case "last_used_at":
            keys.sort(key=lambda key: (key.last_used_at is None, key.last_used_at or START, key.pk))
        case "-id":
            keys.sort(key=lambda key: -key.pk)
    return [key.pk for key in keys]


class WalkThereAndBack(TestCase):
    @given(
        facts=st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 3)), max_size=12),
        ordering=st.sampled_from(sorted(COLUMNS)),
        size=st.integers(1, 5),
    )
    @settings(max_examples=60, deadline=None)
    def test_every_row_once_forwards_and_back(
        self, facts: list[tuple[int, int | None]], ordering: str, size: int
    ) -> None:
        make_keys(facts)
        there: list[list[int]] = []
        query: str | None = f"page_size={size}&kind=tool"
        back_from = None
        while query is not None:
            page = ask(ordering, query)
            there.append([key.pk for key in page.rows])
            back_from, query = query_of(page.previous), query_of(page.next)
            assert (back_from is None) == (len(there) == 1)
        assert [pk for rows in there for pk in rows] == expected(ordering)

        back: list[list[int]] = []
        while back_from is not None:
            page = ask(ordering, back_from)
            back.insert(0, [key.pk for key in page.rows])
            back_from = query_of(page.previous)
            assert page.next is not None
        assert back == there[:-1]
        Key.objects.all().delete()


@pytest.mark.django_db
def test_addresses_are_whole_and_keep_the_filters() -> None:
    make_keys([(n, None) for n in range(3)])
    page = ask("created_at", "page_size=1&kind=tool&kind=vendor")
    assert page.next is not None
    address = urlsplit(page.next)
    assert (address.scheme, address.netloc, address.path) == ("http", "testserver", "/api/v1/keys/")
    assert parse_qs(address.query).keys() == {"page_size", "kind", "cursor"}
    assert parse_qs(address.query)["kind"] == ["tool", "vendor"]
    assert page.answer(["x"]) == {"next": page.next, "previous": None, "results": ["x"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["page_size=0", "page_size=201", "page_size=x", "page_size=", "page_size=٣"]
)
def test_a_wrong_page_size_is_named(query: str) -> None:
    with pytest.raises(BadInput) as wrong:
        ask("created_at", query)
    assert wrong.value.pointer == "/page_size"


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["", "x", "ü", "gAAAAA", "%00", "A" * 5_000])
def test_a_made_up_cursor_is_named(cursor: str) -> None:
    with pytest.raises(BadInput) as wrong:
        ask("created_at", f"cursor={cursor}")
    assert wrong.value.pointer == "/cursor"


@pytest.mark.django_db
def test_a_cursor_of_another_ordering_is_refused() -> None:
    make_keys([(n, None) for n in range(3)])
    query = query_of(ask("created_at", "page_size=1").next)
    with pytest.raises(BadInput):
        ask("-created_at", query or "")


@pytest.mark.django_db
def test_a_page_is_one_query_that_compares_rows() -> None:
    make_keys([(n, None) for n in range(5)])
    query = query_of(ask("created_at", "page_size=2").next)
    with CaptureQueriesContext(connection) as asked:
        ask("created_at", query or "")
    assert len(asked) == 1
    assert '("teams_key"."created_at", "teams_key"."id") > (' in asked[0]["sql"]
