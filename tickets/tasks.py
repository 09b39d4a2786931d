"""What happens by itself: each task reads the clock and makes one call. The beat table is in settings.

A run that goes past its soft limit is broken off and rolled back; the next one goes on where it stood.
"""

from __future__ import annotations

from celery import shared_task

from supportdesk.clock import now
from tickets import actions

TURNS = 50
"""Batches in one run of a sender, after which the next run goes on: no task keeps a worker for long."""


@shared_task(soft_time_limit=60, time_limit=90)
def raise_alerts() -> None:
    """Tell the timers that have come due."""
    actions.raise_alerts(at=now())


@shared_task(soft_time_limit=60, time_limit=90)
def wake_pending() -> None:
    """Open the tickets whose wait is over."""
    actions.wake_pending(at=now())


@shared_task(soft_time_limit=10, time_limit=14)
def show_alerts() -> None:
    """Tell open pages of alerts."""
    for _ in range(TURNS):
        if not actions.show_alerts(at=now()):
            return


@shared_task(time_limit=170)
def send_mails() -> None:
    """Send the mail that is waiting. Its limit ends a sender before the lease of its rows does."""
    for _ in range(TURNS):
        if not actions.send_mails(at=now()):
            return


@shared_task(soft_time_limit=200)
def forget_sent() -> None:
    """Clear the outbox of what went out long ago."""
    actions.forget_sent(at=now())


@shared_task(soft_time_limit=200)
def forget_answers() -> None:
    """Drop the answers to idempotent calls once their day is over."""
    actions.forget_answers(at=now())
