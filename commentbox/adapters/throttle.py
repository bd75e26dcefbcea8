"""Rate limits, counted in memory or in Redis."""

import time
from typing import Any, Final

import structlog
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from commentbox.errors import TooFast
from commentbox.lib import clock

log = structlog.get_logger(__name__)
PAUSE: Final = 10.0  # seconds in which a Redis that is away is not asked again
_PATIENCE: Final = 0.25  # seconds that Redis has for an answer, and nobody asks twice
_REDIS: Final[dict[str, Any]] = {
    "wrap_exceptions": True,
    "socket_timeout": _PATIENCE,
    "socket_connect_timeout": _PATIENCE,
    "retry": None,
}


class Throttle:
    """Counts what each caller does, and refuses what is too much.

    While Redis is away this process counts by itself: a limit that is too generous for a while
    loses nothing, a request that fails does.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._own = SlidingWindowCounterRateLimiter(storage_from_string("memory://"))
        self._shared: SlidingWindowCounterRateLimiter | None = None
        if redis_url:
            storage = storage_from_string(redis_url, **_REDIS)
            self._shared = SlidingWindowCounterRateLimiter(storage)
        self._is_away, self._ask_again = False, 0.0

    def check(
        self,
        what: str,
        who: str,
        *,
        per_minute: int,
        per_hour: int = 0,
        code: str = "request.too_many",
    ) -> None:
        """Count one act; raise `TooFast(code)` when `who` has done more than that in a minute.

        With `per_hour` there is a limit for the hour besides.
        """
        items: list[RateLimitItem] = [RateLimitItemPerMinute(per_minute)]
        if per_hour:
            items.append(RateLimitItemPerHour(per_hour))
        for item in items:
            seconds = self._hit_shared(item, what, who)
            if seconds is None:
                seconds = _hit(self._own, item, what, who)
            if seconds:
                raise TooFast(code, retry_after=seconds)

    def _hit_shared(self, item: RateLimitItem, what: str, who: str) -> int | None:
        """Count in Redis; return None when that is impossible now."""
        if self._shared is None or (self._is_away and clock.monotonic() < self._ask_again):
            return None
        self._ask_again = clock.monotonic() + PAUSE  # so that one request alone tries it
        try:
            seconds = _hit(self._shared, item, what, who)
        except StorageError as problem:
            if not self._is_away:
                log.warning("redis.away", reason=type(problem.storage_error).__name__)
            self._is_away = True
            return None
        if self._is_away:
            log.warning("redis.back")
            self._is_away = False
        return seconds


def _hit(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, what: str, who: str) -> int:
    """Count one act; return the seconds to wait if it is too much, else 0."""
    if limiter.hit(item, what, who):
        return 0
    until, _left = limiter.get_window_stats(item, what, who)
    return max(1, int(until - time.time()) + 1)
