"""The running server as the story sees it: an API with keys, a phone page without, a mailbox and a clock."""

import time
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
PATIENCE_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.05


class NotAsItShouldBe(Exception):  # noqa: N818
    """The story stops here: something is not as it should be."""


def expect(condition: object, what: str) -> None:
    if not condition:
        raise NotAsItShouldBe(what)


class Server:
    """Calls as one caller; `as_` gives the same server to another."""

    def __init__(self, url: str, key: str | None) -> None:
        self.url = url.rstrip("/")
        self.key = key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(base_url=self.url, headers=headers, timeout=30)
        weakref.finalize(self, self._client.close)

    def as_(self, key: str | None) -> "Server":
        return Server(self.url, key)

    def call(self, method: str, path: str, *, expected: int | None = None, **asked: Any) -> httpx.Response:
        """Call, and stop the story at any answer but the expected one (2xx when none is named)."""
        answer = self._client.request(method, path, **asked)
        fits = answer.status_code == expected if expected else answer.is_success
        expect(fits, f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, params={name: value for name, value in query.items() if value is not None}).json()

    def post(self, path: str, body: dict[str, Any] | None = None, *, once: str | None = None) -> Any:
        """POST, with an Idempotency-Key where `once` names one."""
        headers = {"Idempotency-Key": once} if once else {}
        return self.call("POST", path, json=body, headers=headers).json()

    def refused(self, path: str, body: dict[str, Any] | None, problem: str) -> dict[str, Any]:
        """POST what must be refused, by name."""
        answer = self._client.post(path, json=body)
        told = answer.json()
        expect(told.get("type") == f"/problems/{problem}", f"POST {path}: wanted {problem}, got {answer.text[:500]}")
        return told

    def every(self, path: str, **query: Any) -> list[Any]:
        """All pages of a list."""
        rows: list[Any] = []
        cursor: str | None = None
        while True:
            page = self.get(path, limit=100, cursor=cursor, **query)
            rows += page["items"]
            if page["next_cursor"] in {None, cursor} or not page["items"]:
                return rows
            cursor = page["next_cursor"]

    def until(self, look: Callable[[], T | None], what: str) -> T:
        """Look again until there is something: the scheduler works beside us."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := look()) is None or found in ([], {}, False):
            expect(time.monotonic() < deadline, f"waited {PATIENCE_SECONDS:.0f} s in vain: {what}")
            time.sleep(LOOK_AGAIN_SECONDS)
        return found

    def move_clock(self, moment: datetime) -> None:
        self.call("PUT", "/v1/test/clock", json={"now": moment.astimezone(UTC).isoformat()})

    def reset_clock(self) -> None:
        self.call("DELETE", "/v1/test/clock")

    def mails(self, address: str) -> list[Any]:
        return self.get("/v1/test/mailbox", to=address)["items"]
