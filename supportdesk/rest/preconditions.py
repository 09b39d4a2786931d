"""`ETag` and `If-Match` (RFC 9110, sections 8.8.3 and 13.1.1) over a row's version."""

import re
from typing import Final

from supportdesk.errors import Stale

TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
TAGS: Final = re.compile(rf"\s*(?:{TAG.pattern})(?:\s*,\s*(?:{TAG.pattern}))*\s*")


def etag(version: int) -> str:
    return f'"{version}"'


def refuse_stale(if_match: str | None, version: int) -> None:
    """Raise Stale unless the header is absent, `*`, or names this version.

    Tags are compared strongly, so a weak one (`W/"7"`) never matches; neither does a malformed header.
    """
    if if_match is None or if_match.strip() == "*":
        return
    if not TAGS.fullmatch(if_match) or ("", str(version)) not in TAG.findall(if_match):
        raise Stale(f"If-Match names another version than the present one, {version}; nothing was changed.")
