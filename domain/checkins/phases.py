"""Plans that follow the phase of their trajectory: when that changes, what was not sent is chosen anew."""

from typing import Any

from sqlalchemy import select

from domain import trajectories
from domain.checkins.model import Plan, PlanNotFound
from domain.checkins.plans import make_anew
from domain.checkins.policy import Policy
from domain.checkins.states import PlanState
from domain.kit.calendar import local_day
from domain.kit.ids import TrajectoryId
from domain.kit.work import Work, find
from domain.trajectories import Trajectory


async def update_trajectory(work: Work, trajectory_id: TrajectoryId, changes: dict[str, Any]) -> Trajectory:
    """Change what is named in `changes`; with the phase, the check-ins to come of a plan that follows it."""
    changed = await trajectories.update_trajectory(work, trajectory_id, changes)
    if "phase" not in changes:
        return changed
    running = select(Plan.id).where(
        Plan.practice_id == work.practice_id, Plan.trajectory_id == trajectory_id, Plan.state == PlanState.ACCEPTED
    )
    for plan_id in (await work.session.scalars(running)).all():
        plan = await find(work, Plan, plan_id, PlanNotFound, lock=True)
        if plan.terms.policy is Policy.FOLLOW_PHASE:
            await make_anew(work, plan, local_day(work.now, plan.zone))
    return changed
