"""The shared cache, which nobody waits for: without a broker nothing is remembered, and nothing fails.

What lies here are limits and marks that outlive no harm. Sign-in must not stop because the broker did.
"""

from __future__ import annotations

import logging
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis, or else an empty cache that takes everything."""

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        try:
            return super().add(key, value, timeout, version)
        except RedisError as failure:
            return self._without(failure, True)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as failure:
            return self._without(failure, default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except RedisError as failure:
            self._without(failure, None)

    def delete(self, key: Any, version: Any = None) -> bool:
        try:
            return super().delete(key, version)
        except RedisError as failure:
            return self._without(failure, False)

    def _without(self, failure: RedisError, answer: Answer) -> Answer:
        log.warning("The broker does not answer, so the cache is empty: %s", failure)
        return answer
