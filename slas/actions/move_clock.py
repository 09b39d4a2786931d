from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from slas.actions.winding import load_clocks, save_clocks
from slas.moves import Mirror, Move


@transaction.atomic
def move_clock(*, clock_id: int, moves: Sequence[Move], at: datetime) -> Mirror:
    """Tell a clock what happened to its ticket; the moves are made in order, all at one instant.

    The caller holds the ticket's lock already. An instant before the clock's last change counts as that
    change. One query to load, one to save the timers, one more where the phase or the priority changed,
    one more where a new stay in a queue is matched.
    """
    at = at.astimezone(UTC)
    work = load_clocks([clock_id])[clock_id]
    work.apply(moves, at)
    save_clocks([work])
    return work.mirror(at)
