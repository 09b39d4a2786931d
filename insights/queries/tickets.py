"""Tickets counted from their histories: volume, backlog, ageing, hand-overs, reopening, first contact."""

from __future__ import annotations

from typing import Final

from insights.queries.counting import MINE, OWNERS, Count, run
from insights.scope import Scope

TOLD: Final = """
told AS MATERIALIZED (
    SELECT event.ticket_id, event.seq, event.at, event.kind, event.data,
           event.at >= %(begins)s AND event.at < %(ends)s AS inside,
           CASE event.kind
               WHEN 'created' THEN 1
               WHEN 'reopened' THEN 1
               WHEN 'resolved' THEN -1
               WHEN 'marked_spam' THEN CASE WHEN event.data ->> 'was' = 'resolved' THEN 0 ELSE -1 END
               WHEN 'merged' THEN CASE WHEN event.data ? 'into' THEN -1 ELSE 0 END
               ELSE 0
           END AS step,
           event.kind = 'replied' AND event.data ->> 'automated' = 'false' AS human_reply
    FROM mine
    JOIN tickets_event AS event ON event.ticket_id = mine.id
    WHERE event.at < %(horizon)s
      AND event.kind IN ('created', 'replied', 'creator_message', 'escalated', 'returned', 'transferred',
                         'resolved', 'reopened', 'marked_spam', 'merged')
),
life AS MATERIALIZED (
    SELECT ticket_id,
           min(at) FILTER (WHERE kind = 'created') AS created_at,
           min(data ->> 'channel') FILTER (WHERE kind = 'created') AS channel,
           min(lower(split_part(data ->> 'locale', '-', 1))) FILTER (WHERE kind = 'created') AS language,
           min(data ->> 'queue') FILTER (WHERE kind = 'created') AS first_queue,
           coalesce(sum(step) FILTER (WHERE at < %(begins)s), 0) AS opening,
           coalesce(sum(step) FILTER (WHERE at < %(ends)s), 0) AS closing,
           count(*) FILTER (WHERE inside AND kind = 'created') AS created,
           count(*) FILTER (WHERE inside AND kind = 'reopened') AS reopened,
           count(*) FILTER (WHERE inside AND kind = 'resolved') AS resolved,
           count(*) FILTER (WHERE inside AND kind = 'merged' AND step < 0) AS merged,
           count(*) FILTER (WHERE inside AND kind = 'marked_spam' AND step < 0) AS spam,
           count(*) FILTER (WHERE human_reply) AS replies,
           bool_or(kind = 'reopened') AS ever_reopened,
           bool_or(kind = 'marked_spam') AS ever_spam,
           max(seq) FILTER (WHERE at < %(ends)s AND (human_reply OR kind = 'resolved')) AS answered_seq,
           max(seq) FILTER (WHERE kind IN ('returned', 'transferred') AND data ->> 'tier' = '1') AS down_seq
    FROM told GROUP BY ticket_id
)
"""
"""The history as of the horizon, and what it says of each ticket. `step` is what a move does to the backlog."""

VOLUME: Final = """
SELECT 'volume', jsonb_build_object('channel', channel, 'language', language, 'vendor', vendor),
       count(*), NULL::bigint, array_agg(ticket_id), NULL::bigint[]
FROM (
    SELECT life.ticket_id, life.channel, coalesce(life.language, '') AS language,
           coalesce(owner.vendor, '') AS vendor
    FROM life LEFT JOIN owner ON owner.queue = life.first_queue
    WHERE life.created > 0
) AS came
GROUP BY GROUPING SETS ((), (channel), (language), (vendor))
"""

BACKLOG: Final = """
SELECT 'backlog', jsonb_build_object('flow', flow.name), sum(flow.times)::bigint, NULL::bigint,
       array_agg(life.ticket_id), NULL::bigint[]
FROM life
CROSS JOIN LATERAL (VALUES ('opening', life.opening), ('created', life.created), ('reopened', life.reopened),
                           ('resolved', life.resolved), ('merged', life.merged), ('spam', life.spam),
                           ('closing', life.closing)) AS flow(name, times)
WHERE flow.times > 0
GROUP BY flow.name
"""

AGEING: Final = """
SELECT 'ageing', jsonb_build_object('since', aged.since, 'bucket', aged.bucket), count(*), NULL::bigint,
       array_agg(aged.ticket_id), NULL::bigint[]
FROM (
    SELECT ticket_id, 'created' AS since,
           width_bucket(extract(epoch FROM %(ends)s - created_at) / 3600,
                        ARRAY[24, 72, 168, 336, 720]::numeric[])::text AS bucket
    FROM life WHERE closing > 0
    UNION ALL
    SELECT ticket_id, 'unanswered',
           width_bucket(extract(epoch FROM %(ends)s - waits_since) / 3600,
                        ARRAY[24, 72, 168, 336, 720]::numeric[])::text
    FROM (
        SELECT life.ticket_id, min(told.at) AS waits_since
        FROM life JOIN told ON told.ticket_id = life.ticket_id
        WHERE life.closing > 0 AND told.kind IN ('created', 'creator_message') AND told.at < %(ends)s
          AND told.seq > coalesce(life.answered_seq, 0)
        GROUP BY life.ticket_id
    ) AS waiting
) AS aged
GROUP BY aged.since, aged.bucket
"""
"""Buckets are numbered from 0, under 24 hours, to 5, 720 hours and more."""

HANDING: Final = """
touch AS MATERIALIZED (
    SELECT told.ticket_id, owner.vendor
    FROM told JOIN owner ON owner.queue = told.data ->> 'queue'
    WHERE told.inside AND told.kind IN ('created', 'returned', 'transferred', 'reopened')
      AND told.data ->> 'tier' = '1'
    UNION
    SELECT stay.ticket_id, owner.vendor
    FROM (
        SELECT DISTINCT ON (told.ticket_id) told.ticket_id, told.data
        FROM life JOIN told ON told.ticket_id = life.ticket_id
        WHERE life.opening > 0 AND told.at < %(begins)s
          AND told.kind IN ('created', 'escalated', 'returned', 'transferred')
        ORDER BY told.ticket_id, told.seq DESC
    ) AS stay
    JOIN owner ON owner.queue = stay.data ->> 'queue'
    WHERE stay.data ->> 'tier' = '1'
),
went_up AS MATERIALIZED (
    SELECT told.ticket_id, owner.vendor,
           coalesce(life.down_seq > told.seq, false) AS came_back
    FROM told
    JOIN life ON life.ticket_id = told.ticket_id
    JOIN owner ON owner.queue = told.data ->> 'origin_queue' AND owner.tier = 1
    WHERE told.inside AND told.kind IN ('escalated', 'transferred') AND told.data ->> 'tier' = '2'
),
handed AS MATERIALIZED (
    SELECT touch.ticket_id, touch.vendor, bool_or(went_up.ticket_id IS NOT NULL) AS up,
           bool_or(coalesce(went_up.came_back, false)) AS back
    FROM touch
    LEFT JOIN went_up ON went_up.ticket_id = touch.ticket_id AND went_up.vendor = touch.vendor
    GROUP BY GROUPING SETS ((touch.ticket_id), (touch.ticket_id, touch.vendor))
)
"""
"""Which tickets Tier 1 had while they were unsolved, whose hands those were, and which of them went up."""

HANDED: Final = """
SELECT 'escalation_rate', jsonb_build_object('vendor', vendor), count(*) FILTER (WHERE up), count(*),
       array_agg(ticket_id) FILTER (WHERE up), array_agg(ticket_id) FILTER (WHERE NOT up)
FROM handed GROUP BY vendor
UNION ALL
SELECT 'return_rate', jsonb_build_object('vendor', vendor), count(*) FILTER (WHERE back), count(*),
       array_agg(ticket_id) FILTER (WHERE back), array_agg(ticket_id) FILTER (WHERE NOT back)
FROM handed WHERE up GROUP BY vendor
"""

RESOLVING: Final = """
solved AS MATERIALIZED (
    SELECT DISTINCT ON (told.ticket_id) told.ticket_id, told.at, coalesce(owner.vendor, '') AS vendor
    FROM told LEFT JOIN owner ON owner.queue = told.data ->> 'queue'
    WHERE told.inside AND told.kind = 'resolved'
    ORDER BY told.ticket_id, told.seq DESC
),
turned AS MATERIALIZED (
    SELECT DISTINCT ticket_id FROM (
        SELECT told.ticket_id, told.kind, told.at,
               lag(told.at) OVER (PARTITION BY told.ticket_id ORDER BY told.seq) AS resolved_at
        FROM told JOIN solved ON solved.ticket_id = told.ticket_id
        WHERE told.kind IN ('resolved', 'reopened')
    ) AS turn
    WHERE kind = 'reopened' AND resolved_at >= %(begins)s AND resolved_at < %(ends)s
      AND at <= resolved_at + %(reopened_within)s
),
contacted AS MATERIALIZED (
    SELECT solved.ticket_id, solved.vendor, solved.at, mine.creator_id,
           life.replies = 1 AND NOT life.ever_reopened AS by_one_reply
    FROM solved
    JOIN life ON life.ticket_id = solved.ticket_id
    JOIN mine ON mine.id = solved.ticket_id
    WHERE NOT life.ever_spam
),
came_back AS MATERIALIZED (
    SELECT DISTINCT contacted.ticket_id
    FROM contacted
    JOIN tickets_creator AS creator ON creator.id = contacted.creator_id
    JOIN tickets_creator AS same ON same.external_id = creator.external_id
    JOIN tickets_ticket AS later ON later.creator_id = same.id AND later.id <> contacted.ticket_id
    JOIN tickets_event AS birth ON birth.ticket_id = later.id AND birth.seq = 1
    WHERE contacted.by_one_reply AND later.created_at > contacted.at
      AND later.created_at <= contacted.at + %(came_back_within)s AND later.created_at < %(horizon)s
      AND birth.data ->> 'lob' = %(line)s
)
"""

RESOLVED: Final = """
SELECT 'reopen_rate', jsonb_build_object('vendor', solved.vendor), count(turned.ticket_id), count(*),
       array_agg(solved.ticket_id) FILTER (WHERE turned.ticket_id IS NOT NULL),
       array_agg(solved.ticket_id) FILTER (WHERE turned.ticket_id IS NULL)
FROM solved LEFT JOIN turned ON turned.ticket_id = solved.ticket_id
GROUP BY GROUPING SETS ((), (solved.vendor))
UNION ALL
SELECT 'first_contact_resolution', jsonb_build_object('vendor', vendor), count(*) FILTER (WHERE first),
       count(*), array_agg(ticket_id) FILTER (WHERE first), array_agg(ticket_id) FILTER (WHERE NOT first)
FROM (
    SELECT contacted.ticket_id, contacted.vendor, contacted.by_one_reply AND came_back.ticket_id IS NULL AS first
    FROM contacted LEFT JOIN came_back ON came_back.ticket_id = contacted.ticket_id
) AS contact
GROUP BY GROUPING SETS ((), (vendor))
"""

STATEMENT: Final = f"""
WITH {MINE}, {OWNERS}, {TOLD}, {HANDING}, {RESOLVING}
{VOLUME} UNION ALL {BACKLOG} UNION ALL {AGEING} UNION ALL {HANDED} UNION ALL {RESOLVED}
"""


def count_tickets(scope: Scope) -> list[Count]:
    """Every count of tickets in the scope; a part without any ticket has no row. One query.

    Parts: volume by none, channel, language or vendor (of the first queue); backlog by flow; ageing by since
    ("created", "unanswered") and bucket; escalation and return rate by none or the vendor that had it;
    reopen rate and first-contact resolution by none or the vendor that resolved it. A vendor of "" is
    in-house.
    """
    return run(STATEMENT, scope)
