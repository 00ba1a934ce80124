"""Deputies: who may act for the coach of a trajectory in its calendar, and read there what is shared."""

from sqlalchemy import select

from domain import people
from domain.kit.ids import CoacheeId
from domain.kit.work import Work
from domain.trajectories.model import Deputy, Trajectory


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
