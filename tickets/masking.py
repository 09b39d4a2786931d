"""What is kept from the reader's eye: e-mails, phones, payment data and ids in texts and fields. No Django.

Rules of domain.md, "Kept from whom". A masked e-mail keeps the first letter of both halves (`a•••@d•••`),
a masked number its last two digits. What looks like a card is masked only where its Luhn check holds
(ISO/IEC 7812-1) and what looks like an IBAN only where its remainder is one (ISO 13616), unless it is long
enough to be masked as a number anyway.
"""

from __future__ import annotations

import re
from typing import Final

DOTS: Final = "•••"

EMAIL: Final = re.compile(r"([\w.+%-])([\w.+%-]{0,63})@([^\W_])((?:[\w-]{0,62}\.){1,126}[^\W\d_]{2,24})")
IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b")
NUMBER: Final = re.compile(
    r"(?P<kept>CS-[0-9A-Z]{8}(?![0-9A-Za-z])"  # a reference
    r"|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d|-\d)(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d)"  # a day
    r"|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"  # a time of day
    r"|(?<!\d)(?:19|20)\d{2}-(?:19|20)\d{2}(?!\d|-\d)"  # a span of years
    r"|(?<![\d.,])\d([., \u00a0])\d{3}\2\d{3}(?!\d|[ ().\-\u00a0]{1,2}\d))"  # an amount of millions
    r"|\+?\(?\d(?:[ ().\-\u00a0]{0,2}\d){6,}"
)


def mask_email(address: str) -> str:
    """`ana@desk.example` as `a•••@d•••`; an empty address stays empty."""
    if not address:
        return ""
    name, _, host = address.partition("@")
    return f"{name[:1]}{DOTS}@{host[:1]}{DOTS}"


def mask_text(text: str) -> str:
    """A text with the e-mails, phone numbers, card and account numbers and long ids in it masked.

    References of tickets, dates and amounts stay readable.
    """
    masked = EMAIL.sub(lambda found: f"{found[1]}{DOTS}@{found[3]}{DOTS}", text)
    masked = IBAN.sub(
        lambda found: f"{found[0][:2]}{DOTS}{found[0][-2:]}" if is_iban(found[0]) else found[0], masked
    )
    return NUMBER.sub(mask_number, masked)


def mask_iban(found: re.Match[str]) -> str:
    return f"{found[0][:2]}{DOTS}{found[0][-2:]}" if is_iban(found[0]) else found[0]


def mask_number(found: re.Match[str]) -> str:
    if found["kept"]:
        return found[0]
    digits = [character for character in found[0] if character.isdigit()]
    return f"{DOTS}{digits[-2]}{digits[-1]}"


def is_iban(text: str) -> bool:
    """Whether the check digits hold: letters as 10 to 35, the first four moved last, remainder 1 by 97."""
    plain = re.sub(r"[ -]", "", text)
    if not 15 <= len(plain) <= 34:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
