"""The goals of a trajectory: sealed, and for its own coach alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain import people
from domain.kit.ids import GoalId, TrajectoryId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.trajectories.access import must_be_own_coach
from domain.trajectories.model import Trajectory, TrajectoryNotFound
from domain.trajectories.queries import get_trajectory
from domain.trajectories.records import Goal, GoalNotFound, GoalState


@dataclass(frozen=True, slots=True)
class OpenGoal:
    """A goal with its text, opened for a moment."""

    id: GoalId
    version: int
    trajectory_id: TrajectoryId
    state: GoalState
    added_at: datetime
    decided_at: datetime | None
    text: str


async def set_goal(work: Work, trajectory_id: TrajectoryId, text: str) -> Goal:
    trajectory = await get_trajectory(work, trajectory_id)
    must_be_own_coach(work, trajectory.coach_id)
    goal_id = GoalId(new_id())
    goal = Goal(
        practice_id=work.practice_id,
        id=goal_id,
        trajectory_id=trajectory_id,
        coachee_id=trajectory.coachee_id,
        sealed_text=await people.seal(work, trajectory.coachee_id, text, _context(goal_id)),
        state=GoalState.OPEN,
        added_at=work.now,
    )
    await work.store(goal)
    announce(work, "goal_set", goal.id, trajectory_id=trajectory_id)
    return goal


async def list_goals(work: Work, trajectory_id: TrajectoryId, page: PageRequest) -> Page[OpenGoal]:
    """Oldest first."""
    trajectory = await get_trajectory(work, trajectory_id)
    must_be_own_coach(work, trajectory.coach_id)
    query = select(Goal).where(Goal.practice_id == work.practice_id, Goal.trajectory_id == trajectory_id)
    found = await fetch_page(work, query, page, list_name=f"goals:{trajectory_id}", keys=[Goal.id])
    return Page([await _open(work, goal) for goal in found.items], found.next_cursor)


async def decide_goal(work: Work, goal_id: GoalId, to: GoalState) -> Goal:
    """It is reached, or no longer wanted."""
    goal = await _own_goal(work, goal_id)
    goal.move(to, work.now)
    await work.session.flush()
    announce(work, f"goal_{to}", goal.id, trajectory_id=goal.trajectory_id)
    return goal


async def _own_goal(work: Work, goal_id: GoalId) -> Goal:
    """To a coach, a goal in a colleague's trajectory is not found."""
    goal = await find(work, Goal, goal_id, GoalNotFound)
    try:
        trajectory: Trajectory = await get_trajectory(work, goal.trajectory_id)
    except TrajectoryNotFound as error:
        raise GoalNotFound(id=goal_id) from error
    must_be_own_coach(work, trajectory.coach_id)
    return await find(work, Goal, goal_id, GoalNotFound, lock=True)


async def _open(work: Work, goal: Goal) -> OpenGoal:
    text = await people.unseal(work, goal.coachee_id, goal.sealed_text, _context(goal.id))
    return OpenGoal(goal.id, goal.version, goal.trajectory_id, goal.state, goal.added_at, goal.decided_at, text)


def _context(goal_id: GoalId) -> str:
    return f"goal:{goal_id}"
