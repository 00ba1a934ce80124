"""What happens to a feed: made, with its token told once, and revoked."""

import secrets
from typing import cast
from uuid import UUID

from domain import people
from domain.feeds.model import Feed, FeedNotFound, Titles
from domain.feeds.queries import only_own
from domain.kit.ids import CoacheeId, FeedId, StaffId, new_id
from domain.kit.secrets import digest
from domain.kit.work import Work, find
from domain.messaging import announce

TOKEN_BYTES = 24  # 192 bits; 32 letters


async def create_feed(work: Work, coachee_id: CoacheeId | None, titles: Titles) -> tuple[Feed, str]:
    """Open a calendar of the caller's own sessions, or of a coachee's; the second is the token, told this once."""
    if coachee_id is not None:
        people.must_be_open(await people.get_coachee(work, coachee_id))
        await people.must_keep_text(work, coachee_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = Feed(
        practice_id=work.practice_id,
        id=FeedId(new_id()),
        staff_id=StaffId(cast("UUID", work.actor.id)),
        coachee_id=coachee_id,
        titles=titles if coachee_id is None else Titles.NEUTRAL,
        digest=digest(token),
        created_at=work.now,
    )
    await work.store(feed)
    announce(work, "feed_created", feed.id, coachee_id=coachee_id)
    return feed, token


async def revoke_feed(work: Work, feed_id: FeedId) -> Feed:
    """From the next look on, the address shows nothing; revoking it again changes nothing."""
    feed = await find(work, Feed, feed_id, FeedNotFound, lock=True, only=only_own(work.actor))
    if feed.revoked_at is None:
        feed.revoked_at = work.now
        await work.session.flush()
        announce(work, "feed_revoked", feed.id, coachee_id=feed.coachee_id)
    return feed
