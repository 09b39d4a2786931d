"""What `manage.py check --deploy` refuses beyond Django's own list."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def secret_key_is_our_own(**_: Any) -> list[checks.CheckMessage]:
    """A desk that others reach needs a secret of its own; tests and linters get along with a known one."""
    if settings.SECRET_KEY != settings.KNOWN_SECRET:
        return []
    return [checks.Error("Set SUPPORTDESK_SECRET_KEY or SUPPORTDESK_SECRET_KEY_FILE.", id="supportdesk.E001")]
