"""The address at which a creator rates: the invitation's random code, signed, so that a guess reaches nothing."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse

SIGNER: Final = signing.Signer(sep=".", salt="insights.rating")


def token_for(code: uuid.UUID) -> str:
    return SIGNER.sign(code.hex)


def code_in(token: str) -> uuid.UUID | None:
    """The code that a token carries; None where it was not signed here."""
    try:
        return uuid.UUID(hex=SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def address_of(code: uuid.UUID) -> str:
    return settings.DESK_URL + reverse("rate", kwargs={"token": token_for(code)})
