"""How much a key may ask in a minute, counted in each process; N processes allow N times as much."""

import time

from domain.kit.errors import TooMany
from domain.kit.ids import KeyId

WINDOW = 60


class RateLimitReached(TooMany):
    """This key has asked too much in this minute; wait as long as Retry-After says."""


class Limiter:
    """Fixed windows of a minute. Real time on purpose: a moved test clock must not lift the limit."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._window = 0
        self._counts: dict[KeyId, int] = {}

    def count(self, key_id: KeyId) -> dict[str, str]:
        """Count one request; the headers that say what is left (IETF draft ratelimit-headers)."""
        now = time.monotonic()
        window = int(now // WINDOW)
        if window != self._window:
            self._window, self._counts = window, {}
        used = self._counts[key_id] = self._counts.get(key_id, 0) + 1
        reset = WINDOW - int(now % WINDOW)
        if used > self.per_minute:
            raise RateLimitReached(retry_after=reset)
        return {
            "RateLimit-Policy": f'"default";q={self.per_minute};w={WINDOW}',
            "RateLimit": f'"default";r={self.per_minute - used};t={reset}',
        }
