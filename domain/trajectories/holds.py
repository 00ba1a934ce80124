"""A place that is kept for five minutes: confirmed into a session, released, or gone by itself."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.kit.due import Due
from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import HoldId, SessionId, TrajectoryId
from domain.kit.states import step
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.trajectories.access import seen_sessions
from domain.trajectories.invitations import tell_coachee
from domain.trajectories.model import SESSION_MOVES, Session, SessionState
from domain.trajectories.places import clear_holds
from domain.trajectories.sessions import NewSession, announce_session, put_in_calendar

HELD_FOR = timedelta(minutes=5)
BATCH = 500


class HoldNotFound(NotFound):
    """No hold with that id in this practice: it may have expired, or been confirmed already."""


class HoldExpired(Conflict):
    """This hold has expired; ask for the place again."""


async def place_hold(work: Work, trajectory_id: TrajectoryId, new: NewSession) -> Session:
    """Keep a place free for five minutes, by the rules of a session."""
    session = await put_in_calendar(work, trajectory_id, new, hold_expires_at=work.now + HELD_FOR)
    announce(work, "hold_placed", session.id, trajectory_id=trajectory_id, coach_id=session.coach_id)
    return session


async def get_hold(work: Work, hold_id: HoldId, *, lock: bool = False) -> Session:
    held = Session.state == SessionState.ON_HOLD
    only = seen_sessions(work.actor)
    return await find(work, Session, hold_id, HoldNotFound, lock=lock, only=held if only is None else held & only)


async def confirm_hold(work: Work, hold_id: HoldId) -> Session:
    """The place becomes a planned session under the same id."""
    session = await get_hold(work, hold_id, lock=True)
    if session.hold_expires_at is not None and session.hold_expires_at <= work.now:
        raise HoldExpired(expired_at=session.hold_expires_at)
    session.state = step(SESSION_MOVES, session.state, SessionState.PLANNED)
    session.hold_expires_at, session.changed_at = None, work.now
    await work.session.flush()
    announce_session(work, "session_planned", session)
    await tell_coachee(work, session, confirmed=True)
    return session


async def release_hold(work: Work, hold_id: HoldId) -> None:
    """Give the place back before its time."""
    session = await get_hold(work, hold_id, lock=True)
    await work.session.delete(session)
    announce(work, "hold_released", hold_id, trajectory_id=session.trajectory_id, coach_id=session.coach_id)


async def expired_holds(session: AsyncSession, now: datetime) -> list[Due[SessionId]]:
    """Holds whose time is over, oldest first."""
    query = select(Session.practice_id, Session.id).where(
        Session.state == SessionState.ON_HOLD, Session.hold_expires_at <= now
    )
    rows = await session.execute(query.order_by(Session.hold_expires_at).limit(BATCH))
    return [Due(practice_id, session_id) for practice_id, session_id in rows]


async def next_hold_expiry_at(session: AsyncSession) -> datetime | None:
    query = select(func.min(Session.hold_expires_at)).where(Session.state == SessionState.ON_HOLD)
    return await session.scalar(query)


async def expire_hold(work: Work, session_id: SessionId) -> None:
    await clear_holds(work, [session_id])
