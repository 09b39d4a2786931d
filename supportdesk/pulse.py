"""Signs of life of worker and beat, kept in the broker for `/readyz`: keys that fade unless renewed."""

from __future__ import annotations

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

EVERY = 5.0
"""Seconds between two signs of life."""
FADES_AFTER = 20
"""Seconds after which one that has not been renewed is gone."""


def link(timeout: float = 1.0) -> redis.Redis:
    """A connection to the broker that gives up at once: a sign of life must never hold anything up."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )


def give_sign(name: str) -> None:
    """Say that `name` lives; without a broker nobody hears it, which is no reason to fail."""
    try:
        with link() as broker:
            broker.set(f"pulse:{name}", "1", ex=FADES_AFTER)
    except redis.RedisError:
        return


def signs() -> dict[str, str]:
    """`broker`, `worker` and `beat`, each "ok" or "silent"."""
    try:
        with link() as broker:
            worker, beat = broker.mget(["pulse:worker", "pulse:beat"])
    except redis.RedisError:
        return {"broker": "silent", "worker": "silent", "beat": "silent"}
    return {"broker": "ok", "worker": "ok" if worker else "silent", "beat": "ok" if beat else "silent"}
