"""What happens to a session: planned, moved, held, cancelled, or not shown up for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from domain import practice
from domain.kit.calendar import add_months, existing_instant, instant, known_zone, local_day, sane_day
from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import SessionId, StaffId, TrajectoryId, new_id
from domain.kit.states import WrongState
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.trajectories.access import must_go_on
from domain.trajectories.invitations import tell_coachee
from domain.trajectories.model import (
    CoachNotFree,
    Session,
    SessionKind,
    SessionState,
    Trajectory,
    TrajectoryNotFound,
    TrajectoryState,
)
from domain.trajectories.queries import get_session, get_trajectory

FARTHEST_MONTHS = 24
LONGEST = timedelta(minutes=480)
TAKES_TIME = (SessionState.PLANNED, SessionState.HELD)
# Aftercare comes after the end, within a year or so (cheques-and-invoicing.md §1.4).
PLANNABLE = {
    TrajectoryState.PROPOSED: frozenset({SessionKind.INTRO}),
    TrajectoryState.RUNNING: frozenset(SessionKind),
    TrajectoryState.COMPLETED: frozenset({SessionKind.AFTERCARE}),
}


class TooFarAhead(Invalid):
    """Sessions are planned at most two years ahead."""


class TrajectoryNotRunning(Conflict):
    """Sessions are planned while a trajectory runs; before that only an intro, after its good end only aftercare."""


class AftercareOver(Conflict):
    """The aftercare of this trajectory is over by that day."""


class SessionNotStarted(Conflict):
    """This session has not begun yet: it can be cancelled, but neither held nor a no-show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """The zone is the practice's where none is named."""

    kind: SessionKind
    day: date
    time: time
    minutes: int
    zone: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, as instants: what two sessions of one coach may not share."""

    starts_at: datetime
    ends_at: datetime


async def plan_session(work: Work, trajectory_id: TrajectoryId, new: NewSession) -> Session:
    """Put a meeting in the coach's calendar, where she is free."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True, deputies=True)
    _must_be_plannable(trajectory, new.kind, new.day, field="kind")
    await must_go_on(work, trajectory)
    zone = known_zone(new.zone or (await practice.get_practice(work)).zone)
    span = span_of(work.now, new.day, new.time, zone, new.minutes)
    await _must_be_free(work, trajectory.coach_id, span)
    session = Session(
        practice_id=work.practice_id,
        id=SessionId(new_id()),
        trajectory_id=trajectory.id,
        coachee_id=trajectory.coachee_id,
        coach_id=trajectory.coach_id,
        kind=new.kind,
        state=SessionState.PLANNED,
        day=new.day,
        time=new.time,
        zone=zone,
        minutes=new.minutes,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        place=new.place,
        changed_at=work.now,
    )
    await work.store(session)
    _announce(work, "session_planned", session)
    await tell_coachee(work, session)
    return session


def _must_be_plannable(trajectory: Trajectory, kind: SessionKind, day: date, *, field: str) -> None:
    if kind not in PLANNABLE.get(trajectory.state, frozenset()):
        raise TrajectoryNotRunning(field=field, state=trajectory.state)
    until = trajectory.aftercare_until
    if trajectory.state == TrajectoryState.COMPLETED and until is not None and day > until:
        raise AftercareOver(field="day", aftercare_until=until)


def _must_be_movable(work: Work, trajectory: Trajectory, session: Session, span: Span) -> None:
    """What is planned may move also while the trajectory is paused; after its end, only within what has passed."""
    if trajectory.state != TrajectoryState.PAUSED and span.starts_at > work.now:
        _must_be_plannable(trajectory, session.kind, session.day, field="day")


def span_of(now: datetime, day: date, at: time, zone: str, minutes: int) -> Span:
    """The instants that a wall time means; the past is allowed, for who writes down what was held."""
    sane_day(day, field="day")
    if day > add_months(local_day(now, zone), FARTHEST_MONTHS):
        raise TooFarAhead(field="day", months=FARTHEST_MONTHS)
    starts_at = existing_instant(day, at, zone, field="time")
    return Span(starts_at, starts_at + timedelta(minutes=minutes))


async def _must_be_free(work: Work, coach_id: StaffId, span: Span, *, moving: SessionId | None = None) -> None:
    """Refuse a time at which the coach has another session, and name that session.

    The constraint alone would hold, but of many who book at once some would deadlock (40P01); so they queue for the
    coach, and look after the queue: a statement sees what was committed before it began.
    """
    await queue_for(work, coach_id)
    query = select(Session.id).where(
        Session.practice_id == work.practice_id,
        Session.coach_id == coach_id,
        Session.state.in_(TAKES_TIME),
        Session.starts_at > span.starts_at - LONGEST,  # lets the index stop: nothing longer can reach into the span
        Session.starts_at < span.ends_at,
        Session.ends_at > span.starts_at,
    )
    taken = [other for other in await work.session.scalars(query.order_by(Session.starts_at)) if other != moving]
    if taken:
        raise CoachNotFree(field="time", session_ids=taken)


async def queue_for(work: Work, coach_id: StaffId) -> None:
    """Wait until nobody else books with this coach; to the end, the others wait for us."""
    await work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(coach_id), 0))))


async def update_session(work: Work, session_id: SessionId, changes: dict[str, Any]) -> Session:
    """Move a planned session to another time, or change how long or where it is."""
    session, trajectory = await _hold_with_trajectory(work, session_id)
    if session.state != SessionState.PLANNED:
        raise WrongState(state=session.state, wanted=SessionState.PLANNED)
    for name, value in changes.items():
        setattr(session, name, known_zone(value) if name == "zone" else value)
    if changes.keys() & {"day", "time", "zone", "minutes"}:
        span = span_of(work.now, session.day, session.time, session.zone, session.minutes)
        _must_be_movable(work, trajectory, session, span)
        with work.session.no_autoflush:  # the new time is written only once it is known to be free
            await _must_be_free(work, session.coach_id, span, moving=session.id)
        session.starts_at, session.ends_at = span.starts_at, span.ends_at
    session.changed_at = work.now
    await work.session.flush()
    _announce(work, "session_changed", session, fields=",".join(sorted(changes)))
    await tell_coachee(work, session)
    return session


async def _hold_with_trajectory(work: Work, session_id: SessionId) -> tuple[Session, Trajectory]:
    """Both rows, the trajectory's first: in the order of whoever ends a trajectory, or the two could deadlock."""
    found = await get_session(work, session_id)
    trajectory = await find(work, Trajectory, found.trajectory_id, TrajectoryNotFound, lock=True)
    return await get_session(work, session_id, lock=True), trajectory


async def hold_session(work: Work, session_id: SessionId) -> Session:
    """Coach and coachee have met."""
    session = await get_session(work, session_id, lock=True)
    _must_have_begun(work, session)
    return await _close(work, session, SessionState.HELD)


async def cancel_session(work: Work, session_id: SessionId, reason: str | None = None) -> Session:
    """It does not take place; the coach is free again at that time."""
    session = await get_session(work, session_id, lock=True)
    await _close(work, session, SessionState.CANCELLED, reason)
    await tell_coachee(work, session)
    return session


async def mark_no_show(work: Work, session_id: SessionId) -> Session:
    """The coachee did not come and had not cancelled."""
    session = await get_session(work, session_id, lock=True)
    _must_have_begun(work, session)
    return await _close(work, session, SessionState.NO_SHOW)


async def cancel_what_is_to_come(work: Work, trajectory_id: TrajectoryId, *, but: SessionKind | None = None) -> None:
    """Free the calendar of a trajectory that ends; what lies in the past can still be told as held."""
    query = select(Session).where(
        Session.practice_id == work.practice_id,
        Session.trajectory_id == trajectory_id,
        Session.state == SessionState.PLANNED,
        Session.starts_at > work.now,
        Session.kind.is_distinct_from(but),
    )
    sessions = (await work.session.scalars(query.order_by(Session.id).with_for_update())).all()
    for session in sessions:
        await _close(work, session, SessionState.CANCELLED)
    await tell_coachee(work, *sessions)


async def follow_clock(work: Work, before: str, after: str) -> None:
    """Sessions to come that were planned by one clock keep their wall time on the other that takes its place."""
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
        _announce(work, "session_changed", session, fields="zone")
        await tell_coachee(work, session)


def _must_have_begun(work: Work, session: Session) -> None:
    if session.state == SessionState.PLANNED and session.starts_at > work.now:
        raise SessionNotStarted(starts_at=session.starts_at)


async def _close(work: Work, session: Session, to: SessionState, reason: str | None = None) -> Session:
    session.close(to, work.now, reason)
    await work.session.flush()
    _announce(work, f"session_{to}", session)
    return session


def _announce(work: Work, kind: str, session: Session, **facts: object) -> None:
    ids = {"trajectory_id": session.trajectory_id, "coach_id": session.coach_id}
    announce(work, kind, session.id, kind_of_session=session.kind, **ids, **facts)
