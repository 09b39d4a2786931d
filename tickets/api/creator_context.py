"""`X-Creator-Context`: the in-app channel's word on who the creator is, signed.

A JWT (RFC 7519) with HS256, signed with the key's secret part, the text after the second underscore of
`sd_<prefix>_<secret>`: `sub` is the creator's `external_id`, `iat` and `exp` are required, `exp` at most ten
minutes after `iat`. It says that the app signed this creator in just now, so that a mix-up between two
creators in the app's own queues is refused and not filed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import jwt
from rest_framework.request import Request

from supportdesk.errors import NotAllowed
from teams.models import Key, Person

LONGEST: Final = timedelta(minutes=10)
LEEWAY: Final = timedelta(seconds=30)
"""How far the app's clock may be from ours."""


def check_creator_context(request: Request, caller: Person | Key, external_id: str, *, at: datetime) -> None:
    """Raise NotAllowed where the in-app channel's key does not vouch for this creator; others need not."""
    if not isinstance(caller, Key) or caller.kind != "in_app":
        return
    secret = request.headers.get("Authorization", "").strip().split("_", 2)[-1]
    try:
        told = jwt.decode(
            request.headers.get("X-Creator-Context", ""),
            secret,
            algorithms=["HS256"],
            options={"require": ["sub", "iat", "exp"], "verify_exp": False, "verify_iat": False},
        )
        issued, expires = (float(told[name]) for name in ("iat", "exp"))
    except (jwt.InvalidTokenError, TypeError, ValueError):
        raise NotAllowed("X-Creator-Context is missing, or not a token signed with this key.") from None
    now, leeway = at.timestamp(), LEEWAY.total_seconds()
    if not (issued - leeway <= now < expires + leeway and expires - issued <= LONGEST.total_seconds()):
        raise NotAllowed("X-Creator-Context has expired, is not valid yet, or is valid for over ten minutes.")
    if told["sub"] != external_id:
        raise NotAllowed("X-Creator-Context vouches for another creator than creator.external_id.")
