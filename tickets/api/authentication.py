"""Who calls: a key in `Authorization: Bearer`, or else a person's session with its CSRF token."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from supportdesk import clock
from supportdesk.rest.limits import client_address
from teams.actions import authenticate_key
from teams.models import Key

CHALLENGE = 'Bearer realm="supportdesk"'


class KeyAuthentication(BaseAuthentication):
    """`request.auth` is the key; `request.user` stays anonymous, for a key is nobody's session."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Key] | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, token = header.strip().partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Send a key: Authorization: Bearer sd_…")
        key = authenticate_key(token=token.strip(), address=client_address(request), at=clock.now())
        if key is None:
            raise AuthenticationFailed("This key is not known here, has expired or was revoked.")
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE
