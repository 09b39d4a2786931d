"""Whose law a creator's region brings with it. No Django."""

from __future__ import annotations

from typing import Final

ANY: Final = "*"
EU: Final = "EU"
EU_REGIONS: Final = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
    "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "GF", "GP", "MF", "MQ", "RE", "YT",
))  # fmt: skip
"""ISO 3166-1 codes of the member states, and of the outermost regions that have their own (TFEU, Art. 355(1))."""


def jurisdictions_of(region: str) -> tuple[str, ...]:
    """The jurisdictions of an ISO 3166 region, the narrowest first: "DE-BY" gives DE-BY, DE, EU and "*"."""
    region = region.strip().upper()
    country = region.partition("-")[0]
    wider = (EU,) if country in EU_REGIONS else ()
    return tuple(dict.fromkeys((*filter(None, (region, country)), *wider, ANY)))
