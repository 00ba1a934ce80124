"""What happens to a session: planned, moved, held, cancelled, or not shown up for."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from domain import availability
from domain.availability import CalendarRules, Stretch
from domain.kit.errors import Conflict
from domain.kit.ids import LocationId, SeriesId, SessionId, TrajectoryId, new_id
from domain.kit.states import WrongState
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.trajectories.access import must_go_on
from domain.trajectories.invitations import tell_coachee
from domain.trajectories.model import (
    CancelledBy,
    Session,
    SessionKind,
    SessionState,
    Trajectory,
    TrajectoryNotFound,
    TrajectoryState,
)
from domain.trajectories.places import Place, Wanted, take_place
from domain.trajectories.queries import get_session, get_trajectory

ASKED = ("kind", "session_type", "day", "time", "zone", "minutes", "location_id")
TIMED = frozenset({"day", "time", "zone", "minutes"})
PLACED = TIMED | {"location_id"}
# Aftercare comes after the end, within a year or so (cheques-and-invoicing.md §1.4).
PLANNABLE = {
    TrajectoryState.PROPOSED: frozenset({SessionKind.INTRO}),
    TrajectoryState.RUNNING: frozenset(SessionKind),
    TrajectoryState.COMPLETED: frozenset({SessionKind.AFTERCARE}),
}


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
    session_type: str | None = None
    location_id: LocationId | None = None
    in_hindsight: bool = False


async def plan_session(work: Work, trajectory_id: TrajectoryId, new: NewSession) -> Session:
    """Put a meeting in the coach's calendar, where she is free."""
    session = await put_in_calendar(work, trajectory_id, new)
    announce_session(work, "session_planned", session)
    await tell_coachee(work, session)
    return session


async def plan_overlapping_session(work: Work, trajectory_id: TrajectoryId, new: NewSession) -> Session:
    """The same where the coach, the room or the coachee is taken; what it overlaps stands in the audit trail."""
    session = await put_in_calendar(work, trajectory_id, new, overlapping=True)
    announce_session(work, "session_planned", session, overlapping=session.overlap_allowed)
    await tell_coachee(work, session)
    return session


async def put_in_calendar(
    work: Work,
    trajectory_id: TrajectoryId,
    new: NewSession,
    *,
    hold_expires_at: datetime | None = None,
    overlapping: bool = False,
) -> Session:
    """A session, or the hold on one, at a place that it may take."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True, deputies=True)
    must_be_plannable(trajectory, new.kind, new.day, field="kind")
    await must_go_on(work, trajectory)
    place = await take_place(work, wanted_for(trajectory, new, overlapping=overlapping))
    session = await write_session(work, trajectory, new, place, hold_expires_at=hold_expires_at)
    if place.overlaps:
        announce_session(work, "session_overlap_allowed", session, session_ids=",".join(map(str, place.overlaps)))
    return session


def wanted_for(trajectory: Trajectory, new: NewSession, *, overlapping: bool = False) -> Wanted:
    asked = {name: getattr(new, name) for name in ASKED}
    return Wanted(
        coach_id=trajectory.coach_id,
        coachee_id=trajectory.coachee_id,
        in_hindsight=new.in_hindsight,
        overlapping=overlapping,
        **asked,
    )


async def write_session(
    work: Work,
    trajectory: Trajectory,
    new: NewSession,
    place: Place,
    *,
    hold_expires_at: datetime | None = None,
    series_id: SeriesId | None = None,
) -> Session:
    """Write down a session at a place that it may take."""
    session = Session(
        practice_id=work.practice_id,
        id=SessionId(new_id()),
        trajectory_id=trajectory.id,
        coachee_id=trajectory.coachee_id,
        coach_id=trajectory.coach_id,
        kind=new.kind,
        state=SessionState.PLANNED if hold_expires_at is None else SessionState.ON_HOLD,
        hold_expires_at=hold_expires_at,
        session_type=new.session_type,
        day=new.day,
        time=new.time,
        zone=place.zone,
        minutes=new.minutes,
        starts_at=place.span.starts_at,
        ends_at=place.span.ends_at,
        place=new.place,
        location_id=new.location_id,
        in_room=place.in_room,
        overlap_allowed=bool(place.overlaps),
        changed_at=work.now,
        series_id=series_id,
        occurrence_day=new.day if series_id else None,
    )
    await work.store(session)
    return session


def must_be_plannable(trajectory: Trajectory, kind: SessionKind, day: date, *, field: str) -> None:
    if kind not in PLANNABLE.get(trajectory.state, frozenset()):
        raise TrajectoryNotRunning(field=field, state=trajectory.state)
    until = trajectory.aftercare_until
    if trajectory.state == TrajectoryState.COMPLETED and until is not None and day > until:
        raise AftercareOver(field="day", aftercare_until=until)


def must_be_movable(work: Work, trajectory: Trajectory, kind: SessionKind, day: date, span: Stretch) -> None:
    """What is planned may move also while the trajectory is paused; after its end, only within what has passed."""
    if trajectory.state != TrajectoryState.PAUSED and span.starts_at > work.now:
        must_be_plannable(trajectory, kind, day, field="day")


async def update_session(work: Work, session_id: SessionId, changes: dict[str, Any]) -> Session:
    """Move a planned session to another time, or change how long or where it is."""
    session, trajectory = await _hold_with_trajectory(work, session_id)
    if session.state != SessionState.PLANNED:
        raise WrongState(state=session.state, wanted=SessionState.PLANNED)
    for name, value in changes.items():
        setattr(session, name, value)
    if changes.keys() & PLACED:
        await _move(work, session, trajectory)
    if changes.keys() & TIMED:
        session.moved_apart = session.series_id is not None
    session.changed_at = work.now
    await work.session.flush()
    announce_session(work, "session_changed", session, fields=",".join(sorted(changes)))
    await tell_coachee(work, session)
    return session


async def _move(work: Work, session: Session, trajectory: Trajectory) -> None:
    """To where its fields say: what has begun may be corrected in hindsight, what is to come moves by the rules."""
    begun = session.starts_at <= work.now
    with work.session.no_autoflush:  # the new place is written only once it is known to be free
        place = await take_place(work, replace(wanted_again(session), in_hindsight=begun), moving=[session.id])
    must_be_movable(work, trajectory, session.kind, session.day, place.span)
    settle(session, place)


def wanted_again(session: Session) -> Wanted:
    """What a session asked for, to ask for it elsewhere."""
    asked = {name: getattr(session, name) for name in ASKED}
    overlapping = session.overlap_allowed
    return Wanted(coach_id=session.coach_id, coachee_id=session.coachee_id, overlapping=overlapping, **asked)


def settle(session: Session, place: Place) -> None:
    session.zone, session.in_room = place.zone, place.in_room
    session.starts_at, session.ends_at = place.span.starts_at, place.span.ends_at


async def _hold_with_trajectory(work: Work, session_id: SessionId) -> tuple[Session, Trajectory]:
    """Both rows, the trajectory's first: in the order of whoever ends a trajectory, or the two could deadlock."""
    found = await get_session(work, session_id)
    trajectory = await find(work, Trajectory, found.trajectory_id, TrajectoryNotFound, lock=True)
    return await get_session(work, session_id, lock=True), trajectory


async def hold_session(work: Work, session_id: SessionId) -> Session:
    """Coach and coachee have met."""
    session = await get_session(work, session_id, lock=True)
    _must_have_begun(work, session)
    return await close_session(work, session, SessionState.HELD)


async def cancel_session(
    work: Work, session_id: SessionId, reason: str | None = None, by: CancelledBy | None = None
) -> Session:
    """It does not take place; the coach is free again."""
    session = await get_session(work, session_id, lock=True)
    await call_off(work, session, await availability.get_rules(work), reason, by)
    await tell_coachee(work, session)
    return session


async def call_off(
    work: Work, session: Session, rules: CalendarRules, reason: str | None, by: CancelledBy | None
) -> None:
    """By the practice's rules: late is what a coachee cancels after its hour. She is not told yet."""
    free_until = session.starts_at - timedelta(hours=rules.cancel_free_hours)
    late = by is CancelledBy.COACHEE and work.now > free_until
    with work.session.no_autoflush:  # one change, one version
        session.cancelled_by, session.late_cancel, session.policy_version = by, late, rules.version
        await close_session(work, session, SessionState.CANCELLED, reason, late=late)


async def mark_no_show(work: Work, session_id: SessionId) -> Session:
    """The coachee did not come and had not cancelled."""
    session = await get_session(work, session_id, lock=True)
    _must_have_begun(work, session)
    session.policy_version = (await availability.get_rules(work)).version
    return await close_session(work, session, SessionState.NO_SHOW)


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
        await close_session(work, session, SessionState.CANCELLED)
    await tell_coachee(work, *sessions)
    await drop_holds(work, Session.trajectory_id == trajectory_id)


async def drop_holds(work: Work, where: ColumnElement[bool]) -> None:
    """Give back every place that is kept where that holds."""
    held = delete(Session).where(Session.practice_id == work.practice_id, Session.state == SessionState.ON_HOLD, where)
    for session_id in await work.session.scalars(held.returning(Session.id)):
        announce(work, "hold_released", session_id)


def _must_have_begun(work: Work, session: Session) -> None:
    if session.state == SessionState.PLANNED and session.starts_at > work.now:
        raise SessionNotStarted(starts_at=session.starts_at)


async def close_session(
    work: Work, session: Session, to: SessionState, reason: str | None = None, **facts: object
) -> Session:
    session.close(to, work.now, reason)
    await work.session.flush()
    announce_session(work, f"session_{to}", session, **facts)
    return session


def announce_session(work: Work, kind: str, session: Session, **facts: object) -> None:
    ids = {"trajectory_id": session.trajectory_id, "coach_id": session.coach_id}
    announce(work, kind, session.id, kind_of_session=session.kind, **ids, **facts)
