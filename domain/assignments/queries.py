"""Reading assignments, as the trajectory's own coach: what the coachee wrote only where she shares it."""

from dataclasses import dataclass

from sqlalchemy import select

from domain import audit, people, trajectories
from domain.assignments.model import Assignment, AssignmentNotFound, AssignmentState, context
from domain.kit.errors import NotFound
from domain.kit.ids import AssignmentId, CoacheeId, TrajectoryId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.trajectories import Trajectory

MOST_OPEN = 10


@dataclass(frozen=True, slots=True)
class OpenAssignment:
    """An assignment with its texts, opened for a moment; without a reflection that she keeps to herself."""

    assignment: Assignment
    instruction: str | None
    reflection: str | None


async def list_assignments(work: Work, trajectory_id: TrajectoryId, page: PageRequest) -> Page[OpenAssignment]:
    """Oldest first; that they were read is kept in the audit trail."""
    await _open_trajectory(work, trajectory_id)
    query = select(Assignment).where(
        Assignment.practice_id == work.practice_id, Assignment.trajectory_id == trajectory_id
    )
    found = await fetch_page(work, query, page, list_name=f"assignments:{trajectory_id}", keys=[Assignment.id])
    opened = [await _opened(work, assignment) for assignment in found.items]
    audit.record(work, "assignments_read", trajectory_id, assignments=len(opened))
    return Page(opened, found.next_cursor)


async def open_assignments_of(
    work: Work, coachee_id: CoacheeId, trajectory_id: TrajectoryId | None = None
) -> list[Assignment]:
    """What the coachee still has to do, in one trajectory or all, the first to be done first: for herself."""
    hers = select(Trajectory.id).where(Trajectory.practice_id == work.practice_id, Trajectory.coachee_id == coachee_id)
    query = select(Assignment).where(
        Assignment.practice_id == work.practice_id,
        Assignment.trajectory_id.in_([trajectory_id] if trajectory_id else hers),
        Assignment.state == AssignmentState.GIVEN,
        Assignment.due_at > work.now,
    )
    return [*await work.session.scalars(query.order_by(Assignment.due_at, Assignment.id).limit(MOST_OPEN))]


async def read_assignment(work: Work, assignment_id: AssignmentId) -> OpenAssignment:
    assignment = await find(work, Assignment, assignment_id, AssignmentNotFound)
    try:
        await _open_trajectory(work, assignment.trajectory_id)
    except NotFound as error:  # to a coach, a colleague's is not there
        raise AssignmentNotFound(id=assignment_id) from error
    audit.record(work, "assignment_read", assignment_id, coachee_id=assignment.coachee_id)
    return await _opened(work, assignment)


async def _open_trajectory(work: Work, trajectory_id: TrajectoryId) -> None:
    trajectory = await trajectories.get_trajectory(work, trajectory_id)
    trajectories.must_be_own_coach(work, trajectory.coach_id)


async def _opened(work: Work, assignment: Assignment) -> OpenAssignment:
    told = assignment.shared and assignment.state is AssignmentState.DONE
    return OpenAssignment(
        assignment,
        await _text(work, assignment, assignment.sealed_instruction, "instruction"),
        await _text(work, assignment, assignment.sealed_reflection, "reflection") if told else None,
    )


async def _text(work: Work, assignment: Assignment, sealed: bytes | None, field: str) -> str | None:
    if sealed is None:
        return None
    return await people.unseal(work, assignment.coachee_id, sealed, context(assignment.id, field))
