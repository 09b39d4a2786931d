"""What happens by itself: each task reads the clock and makes one call. The beat table is in settings."""

from __future__ import annotations

from celery import shared_task

from insights import actions
from supportdesk.clock import now


@shared_task
def build_due_weeks() -> None:
    """Build the weekly reports that are due; from Monday on, in each line's own zone."""
    actions.build_due_weeks(at=now())


@shared_task
def count_weeks_again() -> None:
    """Look whether anything became known late of the last weeks."""
    actions.build_due_weeks(at=now(), again=True)


@shared_task
def ask_for_ratings() -> None:
    """Learn what became of the last invitations, take back what was overtaken, and ask anew."""
    actions.note_deliveries()
    actions.void_overtaken()
    actions.invite_ratings(at=now())
