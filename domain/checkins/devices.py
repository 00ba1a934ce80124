"""What her device tells of an answer. Its clock may be wrong by years, so nothing is taken from it unchecked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

SYNC_WITHIN = timedelta(hours=72)  # how long an answer may wait on a phone without a network
MOST_AHEAD = 2**31 - 1  # what the column holds: 68 years


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The id that it gave the answer, and three moments by its own clock: begun, written, and handed over."""

    id: UUID
    started_at: datetime | None = None
    written_at: datetime | None = None
    now: datetime | None = None
    zone: str | None = None

    def ahead_of(self, now: datetime) -> int | None:
        """By how many seconds its clock is ahead of ours (behind where negative)."""
        if self.now is None:
            return None
        return max(-MOST_AHEAD, min(MOST_AHEAD, round((self.now - now).total_seconds())))

    def began(self, earliest: datetime, now: datetime) -> datetime | None:
        """When she began, by our clock: moved by as much as its clock is off, and never before the question was there
        or after this moment.
        """
        first = self.started_at or self.written_at
        if first is None:
            return None
        ahead = self.ahead_of(now) or 0
        try:
            moved = first - timedelta(seconds=ahead)
        except OverflowError:
            moved = now
        return max(earliest, min(moved, now))
