"""What a key looks like and how it is checked: `sd_<8-char prefix>_<secret>`.

The prefix is public: it finds the row, and people recognise a key by it. The secret is 256 random bits and
only its SHA-256 is kept. A slow hash with a salt, as passwords need, would defend nothing here, for nobody can
guess 256 bits however fast each guess is, and it would cost every call of the API tens of milliseconds.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
PREFIX_LENGTH: Final = 8
SECRET_BYTES: Final = 32
FORM: Final = re.compile(r"sd_([a-z0-9]{8})_([0-9a-f]{64})", re.ASCII)
NO_HASH: Final = "0" * 64


@dataclass(frozen=True)
class Token:
    """A key as its holder has it."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"sd_{self.prefix}_{self.secret}"

    @property
    def hash(self) -> str:
        """The SHA-256 of the secret in hexadecimal."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def fits(self, stored: str | None) -> bool:
        """Whether `stored` is this token's hash, in a time that does not tell how much of it fits.

        Where no key has this prefix `stored` is None, and the comparison is made all the same.
        """
        return hmac.compare_digest(self.hash, stored or NO_HASH)


def mint() -> Token:
    """A new token; whether its prefix is free is for the database to say."""
    prefix = "".join(secrets.choice(ALPHABET) for _ in range(PREFIX_LENGTH))
    return Token(prefix, secrets.token_hex(SECRET_BYTES))


def read_token(text: str) -> Token | None:
    """The token that `text` writes, or None where it is not of the form."""
    found = FORM.fullmatch(text)
    return Token(found[1], found[2]) if found else None


def tidy_cidr(text: str) -> str:
    """A network as it is stored ("10.0.0.0/8"; a lone address is a network of one); else ValueError."""
    return str(ipaddress.ip_network(text.strip()))


def admits(cidrs: Iterable[str], address: str | None) -> bool:
    """Whether a caller at `address` may use a key with these networks; no network means from anywhere."""
    networks = [ipaddress.ip_network(cidr) for cidr in cidrs]
    if not networks:
        return True
    try:
        caller = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(caller, "ipv4_mapped", None)
    return any((mapped or caller) in network for network in networks)
