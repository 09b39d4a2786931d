"""What a number is counted over: a line, a span of time, and the horizon up to which anything is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from insights.weeks import Span

CAME_BACK_WITHIN: Final = timedelta(days=7)
"""A new ticket of the creator on the line so soon means that the first contact did not resolve it."""
REOPENED_WITHIN: Final = timedelta(days=14)
RATED_WITHIN: Final = timedelta(days=14)
"""How long an invitation to rate stays open."""
SETTLED_AFTER: Final = max(CAME_BACK_WITHIN, REOPENED_WITHIN, RATED_WITHIN)
"""When the longest of these windows has closed for everything that was resolved or asked in the span."""


@dataclass(frozen=True)
class Scope:
    """One line from `span.begins` up to but not `span.ends`, told by all that happened before `horizon`.

    A ticket belongs to the line that held it when the span ended. `channel` narrows it to one.
    """

    line_id: int
    line: str
    span: Span
    horizon: datetime
    channel: str | None = None

    @property
    def ends(self) -> datetime:
        """The end of the span, or the horizon where that lies within."""
        return min(self.span.ends, self.horizon)

    def settles_at(self, window: timedelta) -> datetime | None:
        """When a number that looks `window` past its span is settled; None where the horizon is past that."""
        settled = self.span.ends + window
        return settled if settled > self.horizon else None
