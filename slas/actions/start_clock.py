from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from slas.actions.winding import save_clocks, wind
from slas.matching import Facts
from slas.models import Clock
from slas.moves import Mirror
from slas.queries import no_match_reason, present_rule
from slas.working_time import HORIZON_YEARS
from supportdesk.errors import BadInput
from teams.models import Queue


@transaction.atomic
def start_clock(*, facts: Facts, queue: Queue, started_at: datetime, at: datetime) -> tuple[Clock, Mirror]:
    """Start the clock of a new ticket: match a policy by `facts` and begin its timers at `started_at`.

    Where no policy matches there is no timer, and `no_match_reason` on the clock says so. A start that
    lies in the past is counted from there: what is late already is breached, and the next sweep tells.
    Raises BadInput for a start more than fifty years back. Three queries once the policies are known.
    """
    at = at.astimezone(UTC)
    started_at = min(started_at.astimezone(UTC), at)
    if started_at.year < at.year - HORIZON_YEARS:
        raise BadInput("/created_at", f"Clocks start at most {HORIZON_YEARS} years back.")
    rule = present_rule(facts)
    clock = Clock(
        policy_version_id=rule.policy_version_id if rule is not None else None,
        calendar_version_id=rule.calendar_version_id if rule is not None else None,
        no_match_reason=no_match_reason(facts) if rule is None else "",
        priority=facts.priority,
        started_at=started_at,
    )
    work = wind(clock, [])
    work.start(facts, queue, started_at)
    work.notice(at)
    clock.save(force_insert=True)
    save_clocks([work])
    return clock, work.mirror(at)
