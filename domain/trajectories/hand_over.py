"""Hand a trajectory over to another coach: sessions to come go along, and so do the notes that are shared."""

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from domain import people, practice
from domain.kit.errors import Conflict, Forbidden
from domain.kit.ids import StaffId, TrajectoryId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.states import WrongState
from domain.kit.work import Work
from domain.messaging import announce
from domain.practice import Role
from domain.trajectories.access import AlreadyHerCoach, NotACoach
from domain.trajectories.deputies import drop_deputy, refresh_access
from domain.trajectories.invitations import tell_coachee
from domain.trajectories.model import TAKES_TIME, Session, SessionState, Trajectory, TrajectoryState
from domain.trajectories.places import queue_for
from domain.trajectories.queries import get_trajectory
from domain.trajectories.records import HandOver

OVER = frozenset({TrajectoryState.STOPPED, TrajectoryState.DECLINED})


class NotYoursToHandOver(Forbidden):
    """A trajectory is handed over by its own coach or by the owner."""


class SessionsClash(Conflict):
    """The new coach is not free at the time of sessions to come: move those first. `facts` name them."""


async def hand_over(work: Work, trajectory_id: TrajectoryId, to: StaffId, reason: str) -> HandOver:
    """All of it, or nothing: the sessions to come, the responsibility, and who reads what."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    await _check(work, trajectory, to)
    coachee = await people.get_coachee(work, trajectory.coachee_id)
    sessions = await _take_sessions_along(work, trajectory, to)
    before, trajectory.coach_id = trajectory.coach_id, to
    done = HandOver(
        practice_id=work.practice_id,
        id=new_id(),
        trajectory_id=trajectory_id,
        from_coach_id=before,
        to_coach_id=to,
        reason=reason,
        handed_at=work.now,
    )
    await work.store(done)
    if sessions:
        await tell_coachee(work, *sessions)
    await drop_deputy(work, trajectory_id, to)
    if coachee.coach_id == before:
        await people.entrust(work, coachee, to)
    await refresh_access(work, coachee.id)
    facts = {"coachee_id": coachee.id, "from_coach_id": before, "coach_id": to}
    announce(work, "trajectory_handed_over", trajectory_id, **facts)
    return done


async def list_hand_overs(work: Work, trajectory_id: TrajectoryId, page: PageRequest) -> Page[HandOver]:
    """Oldest first."""
    await get_trajectory(work, trajectory_id)
    query = select(HandOver).where(HandOver.practice_id == work.practice_id, HandOver.trajectory_id == trajectory_id)
    return await fetch_page(work, query, page, list_name=f"hand_overs:{trajectory_id}", keys=[HandOver.id])


async def _check(work: Work, trajectory: Trajectory, to: StaffId) -> None:
    if work.actor.role != Role.OWNER and work.actor.id != trajectory.coach_id:
        raise NotYoursToHandOver
    if trajectory.state in OVER:
        raise WrongState(state=trajectory.state, wanted="handed over")
    if to == trajectory.coach_id:
        raise AlreadyHerCoach(field="coach_id")
    if not await practice.coaches(work, to):
        raise NotACoach(field="coach_id")


async def _take_sessions_along(work: Work, trajectory: Trajectory, to: StaffId) -> list[Session]:
    """Nobody books with the new coach while we look."""
    await queue_for(work, to)
    query = select(Session).where(
        Session.practice_id == work.practice_id,
        Session.trajectory_id == trajectory.id,
        Session.state == SessionState.PLANNED,
        Session.starts_at > work.now,
    )
    sessions = list(await work.session.scalars(query.order_by(Session.id).with_for_update()))
    clashing = await _clashing(work, [session.id for session in sessions], to)
    if clashing:
        raise SessionsClash(session_ids=clashing)
    for session in sessions:
        session.coach_id, session.changed_at = to, work.now
    return sessions


async def _clashing(work: Work, sessions: list[StaffId] | list[object], to: StaffId) -> list[object]:
    other = aliased(Session)
    query = select(Session.id).where(
        Session.practice_id == work.practice_id,
        Session.id.in_(sessions),
        select(other.id)
        .where(
            other.practice_id == Session.practice_id,
            other.coach_id == to,
            other.state.in_(TAKES_TIME),
            func.tstzrange(other.starts_at, other.ends_at).op("&&")(func.tstzrange(Session.starts_at, Session.ends_at)),
        )
        .exists(),
    )
    return list(await work.session.scalars(query.order_by(Session.starts_at, Session.id)))
