"""Sessions to come, and the clock that they are planned by."""

from datetime import timedelta

from sqlalchemy import select

from domain.kit.calendar import instant
from domain.kit.work import Work
from domain.trajectories.invitations import tell_coachee
from domain.trajectories.model import Session, SessionState
from domain.trajectories.sessions import announce_session, drop_holds


async def follow_clock(work: Work, before: str, after: str) -> None:
    """Sessions to come that were planned by one clock keep their wall time on the other that takes its place."""
    await drop_holds(work, Session.zone == before)
    query = select(Session).where(
        Session.practice_id == work.practice_id,
        Session.state == SessionState.PLANNED,
        Session.zone == before,
        Session.starts_at > work.now,
    )
    sessions = (await work.session.scalars(query.order_by(Session.id).with_for_update())).all()
    moves = [(session, instant(session.day, session.time, after)) for session in sessions]
    later = any(starts_at > session.starts_at for session, starts_at in moves)
    # The front of the queue moves first, or sessions would run into those that have yet to move.
    for session, starts_at in sorted(moves, key=lambda move: move[1], reverse=later):
        session.zone, session.changed_at = after, work.now
        session.starts_at, session.ends_at = starts_at, starts_at + timedelta(minutes=session.minutes)
        await work.session.flush()
        announce_session(work, "session_changed", session, fields="zone")
        await tell_coachee(work, session)
