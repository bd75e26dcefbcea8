"""Rate limits, counted in memory or in Redis."""

import time

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from commentbox.errors import TooFast


class Throttle:
    """Counts what each caller does, and refuses what is too much."""

    def __init__(self, redis_url: str = "") -> None:
        storage = storage_from_string(redis_url or "memory://")
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    def check(
        self, what: str, who: str, *, per_minute: int, code: str = "request.too_many"
    ) -> None:
        """Count one act; raise `TooFast(code)` when `who` has done more than that in a minute."""
        item = RateLimitItemPerMinute(per_minute)
        if not self._limiter.hit(item, what, who):
            until, _left = self._limiter.get_window_stats(item, what, who)
            raise TooFast(code, retry_after=int(until - time.time()) + 1)
