"""Calendar feeds on the wire."""

from datetime import datetime

import msgspec

from api.fields import In, Out
from domain.feeds import Feed, Titles
from domain.kit.ids import CoacheeId, FeedId, StaffId


class FeedIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    coachee_id: CoacheeId | None = None
    """Whose calendar it shows; your own when left out."""
    titles: Titles = Titles.NEUTRAL
    """Your own calendar may tell the initials of whom you meet; a coachee's never says more than "appointment"."""


class FeedOut(Out, frozen=True, kw_only=True):
    """A feed without its address."""

    id: FeedId
    staff_id: StaffId
    """Who made it, and whose sessions it shows where no coachee is named."""
    coachee_id: CoacheeId | None
    titles: Titles
    created_at: datetime
    revoked_at: datetime | None


class NewFeedOut(msgspec.Struct, frozen=True, kw_only=True):
    feed: FeedOut
    url: str
    """The secret address: whoever has it sees these appointments, until it is revoked. It is not shown again."""

    @classmethod
    def of(cls, made: tuple[Feed, str], base_url: str) -> "NewFeedOut":
        feed, token = made
        return cls(feed=FeedOut.of(feed), url=f"{base_url.rstrip('/')}/feeds/{token}.ics")


class FeedPage(msgspec.Struct, frozen=True):
    items: list[FeedOut]
    next_cursor: str | None
