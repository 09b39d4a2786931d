from __future__ import annotations

from datetime import datetime

from django.db import transaction

from teams.links import digest_of
from teams.models import Person, SignInLink


@transaction.atomic
def use_sign_in_link(*, token: str, at: datetime) -> Person | None:
    """Spend a one-time address: whom it signs in, or None where it is unknown, spent or too old.

    Of two who spend it at once, one gets the person: the update holds only while nobody has used it.
    """
    link = SignInLink.objects.usable(at).select_related("person").filter(digest=digest_of(token)).first()
    if link is None or not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at):
        return None
    return link.person
