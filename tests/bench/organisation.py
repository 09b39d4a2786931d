"""Writes who pushes and works in the benchmark into the desk that the environment names: the cast, and keys.

    python -m tests.bench.organisation CLIENTS

Prints as JSON the tokens of so many internal tools, and the session of a browser in which dana is signed in.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from supportdesk.clock import now  # noqa: E402
from teams.keys import mint  # noqa: E402
from teams.models import Key  # noqa: E402
from tests.cast import build_cast  # noqa: E402
from tests.work import define_rewards_policy  # noqa: E402


def build(count: int) -> dict[str, object]:
    at = now()
    cast = build_cast()
    define_rewards_policy(at)
    tokens = [mint() for _ in range(count)]
    for number, token in enumerate(tokens):
        Key.objects.create(
            name=f"bench-{number}",
            prefix=token.prefix,
            hash=token.hash,
            kind="tool",
            tool=f"bench-{number}",
            scopes=["tickets:read", "tickets:write", "queues:claim"],
            created_at=at,
            expires_at=at + timedelta(days=1),
        )
    session = SessionStore()
    session[SESSION_KEY] = str(cast.dana.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = cast.dana.get_session_auth_hash()
    session.create()
    return {"tokens": [str(token) for token in tokens], "session": session.session_key}


if __name__ == "__main__":
    json.dump(build(int(sys.argv[1])), sys.stdout)
