"""Timers counted: met and breached, of those due or ended in a span, as they stood at the horizon."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connection

from insights.due import due_as_of
from insights.queries.counting import MINE, OWNERS, Count, run, terms_of
from insights.scope import Scope
from slas.metrics import METRICS
from slas.models import Timer
from slas.queries import with_rules

CARRYING_ON: Final = [metric for metric, row in METRICS.items() if row.carries_on]

TIMERS: Final = """
known AS MATERIALIZED (
    SELECT mine.id AS ticket_id, timer.id, timer.metric, timer.queue_id, timer.due_at, timer.cancelled,
           timer.clock_id, mine.updated_at,
           CASE WHEN timer.ended_at < %(horizon)s THEN timer.ended_at END AS ended_at,
           CASE WHEN timer.breached_at IS NOT NULL OR timer.running_since IS NOT NULL
                THEN coalesce(timer.breached_at,
                              CASE WHEN greatest(timer.due_at, timer.running_since) < %(horizon)s
                                   THEN timer.due_at END) END AS late_at
    FROM mine JOIN slas_timer AS timer ON timer.clock_id = mine.clock_id
    WHERE timer.started_at < %(horizon)s
    UNION ALL
    SELECT ticket.id, timer.id, timer.metric, timer.queue_id, timer.due_at, timer.cancelled,
           timer.clock_id, ticket.updated_at, timer.ended_at, NULL
    FROM slas_timer AS timer JOIN tickets_ticket AS ticket ON ticket.clock_id = timer.clock_id
    WHERE timer.due_at >= %(begins)s AND timer.due_at < %(ends)s AND timer.ended_at < %(begins)s
      AND timer.breached_at IS NULL AND NOT timer.cancelled
      AND ticket.line_id = %(line_id)s AND ticket.updated_at < %(begins)s
      AND ticket.status NOT IN ('new', 'open', 'pending')
      AND (%(channel)s IS NULL OR ticket.channel = %(channel)s)
),
taken_up AS MATERIALIZED (
    SELECT known.id, (
        SELECT CASE WHEN turn.phase ->> 1 = 'solved' THEN (turn.phase ->> 0)::timestamptz END
        FROM jsonb_array_elements(clock.phases) WITH ORDINALITY AS turn(phase, place)
        WHERE (turn.phase ->> 0)::timestamptz < %(horizon)s
        ORDER BY turn.place DESC LIMIT 1
    ) AS solved_at
    FROM known JOIN slas_clock AS clock ON clock.id = known.clock_id
    WHERE known.metric = ANY(%(carrying_on)s) AND known.ended_at IS NULL
      AND known.updated_at >= %(horizon)s AND (known.late_at IS NULL OR known.late_at >= %(horizon)s)
),
stood AS MATERIALIZED (
    SELECT known.ticket_id, known.id, known.metric, known.queue_id,
           coalesce(known.ended_at, taken_up.solved_at) AS ended_at,
           CASE WHEN known.late_at < %(horizon)s THEN known.late_at END AS late_at,
           CASE WHEN taken_up.solved_at IS NULL THEN known.due_at END AS due_at
    FROM known LEFT JOIN taken_up ON taken_up.id = known.id
    WHERE NOT (known.cancelled AND known.ended_at IS NOT NULL)
)
"""
"""Each timer as it stood at the horizon: one that ended, was cancelled or was breached later had not yet.

Of tickets untouched since the span began only those can count that were met before and fell due in it.
What carries on through a reopen and was reopened after the horizon (`taken_up`) had ended with the resolve
before; its due instant of that time is no longer in the row.
"""

COUNTED: Final = """
decided AS MATERIALIZED (
    SELECT ticket_id, id, queue_id, metric, late_at IS NULL AS met, coalesce(late_at, ended_at) AS decided_at
    FROM stood
    WHERE (late_at IS NOT NULL OR ended_at IS NOT NULL)
      AND ((ended_at >= %(begins)s AND ended_at < %(ends)s)
           OR (coalesce(late_at, due_at) >= %(begins)s AND coalesce(late_at, due_at) < %(ends)s)
           OR id = ANY(%(due_then)s))
),
stay AS MATERIALIZED (
    SELECT event.ticket_id, event.data ->> 'queue' AS queue, event.at AS begins,
           lead(event.at, 1, 'infinity') OVER (PARTITION BY event.ticket_id ORDER BY event.seq) AS ends
    FROM tickets_event AS event
    WHERE event.ticket_id IN (SELECT ticket_id FROM decided) AND event.at < %(horizon)s
      AND event.kind IN ('created', 'escalated', 'returned', 'transferred')
),
held AS (
    SELECT decided.*, owner.tier, owner.vendor
    FROM decided
    LEFT JOIN stay ON decided.queue_id IS NULL AND stay.ticket_id = decided.ticket_id
         AND stay.begins <= decided.decided_at AND decided.decided_at < stay.ends
    LEFT JOIN owner ON owner.queue_id = decided.queue_id OR owner.queue = stay.queue
)
SELECT 'attainment', jsonb_build_object('metric', metric, 'tier', tier, 'vendor', vendor),
       count(*) FILTER (WHERE met), count(*),
       array_agg(ticket_id) FILTER (WHERE met), array_agg(ticket_id) FILTER (WHERE NOT met)
FROM held
GROUP BY GROUPING SETS ((metric), (metric, tier), (metric, vendor), (metric, tier, vendor))
"""

EARLIER: Final = (
    "SELECT id, ended_at FROM stood WHERE due_at IS NULL AND late_at IS NULL AND ended_at < %(begins)s"
)
TAKEN_UP: Final = f"WITH {MINE}, {TIMERS} {EARLIER}"
ATTAINMENT: Final = f"WITH {MINE}, {OWNERS}, {TIMERS}, {COUNTED}"


def count_timers(scope: Scope) -> list[Count]:
    """Timers met among those met or breached, by metric and by tier and vendor, together and alone.

    Tier and vendor are those of the queue whose stay it was, for tier ownership; for all else of the queue
    that held the ticket when it was decided: at the due instant of a breach, at the end of a timer that was
    met. Two queries, one more where a ticket was resolved before the span and reopened after the horizon.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_UP, {**terms_of(scope), "carrying_on": CARRYING_ON})
        ended: dict[int, datetime] = dict(cursor.fetchall())
    due_then = []
    if ended:
        rows = Timer.objects.filter(pk__in=ended).select_related("clock")
        for timer in with_rules(rows):
            due_at = due_as_of(timer, timer.clock.phases, ended[timer.pk])
            if due_at is not None and scope.span.begins <= due_at < scope.ends:
                due_then.append(timer.pk)
    return run(ATTAINMENT, scope, due_then=due_then, carrying_on=CARRYING_ON)
