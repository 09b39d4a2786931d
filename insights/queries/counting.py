"""What every count stands on: which tickets belong to a scope, and the shape of what comes back.

All is told by the append-only history, as of the horizon: a ticket's row only says where to look (its line,
when it was last touched, whether it is unsolved by now). `moved_since` takes back what happened to the line
of a ticket after the span.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from insights.scope import CAME_BACK_WITHIN, REOPENED_WITHIN, Scope

MOVED: Final = """
moved_since AS MATERIALIZED (
    SELECT DISTINCT ticket_id FROM tickets_event
    WHERE kind IN ('escalated', 'returned', 'transferred') AND at >= %(ends)s
)
"""
"""The tickets that went from queue to queue after the span, so that their line may be another one now."""

TOUCHED: Final = """
candidate AS MATERIALIZED (
    SELECT id, line_id, creator_id, clock_id, updated_at FROM tickets_ticket
    WHERE line_id = %(line_id)s AND updated_at >= %(begins)s AND created_at < %(ends)s
      AND (%(channel)s IS NULL OR channel = %(channel)s)
    UNION ALL
    SELECT id, line_id, creator_id, clock_id, updated_at FROM tickets_ticket
    WHERE queue_id IN (SELECT id FROM teams_queue WHERE line_id = %(line_id)s)
      AND status IN ('new', 'open', 'pending') AND updated_at < %(begins)s AND created_at < %(ends)s
      AND (%(channel)s IS NULL OR channel = %(channel)s)
    UNION ALL
    SELECT id, line_id, creator_id, clock_id, updated_at FROM tickets_ticket
    WHERE id IN (SELECT ticket_id FROM moved_since) AND line_id <> %(line_id)s AND created_at < %(ends)s
      AND (%(channel)s IS NULL OR channel = %(channel)s)
)
"""
"""Where to look for tickets that were unsolved in the span or touched since it began."""

OF_LINE: Final = """
line_then AS MATERIALIZED (
    SELECT DISTINCT ON (event.ticket_id) event.ticket_id, event.data ->> 'lob' AS lob
    FROM candidate
    JOIN moved_since ON moved_since.ticket_id = candidate.id
    JOIN tickets_event AS event ON event.ticket_id = candidate.id
    WHERE event.kind IN ('created', 'escalated', 'returned', 'transferred') AND event.at < %(ends)s
    ORDER BY event.ticket_id, event.seq DESC
),
mine AS MATERIALIZED (
    SELECT candidate.*
    FROM candidate
    LEFT JOIN moved_since ON moved_since.ticket_id = candidate.id
    LEFT JOIN line_then ON line_then.ticket_id = candidate.id
    WHERE CASE WHEN moved_since.ticket_id IS NULL THEN candidate.line_id = %(line_id)s
               ELSE line_then.lob = %(line)s END
)
"""
"""Of the candidates, those that were the line's when the span ended."""

MINE: Final = f"{MOVED}, {TOUCHED}, {OF_LINE}"

OWNERS: Final = """
owner AS MATERIALIZED (
    SELECT queue.slug AS queue, queue.id AS queue_id, queue.tier, coalesce(vendor.slug, '') AS vendor
    FROM teams_queue AS queue
    JOIN teams_team AS team ON team.id = queue.team_id
    LEFT JOIN teams_vendor AS vendor ON vendor.id = team.vendor_id
)
"""
"""Whose a queue is. Set-up is read as it is now: it has no history of its own."""


@dataclass(frozen=True)
class Count:
    """One row of a count: its name, what it is a part of, and the tickets on either side.

    `amount` is what is counted (timers, moves, tickets) and `whole` what it is a share of, None for a plain
    count; `counted` and `others` are the distinct tickets of the former and of the rest of the latter.
    """

    measure: str
    part: Mapping[str, str | int]
    amount: int
    whole: int | None
    counted: tuple[int, ...]
    others: tuple[int, ...]


def terms_of(scope: Scope) -> dict[str, Any]:
    return {
        "line_id": scope.line_id,
        "line": scope.line,
        "begins": scope.span.begins,
        "ends": scope.ends,
        "horizon": scope.horizon,
        "channel": scope.channel,
        "came_back_within": CAME_BACK_WITHIN,
        "reopened_within": REOPENED_WITHIN,
    }


def run(statement: str, scope: Scope, **more: Any) -> list[Count]:
    """The counts that a statement gives: measure, part, amount, whole, counted, others. One query.

    A part in which nothing was counted has no row.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {**terms_of(scope), **more})
        return [
            Count(
                measure=measure,
                part={name: value for name, value in json.loads(part).items() if value is not None},
                amount=amount,
                whole=whole,
                counted=tuple(sorted(set(counted or ()))),
                others=tuple(sorted(set(others or ()) - set(counted or ()))),
            )
            for measure, part, amount, whole, counted, others in cursor.fetchall()
            if amount or whole
        ]
