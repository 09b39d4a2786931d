from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from slas.actions.winding import begin_clock, save_clocks
from slas.matching import Facts
from slas.models import Clock, Timer
from slas.moves import Mirror
from teams.models import Queue


def start_clock(*, facts: Facts, queue: Queue, started_at: datetime, at: datetime) -> tuple[Clock, Mirror]:
    """Start the clock of a new ticket: match a policy by `facts` and begin its timers at `started_at`.

    Where no policy matches there is no timer, and `no_match_reason` on the clock says so. A start that
    lies in the past is counted from there: what is late already is breached, and the next sweep tells.
    The timers are at hand in `clock.begun`. Raises BadInput for a start more than fifty years back. Three
    queries once the policies are known.
    """
    at = at.astimezone(UTC)
    clock, work = begin_clock(facts=facts, queue=queue, started_at=started_at, at=at)
    with transaction.atomic(savepoint=False):
        clock.save(force_insert=True)
        save_clocks([work])
    clock.begun = [timer for timer in work.timers if isinstance(timer, Timer)]
    return clock, work.mirror(at)
