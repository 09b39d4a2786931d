"""What happens by itself. The beat table is in settings."""

from __future__ import annotations

from celery import shared_task

from supportdesk.clock import now
from teams.actions import forget_ended_sessions


@shared_task(time_limit=170)
def forget_sessions() -> None:
    """Forget the sessions and one-time addresses whose time is over."""
    forget_ended_sessions(at=now())
