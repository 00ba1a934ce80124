"""Deputies: who may act for the coach of a trajectory in its calendar, and read there what is shared."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from domain import people, practice
from domain.kit.ids import CoacheeId, StaffId, TrajectoryId
from domain.kit.work import Work
from domain.messaging import announce
from domain.trajectories.access import AlreadyHerCoach, NotACoach
from domain.trajectories.model import Deputy, Trajectory
from domain.trajectories.queries import get_trajectory


async def name_deputy(work: Work, trajectory_id: TrajectoryId, staff_id: StaffId) -> list[Deputy]:
    """Let a colleague stand in; naming her again changes nothing."""
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    if staff_id == trajectory.coach_id:
        raise AlreadyHerCoach(field="staff_id")
    if not await practice.coaches(work, staff_id):
        raise NotACoach(field="staff_id")
    values = {"practice_id": work.practice_id, "trajectory_id": trajectory_id, "staff_id": staff_id, "since": work.now}
    added = await work.session.scalar(insert(Deputy).values(values).on_conflict_do_nothing().returning(Deputy.staff_id))
    if added is not None:
        await refresh_access(work, trajectory.coachee_id)
        announce(work, "deputy_named", trajectory_id, staff_id=staff_id)
    return await list_deputies(work, trajectory_id)


async def dismiss_deputy(work: Work, trajectory_id: TrajectoryId, staff_id: StaffId) -> list[Deputy]:
    """Let her no longer stand in; if she does not, nothing changes."""
    await practice.get_staff(work, staff_id)
    trajectory = await get_trajectory(work, trajectory_id, lock=True)
    await drop_deputy(work, trajectory_id, staff_id)
    await refresh_access(work, trajectory.coachee_id)
    return await list_deputies(work, trajectory_id)


async def drop_deputy(work: Work, trajectory_id: TrajectoryId, staff_id: StaffId) -> None:
    statement = delete(Deputy).where(
        Deputy.practice_id == work.practice_id, Deputy.trajectory_id == trajectory_id, Deputy.staff_id == staff_id
    )
    dropped = await work.session.scalar(statement.returning(Deputy.staff_id))
    if dropped is not None:
        announce(work, "deputy_dismissed", trajectory_id, staff_id=staff_id)


async def list_deputies(work: Work, trajectory_id: TrajectoryId) -> list[Deputy]:
    """A handful at most: colleagues of one coach."""
    await get_trajectory(work, trajectory_id, deputies=True)
    query = select(Deputy).where(Deputy.practice_id == work.practice_id, Deputy.trajectory_id == trajectory_id)
    return list(await work.session.scalars(query.order_by(Deputy.staff_id)))


async def stands_in(work: Work, trajectory_id: TrajectoryId) -> bool:
    """Whether the actor is a deputy in this trajectory."""
    query = select(Deputy.staff_id).where(
        Deputy.practice_id == work.practice_id,
        Deputy.trajectory_id == trajectory_id,
        Deputy.staff_id == work.actor.id,
    )
    return work.actor.id is not None and await work.session.scalar(query) is not None


async def refresh_access(work: Work, coachee_id: CoacheeId) -> None:
    """Let those see the coachee who coach her or stand in for her coach, in any of her trajectories."""
    of_coachee = (Trajectory.practice_id == work.practice_id, Trajectory.coachee_id == coachee_id)
    coaches = await work.session.scalars(select(Trajectory.coach_id).where(*of_coachee))
    deputies = await work.session.scalars(
        select(Deputy.staff_id)
        .join(Trajectory, (Trajectory.practice_id == Deputy.practice_id) & (Trajectory.id == Deputy.trajectory_id))
        .where(*of_coachee)
    )
    await people.let_see(work, coachee_id, {*coaches, *deputies})
