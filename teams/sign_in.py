"""How people sign in: allauth's ways, under the desk's rules.

Nobody signs up and nobody is mailed: the setup file brings people, and a one-time address
(`manage.py sign_in_link`) is their first way in and their way back.
"""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any, cast

import qrcode
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.signals import user_logged_in
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from qrcode.image.svg import SvgPathImage

from teams.homes import home_of
from teams.models import Person

LINK = "link"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up; each role comes to its own page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(cast(Person, request.user))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are encrypted at rest under the desk's secret key."""

    def get_totp_issuer(self) -> str:
        return "Support desk"

    def build_totp_svg(self, url: str) -> str:
        """Black squares alone, to stand inside a page that allows no image from elsewhere."""
        return cast(str, qrcode.make(url, image_factory=SvgPathImage).to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()


def _vault() -> MultiFernet:
    """Encrypts under SECRET_KEY, and still reads what was encrypted under SECRET_KEY_FALLBACKS."""
    keys = [force_bytes(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"second factors " + key).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """Asks for the present password, except of somebody who has just come in by a one-time address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if came_by_link(context.request):
            del self.fields["oldpassword"]


def sign_in_by_link(request: HttpRequest, person: Person) -> None:
    """Begin a session for `person`; for some minutes it counts as if they had given all their factors."""
    login(request, person)
    record_authentication(request, person, method=LINK, reauthenticated=True)
    user_logged_in.send(sender=Person, request=request, user=person)


def came_by_link(request: HttpRequest) -> bool:
    """Whether this session began by a one-time address so lately that no other proof is asked for."""
    records = get_authentication_records(request, cast(Person, request.user))
    return any(
        record["method"] == LINK and time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        for record in records
    )
