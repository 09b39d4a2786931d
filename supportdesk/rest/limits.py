"""How often a caller may ask: a sliding window in the broker, told in `RateLimit-Policy` and `RateLimit`.

300 a second with bursts of 3,000 is a window of ten seconds that holds 3,000 calls. The fields are those of
draft-ietf-httpapi-ratelimit-headers-10. A broker that does not answer limits nobody and slows nobody.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

PATIENCE: Final = 0.25
"""Seconds to wait for the broker before letting a call through."""
REST: Final = 5.0
"""Seconds for which a broker that failed is not asked again."""


class Policy(NamedTuple):
    """`burst` calls in any `window` seconds."""

    burst: int
    window: int

    @property
    def field(self) -> str:
        return f'"calls";q={self.burst};w={self.window}'


class Standing(NamedTuple):
    """After a call: how many are left, in how many seconds there are more, whether this one passed."""

    policy: Policy
    left: int
    reset: int
    passed: bool

    def headers(self) -> dict[str, str]:
        told = {
            "RateLimit-Policy": self.policy.field,
            "RateLimit": f'"calls";r={self.left};t={self.reset}',
        }
        return told if self.passed else told | {"Retry-After": str(max(self.reset, 1))}


def policy_for(name: str) -> Policy:
    """The policy of a key by its name, or of anyone else; set by API_LIMITS as name: (a second, bursts)."""
    limits: Mapping[str, tuple[int, int]] = settings.API_LIMITS
    rate, burst = limits.get(name, limits["*"])
    return Policy(max(rate, burst), max(1, math.ceil(burst / rate)))


class Broker:
    """The sliding windows in Redis, and how long to leave it alone after it failed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked_again_at = 0.0
        self.limiter: SlidingWindowCounterRateLimiter | None = None

    def spend(self, policy: Policy, holder: str) -> Standing:
        """Count one call of the holder; two short round trips."""
        free = Standing(policy, policy.burst, policy.window, passed=True)
        if time.monotonic() < self.asked_again_at:
            return free
        window = RateLimitItemPerSecond(policy.burst, policy.window, namespace="api")
        try:
            if self.limiter is None:
                storage = RedisStorage(
                    self.url.replace("valkey", "redis", 1),
                    key_prefix="supportdesk",
                    socket_timeout=PATIENCE,
                    socket_connect_timeout=PATIENCE,
                    retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]
                )
                self.limiter = SlidingWindowCounterRateLimiter(storage)
            passed = self.limiter.hit(window, holder)
            stats = self.limiter.get_window_stats(window, holder)
        except (RedisError, StorageError, OSError) as error:
            self.asked_again_at = time.monotonic() + REST
            log.warning("Calls are not limited for now: the broker does not answer (%s).", error)
            return free
        seconds = max(0, math.ceil(stats.reset_time - time.time()))
        return Standing(policy, stats.remaining, min(seconds, policy.window), passed)


@lru_cache
def broker(url: str) -> Broker:
    return Broker(url)


def spend(request: HttpRequest, holder: str, name: str = "") -> Standing:
    """Count this request once against its holder; the middleware tells the standing in the answer."""
    standing = broker(settings.REDIS_URL).spend(policy_for(name), holder)
    request.META["supportdesk.standing"] = standing
    return standing


def standing_of(request: HttpRequest) -> Standing | None:
    """Where the caller stood when the request was counted; None if it was not yet."""
    standing = request.META.get("supportdesk.standing")
    return standing if isinstance(standing, Standing) else None


def client_address(request: HttpRequest) -> str:
    """Whence the request comes, past as many proxies as TRUSTED_PROXIES says stand in front of us."""
    proxies: int = settings.TRUSTED_PROXIES
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
