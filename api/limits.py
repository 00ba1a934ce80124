"""How much a key may ask in a minute, counted in each process; N processes allow N times as much."""

import time
from collections.abc import Hashable
from typing import Any, Generic, TypeVar

from domain.kit.errors import TooMany

WINDOW = 60
COUNTED = "krachtlijn.counted"
Key = TypeVar("Key", bound=Hashable)


class RateLimitReached(TooMany):
    """This key has asked too much in this minute; wait as long as Retry-After says."""


class Limiter(Generic[Key]):
    """Fixed windows of a minute. Real time on purpose: a moved test clock must not lift the limit."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._window = 0
        self._counts: dict[Key, int] = {}

    def count(self, key: Key) -> dict[str, str]:
        """Count one request; the headers that say what is left."""
        now = time.monotonic()
        window = int(now // WINDOW)
        if window != self._window:
            self._window, self._counts = window, {}
        used = self._counts[key] = self._counts.get(key, 0) + 1
        reset = WINDOW - int(now % WINDOW)
        if used > self.per_minute:
            raise RateLimitReached(limit=self.per_minute, retry_after=reset)
        return headers(self.per_minute, self.per_minute - used, reset)

    def count_once(self, scope: Any, key: Key) -> None:
        """The same of a page, which is one request however often it is served again."""
        counted: set[Any] = scope.setdefault(COUNTED, set())
        if self not in counted:
            self.count(key)
            counted.add(self)


def headers(per_minute: object, left: int, reset: object) -> dict[str, str]:
    """What is left of this minute, as the IETF draft writes it."""
    return {
        "RateLimit-Policy": f'"default";q={per_minute};w={WINDOW}',
        "RateLimit": f'"default";r={left};t={reset}',
    }


def limit_headers(reached: RateLimitReached) -> dict[str, str]:
    wait = reached.facts["retry_after"]
    return headers(reached.facts["limit"], 0, wait) | {"Retry-After": str(wait)}
