"""Where a coachee is signed in: a browser with a secret that changes as it is used, until she or time ends it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound, Unauthenticated
from domain.kit.ids import CoacheeId, CoacheeSessionId, PracticeId, new_id
from domain.kit.secrets import digest
from domain.kit.tables import Table, Tenant, within_practice
from domain.kit.work import Actor, ActorKind, House, Work, enter, find
from domain.messaging import announce

SECRET_BYTES = 24
IDLE, LONGEST = timedelta(days=60), timedelta(days=180)
ROTATE_AFTER = timedelta(days=1)
OVERLAP = timedelta(minutes=2)  # in which the secret before still opens: two requests may have left at the same time


class NotSignedIn(Unauthenticated):
    """Nobody is signed in here, or the session has ended: sign in by mail."""


class SessionUnknown(NotFound):
    """No such session of this coachee."""


class CoacheeSession(Tenant, Table):
    """One browser in which a coachee is signed in; its secret is kept as a digest alone."""

    __tablename__ = "coachee_sessions"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        Index("coachee_sessions_coachee_idx", "practice_id", "coachee_id", "id"),
        Index("coachee_sessions_digest_idx", "secret_digest"),
        Index("coachee_sessions_previous_idx", "previous_digest"),
    )

    id: Mapped[CoacheeSessionId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    secret_digest: Mapped[bytes] = mapped_column(LargeBinary)
    previous_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    rotated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def open_at(self, now: datetime) -> bool:
        return self.ended_at is None and now < min(self.rotated_at + IDLE, self.created_at + LONGEST)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session a secret opened."""

    work: Work
    session: CoacheeSession
    held: bytes  # the digest of the secret that was shown

    @property
    def stale(self) -> bool:
        """Whether that is the secret before the one that holds now."""
        return self.session.secret_digest != self.held


async def begin_session(work: Work, coachee_id: CoacheeId) -> str:
    """Sign in one browser; its secret is told this once."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    begun = CoacheeSession(
        practice_id=work.practice_id,
        id=CoacheeSessionId(new_id()),
        coachee_id=coachee_id,
        secret_digest=digest(secret),
        created_at=work.now,
        rotated_at=work.now,
    )
    await work.store(begun)
    announce(work, "coachee_signed_in", coachee_id)
    return secret


async def open_session(house: House, session: AsyncSession, secret: str) -> SignedIn:
    """Find whose secret it is and enter her practice; nothing changes by it."""
    query = text("SELECT practice_id, id, coachee_id FROM open_coachee_session(:wanted)").bindparams(
        bindparam("wanted")
    )
    row = (await session.execute(query, {"wanted": digest(secret)})).one_or_none()
    if row is None:
        raise NotSignedIn
    await enter(session, PracticeId(row.practice_id))
    actor = Actor(ActorKind.COACHEE, row.coachee_id)
    work = Work(session, house.clock(), PracticeId(row.practice_id), actor, house.vault)
    found = await find(work, CoacheeSession, CoacheeSessionId(row.id), SessionUnknown)
    signed_in = SignedIn(work, found, digest(secret))
    if not found.open_at(work.now) or (signed_in.stale and work.now >= found.rotated_at + OVERLAP):
        raise NotSignedIn
    return signed_in


async def rotate_session(signed_in: SignedIn) -> str | None:
    """A new secret for one that is a day old; None while it may stay. Only where she acts: looking changes nothing."""
    work, hers = signed_in.work, signed_in.session
    if signed_in.stale or work.now < hers.rotated_at + ROTATE_AFTER:
        return None
    hers = await find(work, CoacheeSession, hers.id, SessionUnknown, lock=True)
    if signed_in.stale:  # another request was first
        return None
    secret = secrets.token_urlsafe(SECRET_BYTES)
    hers.previous_digest, hers.secret_digest, hers.rotated_at = hers.secret_digest, digest(secret), work.now
    await work.session.flush()
    return secret


async def end_session(work: Work, session_id: CoacheeSessionId) -> None:
    """From the next request on its secret opens nothing; ending it again changes nothing."""
    hers = await find(work, CoacheeSession, session_id, SessionUnknown, lock=True)
    if hers.ended_at is None:
        hers.ended_at = work.now
        announce(work, "coachee_signed_out", hers.coachee_id)


async def end_sessions(work: Work, coachee_id: CoacheeId) -> int:
    """Sign her out everywhere; how many browsers that were."""
    query = select(CoacheeSession).where(
        CoacheeSession.practice_id == work.practice_id,
        CoacheeSession.coachee_id == coachee_id,
        CoacheeSession.ended_at.is_(None),
    )
    found = (await work.session.scalars(query.order_by(CoacheeSession.id).with_for_update())).all()
    for hers in found:
        hers.ended_at = work.now
    if found:
        announce(work, "coachee_signed_out", coachee_id, sessions=len(found))
    return len(found)
