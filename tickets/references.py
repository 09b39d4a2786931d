"""References: `CS-` and eight characters drawn at random, so that they tell nobody how many there are."""

import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that nobody misreads one aloud."""


def draw_reference() -> str:
    """A fresh reference such as "CS-7K3M9QXA"; one of 2^40. The unique index refuses a second of its kind."""
    return "CS-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def is_reference(text: str) -> bool:
    """Whether a text has the shape of a reference."""
    return len(text) == 11 and text.startswith("CS-") and all(letter in ALPHABET for letter in text[3:])
