"""Which waiting ticket is the most urgent one, locked against everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import connection

FIRST_LOOK: Final = 50
"""Candidates read per queue and language; more only where all of these are being claimed right now."""

BY_LANGUAGE: Final = """
SELECT found.id
FROM unnest(%(queues)s::bigint[]) AS queue(id)
CROSS JOIN unnest(%(languages)s::text[]) AS spoken(language)
CROSS JOIN LATERAL (
    SELECT id, due_at, priority_rank, created_at
    FROM tickets_ticket
    WHERE queue_id = queue.id AND language = spoken.language
      AND status IN ('new', 'open') AND assignee_id IS NULL AND holder_id IS NULL
    ORDER BY due_at, priority_rank, created_at, id
    LIMIT %(look)s
) AS found
"""

ANY_LANGUAGE: Final = """
SELECT found.id
FROM unnest(%(queues)s::bigint[]) AS queue(id)
CROSS JOIN LATERAL (
    SELECT id, due_at, priority_rank, created_at
    FROM tickets_ticket
    WHERE queue_id = queue.id
      AND status IN ('new', 'open') AND assignee_id IS NULL AND holder_id IS NULL
    ORDER BY due_at, priority_rank, created_at, id
    LIMIT %(look)s
) AS found
"""

CLAIM: Final = """
WITH candidate AS MATERIALIZED ({candidates})
SELECT ticket.id, (SELECT count(*) FROM candidate)
FROM tickets_ticket AS ticket JOIN candidate ON candidate.id = ticket.id
WHERE ticket.status IN ('new', 'open') AND ticket.assignee_id IS NULL AND ticket.holder_id IS NULL
ORDER BY ticket.due_at, ticket.priority_rank, ticket.created_at, ticket.id
LIMIT 1
FOR UPDATE OF ticket SKIP LOCKED
"""

COUNT: Final = "SELECT count(*) FROM ({candidates}) AS candidate"


def most_urgent_waiting(queues: Sequence[int], languages: Sequence[str]) -> int | None:
    """The id of the most urgent waiting ticket in these queues, its row locked until the transaction ends.

    `languages` are primary language subtags; tickets without a locale suit everybody, and no languages at
    all mean any. Urgency is `due_at` (none last), priority, age. Reads a few rows per queue and language
    from the index `ticket_to_claim`, then locks one with `SKIP LOCKED`; None where nothing waits.
    """
    if not queues:
        return None
    candidates = BY_LANGUAGE if languages else ANY_LANGUAGE
    terms: dict[str, list[int] | list[str]] = {
        "queues": list(queues),
        "languages": sorted({"", *(language.split("-")[0].lower() for language in languages)}),
    }
    look = FIRST_LOOK
    with connection.cursor() as cursor:
        while True:
            cursor.execute(CLAIM.format(candidates=candidates), {**terms, "look": look})
            row = cursor.fetchone()
            if row is not None:
                return int(row[0])
            cursor.execute(COUNT.format(candidates=candidates), {**terms, "look": look})
            seen = cursor.fetchone()[0]
            if seen < look:
                return None
            look *= 8
