from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from supportdesk.errors import NotAllowed
from teams.keys import admits, read_token
from teams.models import Key

USE_IS_NOTED_EVERY: Final = timedelta(minutes=1)


def authenticate_key(*, token: str, address: str | None, at: datetime) -> Key | None:
    """The key that `token` opens, with its vendor; None where it is wrong, expired or revoked (401).

    Raises NotAllowed where the key is good but `address` is not in its networks (403). One query; a second
    one at most once a minute, to note the use, so that a busy key is not a row that every call writes.
    """
    read = read_token(token)
    if read is None:
        return None
    key = Key.objects.select_related("vendor").filter(prefix=read.prefix).first()
    if not read.fits(key.hash if key is not None else None) or key is None:
        return None
    if key.revoked_at is not None or key.expires_at <= at:
        return None
    if not admits(key.cidrs, address):
        raise NotAllowed("This key may not be used from this address.")
    if key.last_used_at is None or key.last_used_at <= at - USE_IS_NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=at - USE_IS_NOTED_EVERY)
        Key.objects.filter(stale, pk=key.pk).update(last_used_at=at)
        key.last_used_at = at
    return key
