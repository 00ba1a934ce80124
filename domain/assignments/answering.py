"""What the coachee does with an assignment, on the page that her link opens."""

from sqlalchemy import select

from domain import people
from domain.assignments.exercises import task_in
from domain.assignments.model import Assignment, AssignmentNotFound, AssignmentState, context
from domain.kit.ids import AssignmentId
from domain.kit.work import Work
from domain.messaging import Language, announce


async def assigned(work: Work, assignment_id: AssignmentId, *, lock: bool = False) -> Assignment:
    """An assignment, to the coachee whom a link leads to it."""
    query = select(Assignment).where(Assignment.practice_id == work.practice_id, Assignment.id == assignment_id)
    assignment = await work.session.scalar(query.with_for_update() if lock else query)
    if assignment is None:
        raise AssignmentNotFound(id=assignment_id)
    return assignment


async def task_of(work: Work, assignment: Assignment, language: Language) -> list[str]:
    """What is asked, in her language: the exercise, and what her coach adds in words of his own."""
    key, version = assignment.exercise_key, assignment.exercise_version
    told = [await task_in(work, key, version, language)] if key else []
    own = await _text(work, assignment, assignment.sealed_instruction, "instruction")
    return [*told, *([own] if own else [])]


async def draft_of(work: Work, assignment: Assignment) -> str:
    """What she wrote so far."""
    return await _text(work, assignment, assignment.sealed_reflection, "reflection") or ""


async def save_draft(work: Work, assignment: Assignment, text: str | None) -> None:
    """Keep what she wrote so far, for her alone."""
    await _keep(work, assignment, text)
    await work.session.flush()
    announce(work, "assignment_drafted", assignment.id, coachee_id=assignment.coachee_id)


async def finish_assignment(work: Work, assignment: Assignment, text: str | None, *, shared: bool) -> None:
    """It is done; her coach reads what she wrote of it only if she shares it."""
    await _keep(work, assignment, text)
    assignment.shared = shared
    assignment.move(AssignmentState.DONE, work.now)
    await work.session.flush()
    announce(work, "assignment_done", assignment.id, coachee_id=assignment.coachee_id, shared=shared)


async def decline_assignment(work: Work, assignment: Assignment) -> None:
    """She does not do it, and need not say why. What she wrote so far is let go of."""
    assignment.sealed_reflection = None
    assignment.move(AssignmentState.DECLINED, work.now)
    await work.session.flush()
    announce(work, "assignment_declined", assignment.id, coachee_id=assignment.coachee_id)


async def _keep(work: Work, assignment: Assignment, text: str | None) -> None:
    bound = context(assignment.id, "reflection")
    sealed = None if text is None else await people.seal(work, assignment.coachee_id, text, bound)
    assignment.sealed_reflection = sealed


async def _text(work: Work, assignment: Assignment, sealed: bytes | None, field: str) -> str | None:
    if sealed is None:
        return None
    return await people.unseal(work, assignment.coachee_id, sealed, context(assignment.id, field))
