"""Paging by keyset: a page costs the same at the millionth row as at the first.

A cursor says beside which row the page starts, by the value that orders the list and the primary key. It is
encrypted: primary keys would tell how many tickets there are, and a made-up cursor cannot be read.
Callers see `{"next", "previous", "results"}`, the first two being whole addresses or null.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import (  # type: ignore[import-untyped]
    Tuple,
    TupleGreaterThan,
    TupleLessThan,
)
from django.http import HttpRequest

from supportdesk.errors import BadInput
from supportdesk.instants import read_instant, write_instant

USUAL: Final = 50
LARGEST: Final = 200


class Column(NamedTuple):
    """What a list is ordered by; ties by primary key in the same direction, nulls last on the way up."""

    name: str
    descending: bool = False
    nullable: bool = False
    read: Callable[[Any], Any] = read_instant
    write: Callable[[Any], Any] = write_instant


def number_column(name: str, *, descending: bool = False) -> Column:
    """A column of whole numbers that are never null."""
    return Column(name, descending, read=int, write=int)


class Place(NamedTuple):
    """The row beside which a page starts (its value and primary key), and whether the page lies before it."""

    value: Any
    pk: int
    backwards: bool


class Page(NamedTuple):
    """The rows of one page in the order of the list, and the addresses of its neighbours."""

    rows: list[Any]
    next: str | None
    previous: str | None

    def answer(self, results: list[Any]) -> dict[str, Any]:
        return {"next": self.next, "previous": self.previous, "results": results}


def page_of(
    rows: QuerySet[Any], request: HttpRequest, *, columns: Mapping[str, Column], ordering: str
) -> Page:
    """The page that the request's `cursor` and `page_size` name; one query, two where nulls begin on it.

    Raises BadInput naming the parameter.
    """
    column = columns[ordering]
    size = page_size(request.GET.get("page_size"))
    place = read_cursor(request.GET.get("cursor"), ordering, column)
    backwards = place is not None and place.backwards
    found: list[Any] = []
    for stretch in stretches(column, place):
        found += stretch.of(rows)[: size + 1 - len(found)]
        if len(found) > size:
            break
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()

    def address(row: Any, *, to_previous: bool) -> str:
        query = request.GET.copy()
        query["cursor"] = write_cursor(
            ordering, column, Place(getattr(row, column.name), row.pk, to_previous)
        )
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")

    if not found:
        return Page([], None, None)
    has_next = backwards or more
    has_previous = more if backwards else place is not None
    return Page(
        found,
        address(found[-1], to_previous=False) if has_next else None,
        address(found[0], to_previous=True) if has_previous else None,
    )


def page_size(given: str | None) -> int:
    if given is None:
        return USUAL
    if not (given.isascii() and given.isdigit() and len(given) <= 4 and 1 <= int(given) <= LARGEST):
        raise BadInput("/page_size", f"Must be a whole number from 1 to {LARGEST}.")
    return int(given)


class Stretch(NamedTuple):
    """A part of the list that one index range serves."""

    condition: Q | TupleGreaterThan | TupleLessThan
    order: tuple[str, ...]

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(self.condition).order_by(*self.order)


def stretches(column: Column, place: Place | None) -> list[Stretch]:
    """The parts of the list from this place on, in reading order; rows without a value come last."""
    descending = column.descending != (place is not None and place.backwards)
    sign = "-" if descending else ""
    is_null = Q(**{f"{column.name}__isnull": True})
    beyond: Any = TupleLessThan if descending else TupleGreaterThan
    valued, unvalued = (f"{sign}{column.name}", f"{sign}pk"), (f"{sign}pk",)
    everything = ~is_null if column.nullable else Q()
    if place is None:
        parts = [Stretch(everything, valued), Stretch(is_null, unvalued)]
    elif place.value is not None:
        position = beyond(Tuple(F(column.name), F("pk")), (place.value, place.pk))
        parts = [Stretch(position, valued)]
        if not place.backwards:
            parts.append(Stretch(is_null, unvalued))
    else:
        position = is_null & Q(**{"pk__lt" if place.backwards else "pk__gt": place.pk})
        parts = [Stretch(position, unvalued)]
        if place.backwards:
            parts.append(Stretch(everything, valued))
    return parts if column.nullable else parts[:1]


@lru_cache
def cipher(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"cursor {secret}".encode()).digest()))


def write_cursor(ordering: str, column: Column, place: Place) -> str:
    value = None if place.value is None else column.write(place.value)
    text = json.dumps([ordering, value, place.pk, place.backwards], separators=(",", ":"))
    return cipher(settings.SECRET_KEY).encrypt(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, ordering: str, column: Column) -> Place | None:
    if cursor is None:
        return None
    try:
        text = cipher(settings.SECRET_KEY).decrypt(cursor + "=" * (-len(cursor) % 4))
    except (InvalidToken, ValueError):
        raise BadInput("/cursor", "This cursor was not given out by this desk.") from None
    made_for, value, pk, backwards = json.loads(text)
    if made_for != ordering:
        raise BadInput("/cursor", "This cursor belongs to another list or ordering.")
    return Place(None if value is None else column.read(value), pk, backwards)
