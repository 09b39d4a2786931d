"""Instants as text: ISO-8601 in, always with a zone; UTC with `Z` out, a fraction only where there is one."""

import re
from datetime import UTC, datetime
from typing import Final

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No ticket, decision or filter is older; a clock started in the year 1 would count for a very long time."""

INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII
)


def read_instant(text: str) -> datetime | None:
    """The instant in UTC, or None where the text is not an ISO-8601 date and time with a zone."""
    if not INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def write_instant(at: datetime) -> str:
    """`2026-11-23T12:40:00Z`, or `2026-11-23T12:40:00.250000Z` where there is a fraction."""
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
