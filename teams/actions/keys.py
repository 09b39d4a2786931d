"""Keys of machines: given out once, kept as a hash, recognised by their prefix."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from supportdesk.errors import BadInput, NotAllowed
from teams.models import Key, Vendor
from teams.words import SCOPES

PREFIX_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
PREFIX_LENGTH: Final = 8
USED_AGAIN_AFTER: Final = timedelta(minutes=1)
"""`last_used_at` is written no more often than this, so that a busy key is not a busy row."""


def create_key(
    *,
    name: str,
    scopes: Sequence[str],
    kind: str,
    vendor: Vendor | None = None,
    tool: str = "",
    expires_at: datetime | None = None,
    cidrs: Collection[str] = (),
    at: datetime,
) -> tuple[Key, str]:
    """Give out a key: the row, and the whole text `sd_<prefix>_<secret>`, which is shown once and kept nowhere.

    `kind` is "vendor" (with `vendor`), "in_app", or "tool" (with `tool`). Raises BadInput at /scopes, /cidrs
    or /name.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        known = ", ".join(SCOPES)
        raise BadInput("/scopes", f"{unknown[0]} is no scope." if unknown else f"Name some of {known}.")
    for cidr in cidrs:
        try:
            ipaddress.ip_network(cidr)
        except ValueError:
            raise BadInput("/cidrs", f"{cidr} is no network such as 192.0.2.0/24.") from None
    if Key.objects.filter(name=name).exists():
        raise BadInput("/name", f"There is a key named {name} already.", "unique")
    prefix = "".join(secrets.choice(PREFIX_ALPHABET) for _ in range(PREFIX_LENGTH))
    secret = secrets.token_urlsafe(32)
    key = Key.objects.create(
        name=name,
        prefix=prefix,
        hash=hash_of(secret),
        kind=kind,
        vendor=vendor,
        tool=tool,
        scopes=list(dict.fromkeys(scopes)),
        cidrs=list(cidrs),
        created_at=at,
        expires_at=expires_at,
    )
    return key, f"sd_{prefix}_{secret}"


def authenticate_key(*, token: str, address: str, at: datetime) -> Key | None:
    """The key that this text is, joined with its vendor; None where it is wrong, expired or revoked.

    One query; a second one, once a minute, notes that it was used. Raises NotAllowed where the key may not
    be used from this address.
    """
    mark, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != "sd" or len(prefix) != PREFIX_LENGTH or not (prefix.isascii() and prefix.isalnum()):
        return None
    key = Key.objects.select_related("vendor").filter(prefix=prefix).first()
    if key is None or not hmac.compare_digest(key.hash, hash_of(secret)):
        return None
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= at):
        return None
    if key.cidrs and not is_within(address, key.cidrs):
        raise NotAllowed(f"This key may not be used from {address or 'here'}.")
    if key.last_used_at is None or key.last_used_at <= at - USED_AGAIN_AFTER:
        Key.objects.filter(pk=key.pk).update(last_used_at=at)
        key.last_used_at = at
    return key


def hash_of(secret: str) -> str:
    """SHA-256: the secret is 256 random bits, which no dictionary holds, so that slowness would add nothing."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def is_within(address: str, cidrs: Collection[str]) -> bool:
    try:
        whence = ipaddress.ip_address(address)
    except ValueError:
        return False
    whence = getattr(whence, "ipv4_mapped", None) or whence
    return any(whence in ipaddress.ip_network(cidr) for cidr in cidrs)
