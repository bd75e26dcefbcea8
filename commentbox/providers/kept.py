"""Documents of a provider that stay the same for long: fetched when needed, and kept."""

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from commentbox.adapters.http import Deadline
from commentbox.lib import clock
from commentbox.providers.base import ProviderFailed

Kind = TypeVar("Kind")

FRESH: Final = 24 * 3600.0
"""Seconds for which a document is kept."""

PAUSE: Final = 60.0
"""Seconds until a document that did not help may be asked for anew."""

REST: Final = 3.0
"""Seconds for which a provider that did not answer is not asked again."""

_NEVER: Final = float("-inf")


class Kept(Generic[Kind]):
    """What `fetch` made of an address. An old one serves while there is no new one."""

    def __init__(self, fetch: Callable[[str, Deadline], Kind]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._got: dict[str, Kind] = {}
        self._got_at = self._anew_at = self._failed_at = _NEVER

    def get(self, url: str, deadline: Deadline) -> Kind:
        """Return the document; raises `ProviderFailed` when there is none."""
        with self._lock:
            if url in self._got and clock.monotonic() - self._got_at < FRESH:
                return self._got[url]
            return self._fetched(url, deadline)

    def get_anew(self, url: str, deadline: Deadline) -> Kind | None:
        """Return the document as it is now; None if that was asked a moment ago."""
        with self._lock:
            if clock.monotonic() - self._anew_at < PAUSE:
                return None
            self._anew_at = clock.monotonic()
            return self._fetched(url, deadline)

    def _fetched(self, url: str, deadline: Deadline) -> Kind:
        try:
            if clock.monotonic() - self._failed_at < REST:
                raise ProviderFailed("unreachable", "resting")
            self._got = {url: self._fetch(url, deadline)}
            self._got_at = clock.monotonic()
        except ProviderFailed as problem:
            if problem.why != "resting":
                self._failed_at = clock.monotonic()
            if url not in self._got:
                raise
        return self._got[url]
