from __future__ import annotations

from datetime import datetime

from django.db import transaction

from supportdesk.errors import NotAllowed
from teams.links import LIFE, digest_of, mint_link
from teams.models import Person, SignInLink


@transaction.atomic
def create_sign_in_link(*, person: Person, at: datetime) -> str:
    """The token of an address that signs `person` in once, within ten minutes.

    Forgets the links of everybody that have expired. Raises NotAllowed for somebody switched off.
    """
    if not person.is_active:
        raise NotAllowed(f"{person.username} is switched off and cannot sign in.")
    SignInLink.objects.filter(expires_at__lte=at).delete()
    token = mint_link()
    SignInLink.objects.create(person=person, digest=digest_of(token), created_at=at, expires_at=at + LIFE)
    return token
