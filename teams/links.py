"""The token of a one-time address: 256 random bits, of which only the SHA-256 is kept (as of a key's secret)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

LIFE: Final = timedelta(minutes=10)


def mint_link() -> str:
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """In hexadecimal; anything may be asked for, as it comes from an address."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
