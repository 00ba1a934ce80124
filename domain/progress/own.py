"""Whose reports these are: of a trajectory, for its own coach alone."""

from domain import audit, trajectories
from domain.kit.ids import TrajectoryId
from domain.kit.work import Work
from domain.trajectories import Trajectory


async def own_trajectory(work: Work, trajectory_id: TrajectoryId, report: str) -> Trajectory:
    """That a report was read is kept in the audit trail."""
    trajectory = await trajectories.get_trajectory(work, trajectory_id)
    trajectories.must_be_own_coach(work, trajectory.coach_id)
    audit.record(work, "report_read", trajectory_id, coachee_id=trajectory.coachee_id, report=report)
    return trajectory
