from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from teams.models import SignInLink


@transaction.atomic
def forget_ended_sessions(*, at: datetime) -> int:
    """Delete sessions and one-time addresses that ended before `at`, and the lists' entries of such sessions.

    How many sessions there were. Nobody could have used them any more. Three queries.
    """
    ended, _ = Session.objects.filter(expire_date__lt=at).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    SignInLink.objects.filter(expires_at__lt=at).delete()
    return ended
