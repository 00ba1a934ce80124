"""Giving assignments, and letting those expire whose day has passed."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import people, trajectories
from domain.assignments.exercises import practice_exercises
from domain.assignments.model import Assignment, AssignmentState, context
from domain.kit.calendar import instant, sane_day
from domain.kit.due import Due
from domain.kit.errors import Invalid
from domain.kit.ids import AssignmentId, TrajectoryId, new_id
from domain.kit.work import Work
from domain.messaging import announce, post

BATCH = 500


class DueInThePast(Invalid):
    """That day is over for the coachee: an assignment is due today or later."""


class NothingAsked(Invalid):
    """An assignment names an exercise, or says in the coach's own words what is asked."""


async def give_assignment(
    work: Work, trajectory_id: TrajectoryId, *, due_on: date, exercise_key: str | None, instruction: str | None
) -> Assignment:
    """Give the coachee something to do, as her own coach; a mail brings her the link. She is not reminded."""
    trajectory = await trajectories.get_trajectory(work, trajectory_id)
    trajectories.must_be_own_coach(work, trajectory.coach_id)
    coachee = await people.get_coachee(work, trajectory.coachee_id)
    people.must_be_open(coachee)
    if exercise_key is None and instruction is None:
        raise NothingAsked(field="instruction")
    version = None if exercise_key is None else (await practice_exercises(work)).version_of(exercise_key)
    due_at = instant(sane_day(due_on, field="due_on") + timedelta(days=1), time(), coachee.zone)
    if due_at <= work.now:
        raise DueInThePast(field="due_on")
    assignment = Assignment(
        practice_id=work.practice_id,
        id=AssignmentId(new_id()),
        coachee_id=coachee.id,
        trajectory_id=trajectory.id,
        given_by=trajectory.coach_id,
        given_at=work.now,
        exercise_key=exercise_key,
        exercise_version=version,
        due_on=due_on,
        due_at=due_at,
    )
    if instruction is not None:
        bound = context(assignment.id, "instruction")
        assignment.sealed_instruction = await people.seal(work, coachee.id, instruction, bound)
    await work.store(assignment)
    await people.make_link(work, "assignment", assignment.id, coachee.id)
    post(work, "assignment", people.recipient(coachee), link=f"assignment:{assignment.id}", good_until=due_at)
    announce(work, "assignment_given", assignment.id, coachee_id=coachee.id, due_on=due_on)
    return assignment


async def due_assignments(session: AsyncSession, now: datetime) -> list[Due[AssignmentId]]:
    due = (Assignment.state == AssignmentState.GIVEN, Assignment.due_at <= now)
    query = select(Assignment.practice_id, Assignment.id).where(*due).order_by(Assignment.due_at).limit(BATCH)
    return [Due(practice_id, id_) for practice_id, id_ in await session.execute(query)]


async def next_due_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(Assignment.due_at)).where(Assignment.state == AssignmentState.GIVEN))


async def expire_assignment(work: Work, assignment_id: AssignmentId) -> None:
    """Let it rest once its day has passed. Seen to already: nothing to do."""
    due = (Assignment.id == assignment_id, Assignment.state == AssignmentState.GIVEN, Assignment.due_at <= work.now)
    query = select(Assignment).where(Assignment.practice_id == work.practice_id, *due)
    assignment = await work.session.scalar(query.with_for_update(skip_locked=True))
    if assignment is not None:
        assignment.move(AssignmentState.EXPIRED, work.now)
        await work.session.flush()
        announce(work, "assignment_expired", assignment.id, coachee_id=assignment.coachee_id)
