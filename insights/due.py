"""When a timer was due as of an instant that lies before its last change. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from slas.clockwork import stretches
from slas.timers import TimerLike


def due_as_of(timer: TimerLike, phases: Sequence[Any], stopped_at: datetime) -> datetime | None:
    """The due instant that a timer, not breached, had when it stopped at `stopped_at`.

    None where it stood still just before: a paused timer has no due instant. Its target is the one before
    the first change of it that came later.
    """
    ran = [each for each in stretches(timer, phases, stopped_at) if each.ends <= stopped_at]
    if not ran or not ran[-1].runs:
        return None
    later = [change for change in timer.retargets if datetime.fromisoformat(change["at"]) > stopped_at]
    target = timedelta(seconds=later[0]["from"]) if later else timer.target
    last = len(ran) - 1
    while last and ran[last - 1].runs:
        last -= 1
    hours = timer.rule.hours
    banked = sum((hours.elapsed(each.begins, each.ends) for each in ran[:last] if each.runs), timedelta())
    return hours.add(ran[last].begins, target - banked)
