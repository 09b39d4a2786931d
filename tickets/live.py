"""Telling open pages that something changed. Best effort: the database is the truth, a page can always ask.

One Redis channel carries small JSON facts without anybody's words; the stream decides who may hear of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import redis
import structlog
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

if TYPE_CHECKING:
    from tickets.models import Ticket

PATIENCE: Final = 0.2
"""Seconds after which a silent broker is given up: it must not slow a write down."""
logger = structlog.get_logger(__name__)

Fact = dict[str, Any]


@lru_cache(maxsize=1)
def connection() -> redis.Redis:
    """A connection of this process, that gives up quickly."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1),
    )


def channel() -> str:
    """Where facts are published. Pub/sub knows no numbered databases, so the name carries ours: desks that
    share a broker must not hear each other."""
    return f"supportdesk:live:{connection().connection_pool.connection_kwargs.get('db') or 0}"


def announce(*facts: Fact) -> None:
    """Publish facts once the present transaction has committed; lost without harm where nobody listens."""
    transaction.on_commit(lambda: publish(facts))


def publish(facts: Sequence[Fact]) -> None:
    """Publish facts now. Never raises: a page that missed one catches up when it asks again."""
    try:
        deliver(facts)
    except redis.RedisError as error:
        logger.warning("live_facts_not_published", error=str(error), facts=len(facts))


def deliver(facts: Sequence[Fact]) -> None:
    """Publish facts now, in one round trip; raises `redis.RedisError` where the broker does not take them."""
    if not facts:
        return
    with connection().pipeline(transaction=False) as pipeline:
        for fact in facts:
            pipeline.publish(channel(), json.dumps(fact, separators=(",", ":")))
        pipeline.execute()


def sight_of(ticket: Ticket) -> Fact:
    """What decides who may hear of a ticket: see `tickets.hearing`."""
    return {
        "line": ticket.line_id,
        "restricted": ticket.line.is_restricted,
        "vendor": ticket.vendor_id,
        "desk": ticket.queue.team.vendor_id,
    }


def ticket_fact(ticket: Ticket, kinds: Sequence[str], at: datetime, was: Fact | None = None) -> Fact:
    """That these kinds of events happened to a ticket; `was` is its sight before, where that changed."""
    fact = {
        "kind": "ticket",
        "ref": ticket.ref,
        "version": ticket.version,
        "events": list(kinds),
        "status": ticket.status,
        "queue": ticket.queue.slug,
        "assignee": ticket.holder_label,
        "at": at.isoformat(),
        **sight_of(ticket),
    }
    return fact if was is None or was == sight_of(ticket) else {**fact, "was": was}
