"""A memory that forgets what was used longest ago, for several threads."""

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LRU(Generic[K, V]):
    """Keeps values up to `most` in weight all together."""

    def __init__(self, most: int) -> None:
        self._lock = Lock()
        self._kept: LRUCache[K, tuple[V, int]] = LRUCache(most, getsizeof=lambda kept: kept[1])

    def get(self, key: K) -> V | None:
        """Return the value, which then counts as just used, or nothing."""
        with self._lock:
            found = self._kept.get(key)
        return found[0] if found else None

    def put(self, key: K, value: V, *, weight: int = 1) -> None:
        """Keep the value; what is heavier than the whole memory is not kept."""
        with self._lock:
            self._kept.pop(key, None)
            if weight <= self._kept.maxsize:
                self._kept[key] = (value, weight)

    def __contains__(self, key: object) -> bool:
        """Say whether a value is kept, without using it."""
        return key in self._kept

    def __len__(self) -> int:
        """Return how many values are kept."""
        return len(self._kept)
