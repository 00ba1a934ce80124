"""Reading trajectories and sessions, as far as the caller may see them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from domain.kit.ids import CoacheeId, SessionId, StaffId, TrajectoryId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.trajectories.access import seen_sessions, seen_trajectories
from domain.trajectories.model import (
    Session,
    SessionKind,
    SessionNotFound,
    SessionState,
    Trajectory,
    TrajectoryNotFound,
    TrajectoryState,
)
from domain.trajectories.other_times import OtherTime


def key_question_context(trajectory_id: TrajectoryId) -> str:
    """What the sealed key question is bound to."""
    return f"trajectory:{trajectory_id}:key_question"


async def get_trajectory(
    work: Work, trajectory_id: TrajectoryId, *, lock: bool = False, deputies: bool = False
) -> Trajectory:
    """To a coach, a colleague's trajectory is not found; but for what `deputies` may, if she stands in there."""
    only = seen_trajectories(work.actor, deputies=deputies)
    return await find(work, Trajectory, trajectory_id, TrajectoryNotFound, lock=lock, only=only)


async def list_trajectories(
    work: Work,
    page: PageRequest,
    *,
    coachee_id: CoacheeId | None = None,
    coach_id: StaffId | None = None,
    state: TrajectoryState | None = None,
) -> Page[Trajectory]:
    """In the order in which they were proposed."""
    query = select(Trajectory).where(Trajectory.practice_id == work.practice_id)
    if (seen := seen_trajectories(work.actor, deputies=True)) is not None:
        query = query.where(seen)
    wanted = ((Trajectory.coachee_id, coachee_id), (Trajectory.coach_id, coach_id), (Trajectory.state, state))
    for column, value in wanted:
        if value is not None:
            query = query.where(column == value)
    list_name = f"trajectories:{coachee_id}:{coach_id}:{state}"
    return await fetch_page(work, query, page, list_name=list_name, keys=[Trajectory.id])


async def get_session(work: Work, session_id: SessionId, *, lock: bool = False) -> Session:
    """To a coach, a colleague's session is not found, unless she stands in for that colleague."""
    seen, there = seen_sessions(work.actor), Session.state != SessionState.ON_HOLD
    only = there if seen is None else there & seen
    return await find(work, Session, session_id, SessionNotFound, lock=lock, only=only)


async def minutes_held(work: Work, trajectory_id: TrajectoryId, *, kind: SessionKind | None = None) -> int:
    """How long coach and coachee have met so far, in sessions of all kinds or of one."""
    query = select(func.coalesce(func.sum(Session.minutes), 0)).where(
        Session.practice_id == work.practice_id,
        Session.trajectory_id == trajectory_id,
        Session.state == SessionState.HELD,
    )
    if kind is not None:
        query = query.where(Session.kind == kind)
    return (await work.session.execute(query)).scalar_one()


async def meetings_since(work: Work, trajectory_id: TrajectoryId, moment: datetime) -> list[tuple[datetime, datetime]]:
    """From when to when its sessions are that are planned or were held, from a moment on."""
    query = select(Session.starts_at, Session.ends_at).where(
        Session.practice_id == work.practice_id,
        Session.trajectory_id == trajectory_id,
        Session.state.in_([SessionState.PLANNED, SessionState.HELD]),
        Session.starts_at > moment,
    )
    return [(starts_at, ends_at) for starts_at, ends_at in await work.session.execute(query)]


async def meetings_elsewhere(
    work: Work, coachee_id: CoacheeId, trajectory_id: TrajectoryId, moment: datetime
) -> list[tuple[datetime, datetime]]:
    """The same of her other trajectories, and of what else keeps her time, as a seat in a group does."""
    query = (
        select(Session.starts_at, Session.ends_at)
        .join(
            Trajectory,
            (Trajectory.practice_id == Session.practice_id) & (Trajectory.id == Session.trajectory_id),
        )
        .where(
            Session.practice_id == work.practice_id,
            Trajectory.coachee_id == coachee_id,
            Trajectory.id != trajectory_id,
            Session.state.in_([SessionState.PLANNED, SessionState.HELD]),
            Session.starts_at > moment,
        )
    )
    kept = select(OtherTime.starts_at, OtherTime.ends_at).where(
        OtherTime.practice_id == work.practice_id, OtherTime.coachee_id == coachee_id, OtherTime.starts_at > moment
    )
    rows = await work.session.execute(query.union_all(kept))
    return [(starts_at, ends_at) for starts_at, ends_at in rows]


class KindMinutes(NamedTuple):
    """The minutes of one kind of session: still planned, and held so far."""

    kind: SessionKind
    planned: int
    held: int


async def minutes_by_kind(work: Work, trajectory_id: TrajectoryId) -> list[KindMinutes]:
    """How the minutes of a trajectory are spent, for every kind of session."""
    query = (
        select(Session.kind, Session.state, func.sum(Session.minutes))
        .where(Session.practice_id == work.practice_id, Session.trajectory_id == trajectory_id)
        .group_by(Session.kind, Session.state)
    )
    sums = {(kind, state): int(minutes) for kind, state, minutes in await work.session.execute(query)}
    return [
        KindMinutes(kind, sums.get((kind, SessionState.PLANNED), 0), sums.get((kind, SessionState.HELD), 0))
        for kind in SessionKind
    ]
