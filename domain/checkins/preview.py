"""What a plan will send: the check-ins that stand, and those that its next days will bring, each with its reason."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from domain import people, trajectories
from domain.checkins.courses import READ, Standing, course_of, made_of
from domain.checkins.materialise import first_day
from domain.checkins.model import CheckIn, Plan
from domain.checkins.plans import NewPlan, draft_plan, must_be_open
from domain.checkins.policy import Kind
from domain.checkins.queries import get_plan
from domain.checkins.schedule import NOW_AND_THEN, Made, Occasion, occasions
from domain.checkins.slots import Course, Edition
from domain.checkins.states import CheckInState, PlanState, Reason
from domain.kit.calendar import local_day
from domain.kit.ids import PlanId, TrajectoryId
from domain.kit.work import Work
from domain.people import Purpose

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One slot to come: what is sent then, or why nothing is."""

    local_day: date
    slot: int
    edition: int
    wall_time: time
    zone: str
    due_at: datetime
    expires_at: datetime
    kind: Kind | None
    why: str | None
    skipped: Reason | None


async def preview_new(work: Work, trajectory_id: TrajectoryId, new: NewPlan, weeks: int) -> list[Foreseen]:
    """What a plan would send if it were proposed and accepted now."""
    trajectory = await trajectories.get_trajectory(work, trajectory_id)
    must_be_open(trajectory)
    coachee = await people.get_coachee(work, trajectory.coachee_id)
    plan = await draft_plan(work, trajectory, coachee, new)
    meetings = await trajectories.meetings_since(work, trajectory.id, work.now - timedelta(days=40))
    elsewhere = await trajectories.meetings_elsewhere(work, coachee.id, trajectory.id, work.now - timedelta(days=2))
    course = Course(
        seed=plan.seed,
        coachee=plan.coachee_id.bytes,
        zone=plan.zone,
        starts_on=plan.starts_on,
        last_on=plan.last_on,
        fades=plan.ends_on is not None,
        editions=[Edition(1, plan.starts_on, plan.terms)],
        obstacles=await people.has_consent(work, coachee.id, Purpose.OBSTACLE_PROMPTS),
        country=coachee.country,
        sessions=meetings,
        elsewhere=elsewhere,
    )
    first = max(plan.starts_on, local_day(work.now, plan.zone))
    return _foreseen(work, course, first, weeks, Made())


async def preview_plan(work: Work, plan_id: PlanId, weeks: int) -> list[Foreseen]:
    """What a plan will send in the weeks to come, if it goes on as it stands; nothing where it is over or paused."""
    plan = await get_plan(work, plan_id)
    if plan.state not in {PlanState.PROPOSED, PlanState.ACCEPTED}:
        return []
    values = {"practice_ids": [work.practice_id], "ids": [plan_id], "now": work.now}
    standing = Standing(*(await work.session.execute(READ, values)).one())
    course = course_of(standing)
    today = local_day(work.now, standing.zone)
    made = made_of(standing)
    if standing.replan_from is not None:
        return _foreseen(work, course, max(plan.starts_on, today), weeks, await _left(work, plan, made))
    stand = [_standing(row) for row in await _planned(work, plan, today + weeks * WEEK)]
    return stand + _foreseen(work, course, first_day(standing, today), weeks, made)


def _foreseen(work: Work, course: Course, first: date, weeks: int, made: Made) -> list[Foreseen]:
    until = max(course.starts_on, local_day(work.now, course.zone)) + weeks * WEEK - timedelta(days=1)
    last = min(until, course.last_on)
    return [_told(course, one) for one in occasions(course, first, last, after=work.now, made=made)]


def _told(course: Course, one: Occasion) -> Foreseen:
    return Foreseen(
        local_day=one.day,
        slot=one.slot,
        edition=one.edition,
        wall_time=one.wall_time,
        zone=course.zone,
        due_at=one.due_at,
        expires_at=one.expires_at,
        kind=None if one.decision is None else one.kind,
        why=None if one.decision is None else one.decision.reason,
        skipped=None if one.skipped is None else Reason(one.skipped),
    )


def _standing(row: CheckIn) -> Foreseen:
    skipped = row.state == CheckInState.SKIPPED
    return Foreseen(
        local_day=row.local_day,
        slot=row.slot,
        edition=row.edition,
        wall_time=row.wall_time,
        zone=row.zone,
        due_at=row.due_at,
        expires_at=row.expires_at,
        kind=None if skipped else row.kind,
        why=None if skipped or row.decision is None else row.decision["reason"],
        skipped=row.reason if skipped else None,
    )


async def _planned(work: Work, plan: Plan, before: date) -> list[CheckIn]:
    query = select(CheckIn).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.plan_id == plan.id,
        CheckIn.state.in_([CheckInState.PLANNED, CheckInState.SKIPPED]),
        CheckIn.due_at > work.now,
        CheckIn.local_day < before,
    )
    return list((await work.session.scalars(query.order_by(CheckIn.due_at, CheckIn.id))).all())


async def _left(work: Work, plan: Plan, made: Made) -> Made:
    """What will have been made once the days to come are made anew: all that is not to be dropped."""
    query = select(CheckIn).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.plan_id == plan.id,
        CheckIn.slot < NOW_AND_THEN,
        CheckIn.state.in_([CheckInState.PLANNED, CheckInState.SKIPPED]),
        CheckIn.due_at > work.now,
        CheckIn.local_day >= plan.replan_from,
    )
    dropped = {(row.local_day, row.slot): row for row in (await work.session.scalars(query)).all()}
    rows = [one for one in made.rows if one[:2] not in dropped]
    gone = sum(row.state == CheckInState.PLANNED for row in dropped.values())
    before = [kind for _, _, kind in sorted(rows) if kind is not None]
    return Made(made.ordinal - gone, before[-1] if before else None, rows)
