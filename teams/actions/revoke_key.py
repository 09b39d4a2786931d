from __future__ import annotations

from datetime import datetime

from teams.models import Key


def revoke_key(*, key: Key, at: datetime) -> Key:
    """End a key for good, from the next call on. Revoked again it keeps the first instant."""
    Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)
    key.refresh_from_db(fields=["revoked_at"])
    return key
