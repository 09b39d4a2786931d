"""Ratings counted: satisfaction, what goes with bad ratings, and how many of those asked answered."""

from __future__ import annotations

from typing import Final

from insights.queries.counting import MOVED, OF_LINE, OWNERS, Count, run
from insights.scope import Scope

ANSWERED: Final = """
answer AS MATERIALIZED (
    SELECT DISTINCT ON (rating.invitation_id)
           rating.invitation_id, rating.score, rating.at, invitation.ticket_id, invitation.resolved_at
    FROM insights_rating AS rating JOIN insights_invitation AS invitation ON invitation.id = rating.invitation_id
    WHERE rating.at >= %(begins)s AND rating.at < %(horizon)s
    ORDER BY rating.invitation_id, rating.seq DESC
),
candidate AS MATERIALIZED (
    SELECT ticket.id, ticket.line_id
    FROM tickets_ticket AS ticket
    WHERE ticket.id IN (SELECT ticket_id FROM answer WHERE at < %(ends)s)
      AND (ticket.line_id = %(line_id)s OR ticket.id IN (SELECT ticket_id FROM moved_since))
      AND (%(channel)s IS NULL OR ticket.channel = %(channel)s)
)
"""
"""The answers that stand at the horizon and were given in the span, and their tickets."""

RATED: Final = """
past AS MATERIALIZED (
    SELECT answer.ticket_id, answer.invitation_id, event.kind, event.data, event.seq,
           event.kind = 'resolved' AND event.at = answer.resolved_at AS rated_resolve
    FROM mine JOIN answer ON answer.ticket_id = mine.id
    JOIN tickets_event AS event ON event.ticket_id = mine.id
    WHERE answer.at < %(ends)s AND event.at < answer.at
      AND event.kind IN ('created', 'edited', 'replied', 'escalated', 'returned', 'transferred', 'resolved',
                         'reopened')
),
tagged AS MATERIALIZED (
    SELECT DISTINCT ON (invitation_id) invitation_id, data -> 'tags' AS tags
    FROM past WHERE kind IN ('created', 'edited') AND data ? 'tags'
    ORDER BY invitation_id, seq DESC
),
about AS MATERIALIZED (
    SELECT past.invitation_id,
           min(past.data ->> 'channel') FILTER (WHERE past.kind = 'created') AS channel,
           coalesce(min(lower(split_part(past.data ->> 'locale', '-', 1)))
                    FILTER (WHERE past.kind = 'created'), '') AS language,
           coalesce(min(owner.vendor) FILTER (WHERE past.rated_resolve), '') AS vendor,
           min(past.data ->> 'resolution') FILTER (WHERE past.rated_resolve) AS resolution,
           count(*) FILTER (WHERE past.kind = 'replied' AND past.data ->> 'automated' = 'false') AS replies,
           bool_or(past.kind = 'escalated') AS escalated,
           bool_or(past.kind = 'returned') AS returned,
           bool_or(past.kind = 'transferred') AS transferred,
           bool_or(past.kind = 'reopened') AS reopened
    FROM past LEFT JOIN owner ON past.rated_resolve AND owner.queue = past.data ->> 'queue'
    GROUP BY past.invitation_id
),
rated AS MATERIALIZED (
    SELECT answer.ticket_id, answer.score, answer.score >= 4 AS good, answer.at, about.*
    FROM about JOIN answer ON answer.invitation_id = about.invitation_id
),
trait AS MATERIALIZED (
    SELECT rated.ticket_id, rated.good, held.trait, held.word
    FROM rated CROSS JOIN LATERAL (
        VALUES ('channel', rated.channel), ('language', rated.language), ('vendor', rated.vendor),
               ('resolution', rated.resolution),
               ('history', CASE WHEN rated.escalated THEN 'escalated' END),
               ('history', CASE WHEN rated.returned THEN 'returned' END),
               ('history', CASE WHEN rated.transferred THEN 'transferred' END),
               ('history', CASE WHEN rated.reopened THEN 'reopened' END),
               ('history', CASE WHEN rated.replies > 1 THEN 'several_replies' END)
    ) AS held(trait, word)
    WHERE held.word IS NOT NULL
    UNION ALL
    SELECT rated.ticket_id, rated.good, 'tag', jsonb_array_elements_text(tagged.tags)
    FROM rated JOIN tagged ON tagged.invitation_id = rated.invitation_id
    UNION ALL
    SELECT DISTINCT rated.ticket_id, rated.good, 'breached', timer.metric
    FROM rated
    JOIN tickets_ticket AS ticket ON ticket.id = rated.ticket_id
    JOIN slas_timer AS timer ON timer.clock_id = ticket.clock_id
    WHERE timer.breached_at < rated.at AND NOT timer.cancelled
)
"""
"""What is known of each rated ticket from before it was rated; `trait` has a row for each that may drive."""

SATISFACTION: Final = """
SELECT 'csat', jsonb_build_object('channel', channel, 'language', language, 'vendor', vendor),
       count(*) FILTER (WHERE good), count(*),
       array_agg(ticket_id) FILTER (WHERE good), array_agg(ticket_id) FILTER (WHERE NOT good)
FROM rated
GROUP BY GROUPING SETS ((), (channel), (language), (vendor), (channel, language))
UNION ALL
SELECT 'ratings', jsonb_build_object('score', score::text), count(*), NULL, array_agg(ticket_id), NULL
FROM rated GROUP BY score
UNION ALL
SELECT 'driver', jsonb_build_object('trait', trait, 'word', word), count(*) FILTER (WHERE NOT good), count(*),
       array_agg(ticket_id) FILTER (WHERE NOT good), array_agg(ticket_id) FILTER (WHERE good)
FROM trait GROUP BY trait, word
"""

ASKED: Final = """
candidate AS MATERIALIZED (
    SELECT DISTINCT ticket.id, ticket.line_id
    FROM insights_invitation AS invitation JOIN tickets_ticket AS ticket ON ticket.id = invitation.ticket_id
    WHERE invitation.asked_at >= %(begins)s AND invitation.asked_at < %(ends)s
      AND (ticket.line_id = %(line_id)s OR ticket.id IN (SELECT ticket_id FROM moved_since))
      AND (%(channel)s IS NULL OR ticket.channel = %(channel)s)
)
"""

RESPONSE: Final = """
SELECT 'response_rate', '{}'::jsonb, count(*) FILTER (WHERE answered), count(*),
       array_agg(ticket_id) FILTER (WHERE answered), array_agg(ticket_id) FILTER (WHERE NOT answered)
FROM (
    SELECT invitation.ticket_id,
           EXISTS (SELECT FROM insights_rating AS rating
                   WHERE rating.invitation_id = invitation.id AND rating.at < %(horizon)s) AS answered
    FROM mine JOIN insights_invitation AS invitation ON invitation.ticket_id = mine.id
    WHERE invitation.asked_at >= %(begins)s AND invitation.asked_at < %(ends)s
      AND invitation.delivered_at < %(horizon)s
      AND (invitation.voided_at IS NULL OR invitation.voided_at >= %(horizon)s)
) AS asked
"""

STATEMENT: Final = f"WITH {MOVED}, {ANSWERED}, {OF_LINE}, {OWNERS}, {RATED} {SATISFACTION}"
ASKING: Final = f"WITH {MOVED}, {ASKED}, {OF_LINE} {RESPONSE}"


def count_ratings(scope: Scope) -> list[Count]:
    """Ratings given in the span, the latest of each invitation, and the invitations of the span. Two queries.

    Parts: satisfaction (4 and 5 of all) by none, channel, language, vendor that resolved, or channel and
    language together; ratings by score; driver by trait and word, where `amount` are the ratings of 1 to 3
    that go with it and `whole` all that do; response rate by none. Invitations that never arrived, and those
    taken back before the horizon, were not delivered.
    """
    return run(STATEMENT, scope) + run(ASKING, scope)
