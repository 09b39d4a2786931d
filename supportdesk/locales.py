"""Locales as BCP 47 language tags (RFC 5646, section 2.1), without extensions and private use."""

import re
from typing import Final

LONGEST: Final = 35

TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)


def tidy_locale(text: str) -> str | None:
    """The tag in its usual spelling ("PT-br" becomes "pt-BR"), or None where it is not a language tag."""
    found = TAG.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    script, region = found["script"], found["region"]
    parts = [found["language"].lower()]
    if script:
        parts.append(script.title())
    if region:
        parts.append(region.upper())
    return "-".join(parts) + found["variants"].lower()
