from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from supportdesk.errors import BadInput, Conflict
from teams.keys import mint, tidy_cidr
from teams.models import Key, Vendor
from teams.words import SCOPES

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
LONGEST_LIFE: Final = 3650
"""Days."""
LIFE: Final = 365
"""Days, where nobody says otherwise."""


@transaction.atomic
def create_key(
    *,
    vendor: Vendor | None = None,
    tool: str = "",
    in_app: bool = False,
    scopes: Sequence[str],
    name: str | None = None,
    numbered: bool | None = None,
    days: int = LIFE,
    cidrs: Sequence[str] = (),
    at: datetime,
) -> tuple[Key, str]:
    """Make a key for a vendor, an internal tool or the in-app channel (exactly one of the three).

    Returns the row and the whole text `sd_<prefix>_<secret>`, which cannot be had again. History names keys,
    so a name is used once and for good. Without `name` the key is called by the vendor's slug, the tool's
    name or "in_app"; where that is taken it gets a number ("acme-2"). A given name that is taken raises
    Conflict unless `numbered`. Raises BadInput at "/tool", "/name", "/scopes", "/days" or "/cidrs". Keys
    are made one at a time.
    """
    if [vendor is not None, bool(tool), in_app].count(True) != 1:
        raise BadInput("", "A key belongs to a vendor, to a tool or to the in-app channel.", "required")
    if tool:
        _check_name(tool, "/tool")
    stem = name if name is not None else tool or (vendor.slug if vendor is not None else "in_app")
    _check_name(stem, "/name")
    _check_scopes(scopes)
    if not 1 <= days <= LONGEST_LIFE:
        raise BadInput("/days", f"A key lives from 1 to {LONGEST_LIFE} days.")
    networks = [_tidy(cidr) for cidr in cidrs]
    token = mint()
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE teams_key IN SHARE ROW EXCLUSIVE MODE")
    key = Key.objects.create(
        name=_free_name(stem, numbered=name is None if numbered is None else numbered),
        prefix=token.prefix,
        hash=token.hash,
        kind="in_app" if in_app else "tool" if tool else "vendor",
        vendor=vendor,
        tool=tool,
        scopes=[scope for scope in SCOPES if scope in scopes],
        cidrs=list(dict.fromkeys(networks)),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    return key, str(token)


def _free_name(stem: str, numbered: bool) -> str:
    taken = set(Key.objects.filter(name__startswith=stem).values_list("name", flat=True))
    if stem not in taken:
        return stem
    if not numbered:
        raise Conflict(f'There is or was a key "{stem}" already; history would not tell them apart.')
    return next(name for count in itertools.count(2) if (name := f"{stem}-{count}") not in taken)


def _check_name(name: str, pointer: str) -> None:
    if not NAME.fullmatch(name):
        raise BadInput(pointer, f'"{name}" is no name: up to 64 letters, digits, dots, hyphens, underscores.')


def _check_scopes(scopes: Sequence[str]) -> None:
    if not scopes:
        raise BadInput("/scopes", f"A key has at least one scope of {', '.join(SCOPES)}.", "required")
    for scope in scopes:
        if scope not in SCOPES:
            raise BadInput("/scopes", f'"{scope}" is not a scope; scopes are {", ".join(SCOPES)}.')


def _tidy(cidr: str) -> str:
    try:
        return tidy_cidr(cidr)
    except ValueError:
        raise BadInput(
            "/cidrs", f'"{cidr}" is not a network; write for instance 203.0.113.0/24 or 2001:db8::/32.'
        ) from None
