"""What leaves by HTTP, to push services and SMS gateways: who carries it is handed in, for the domain knows no HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

LONGEST_WAIT = timedelta(hours=24)


class Unreachable(Exception):  # noqa: N818
    """Nothing answered there. The reason is a kind of failure, never an address."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The status of an answer, its headers by small letters, and the beginning of what it said."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    beginning: bytes = b""

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004

    def retry_after(self, now: datetime) -> timedelta | None:
        """How long we are asked to wait (RFC 9110 §10.2.3): in seconds, or as a date; a day at the most."""
        told = self.headers.get("retry-after", "").strip()
        if told.isdigit() and told.isascii():
            return min(timedelta(seconds=min(int(told), 10**6)), LONGEST_WAIT)
        try:
            until = parsedate_to_datetime(told)
        except ValueError:
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        return min(max(until - now, timedelta()), LONGEST_WAIT)


class Courier(Protocol):
    """A way to hand something over by POST. It follows no redirect, and judges where an address leads (kit/egress)."""

    async def post(self, address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """What was answered; raises Unreachable, or a refusal of the address by name."""
        ...
