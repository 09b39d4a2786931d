"""Texts for those who may see redacted excerpts only. No Django.

Beside what is masked for staff (e-mails, phones, accounts, long ids) an excerpt lacks handles, links and
references, and is short.
"""

from __future__ import annotations

import re
from typing import Final

from tickets.masking import DOTS, mask_text
from tickets.references import ALPHABET

REFERENCE: Final = re.compile(rf"\bCS-[{ALPHABET}]{{8}}\b", re.IGNORECASE)
HANDLE: Final = re.compile(r"(?<!\w)@[\w.]{2,30}")
LINK: Final = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
LONGEST: Final = 240


def redact(text: str) -> str:
    """The beginning of a text without what would tell who wrote it."""
    short = " ".join(text[: 4 * LONGEST].split())
    told = HANDLE.sub(f"@{DOTS}", LINK.sub(DOTS, REFERENCE.sub(DOTS, mask_text(short))))
    return told if len(told) <= LONGEST else told[: LONGEST - 1].rstrip() + "…"
