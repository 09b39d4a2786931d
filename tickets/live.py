"""Telling open pages that something changed. Best effort: the database is the truth, a page can always ask.

One Redis channel carries small JSON facts without anybody's words; the stream decides who may hear of them.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

import redis
import structlog
from django.conf import settings
from django.db import transaction

CHANNEL: Final = "supportdesk:live"
logger = structlog.get_logger(__name__)


@lru_cache(maxsize=1)
def connection() -> redis.Redis:
    """A connection of this process, that gives up quickly: a dead broker must not slow a write down."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.2, health_check_interval=30
    )


def announce(fact: dict[str, object]) -> None:
    """Publish one fact once the present transaction has committed; lost without harm where nobody listens."""
    transaction.on_commit(lambda: publish(fact))


def publish(fact: dict[str, object]) -> None:
    """Publish one fact now. Never raises: a page that missed it catches up when it asks again."""
    try:
        connection().publish(CHANNEL, json.dumps(fact, separators=(",", ":")))
    except redis.RedisError as error:
        logger.warning("live_fact_not_published", error=str(error), kind=fact.get("kind"))
