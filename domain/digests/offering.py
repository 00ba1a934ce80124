"""Asking a coachee, some hours before a session, what she wants to bring to it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import people
from domain.digests.model import Digest
from domain.kit.due import Due
from domain.kit.ids import DigestId, SessionId, new_id
from domain.kit.work import Work
from domain.messaging import announce, post_once
from domain.people import Coachee, Purpose, SealingKey
from domain.practice import Practice
from domain.trajectories import Session, SessionState

BATCH = 500
LONGEST_LEAD = timedelta(days=7)
PAGE = "me/digest"  # she signs in there: her own words are not shown to whoever has a link


async def due_digests(session: AsyncSession, now: datetime) -> list[Due[SessionId]]:
    """The sessions of every practice that come near, and of which the coachee was not asked yet."""
    query = select(Session.practice_id, Session.id).where(*_due(now)).order_by(Session.starts_at).limit(BATCH)
    return [Due(practice_id, session_id) for practice_id, session_id in await session.execute(query)]


async def offer_digest(work: Work, session_id: SessionId) -> None:
    """Ask her, once for a session; by mail too if she consents to mail. Seen to already: nothing to do."""
    mine = (Session.practice_id == work.practice_id, Session.id == session_id)
    query = select(Session).where(*mine, *_due(work.now)).with_for_update(skip_locked=True)
    session = await work.session.scalar(query)
    if session is None:
        return
    digest = Digest(
        practice_id=work.practice_id,
        id=DigestId(new_id()),
        session_id=session.id,
        coachee_id=session.coachee_id,
        offered_at=work.now,
    )
    await work.store(digest)
    coachee = await people.get_coachee(work, session.coachee_id)
    if await people.has_consent(work, coachee.id, Purpose.CHANNEL_EMAIL):
        once = f"session:{session.id}:digest"  # called off with the session's other mails
        await post_once(work, once, "digest", people.recipient(coachee), link=PAGE, good_until=session.starts_at)
    announce(work, "digest_offered", digest.id, session_id=session.id)


def _due(now: datetime) -> tuple[Any, ...]:
    """Of a coachee whose file is open; a practice that never asks has no hours for it."""
    hours = (
        select(Practice.digest_hours)
        .where(Practice.id == Session.practice_id, Practice.digest_hours > 0)
        .scalar_subquery()
    )
    whose = (Coachee.practice_id == Session.practice_id, Coachee.id == Session.coachee_id)
    key = (SealingKey.practice_id == Session.practice_id, SealingKey.id == Session.coachee_id)
    asked = (Digest.practice_id == Session.practice_id, Digest.session_id == Session.id)
    return (
        Session.state == SessionState.PLANNED,
        Session.starts_at > now,
        Session.starts_at <= now + LONGEST_LEAD,
        Session.starts_at - func.make_interval(0, 0, 0, 0, hours) <= now,
        ~select(Digest.id).where(*asked).exists(),
        select(Coachee.id).where(*whose, Coachee.archived_at.is_(None)).exists(),
        select(SealingKey.id).where(*key, SealingKey.destroyed_at.is_(None)).exists(),
    )
