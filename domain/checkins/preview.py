"""What a plan will send: the check-ins that stand, and those that its next days will bring, each with its reason."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import chain

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select

from domain import people, trajectories
from domain.checkins.courses import READ, Standing, course_of, made_of
from domain.checkins.foreseeing import Coming, Foreseen, outlook, rhythm_as_it_is
from domain.checkins.lots import lot_in
from domain.checkins.materialise import first_day
from domain.checkins.model import CheckIn, Plan
from domain.checkins.plans import OPEN_TRAJECTORY, NewPlan, draft_plan, must_be_open
from domain.checkins.policy import Kind, Phase
from domain.checkins.queries import get_plan
from domain.checkins.schedule import NOW_AND_THEN, Made, Occasion, occasions
from domain.checkins.slots import Course, Edition
from domain.checkins.states import CheckInState, PlanState, Reason, Source
from domain.kit.calendar import local_day
from domain.kit.ids import PlanId, TrajectoryId
from domain.kit.work import Work
from domain.people import Purpose
from domain.trajectories import TrajectoryState

WEEK = timedelta(days=7)


async def preview_new(work: Work, trajectory_id: TrajectoryId, new: NewPlan, weeks: int) -> list[Foreseen]:
    """What a plan would send if it were proposed and accepted now."""
    trajectory = await trajectories.get_trajectory(work, trajectory_id)
    must_be_open(trajectory)
    coachee = await people.get_coachee(work, trajectory.coachee_id)
    plan = await draft_plan(work, trajectory, coachee, new)
    meetings = await trajectories.meetings_since(work, trajectory.id, work.now - timedelta(days=40))
    elsewhere = await trajectories.meetings_elsewhere(work, coachee.id, trajectory.id, work.now - timedelta(days=2))
    rhythm = await rhythm_as_it_is(work, coachee.id)
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
        obstacles_off_until=rhythm and rhythm.obstacles_off_until,
        phase=None if trajectory.phase is None else Phase(trajectory.phase),
        research=not coachee.minor and await people.has_consent(work, coachee.id, Purpose.RESEARCH_EXPORT),
    )
    today = local_day(work.now, plan.zone)
    until = _until(course, today, weeks)
    made = Made(foretold=True)
    slots = _to_be_made(work, course, max(plan.starts_on, today), until, made)
    nothing = await _nothing(work, plan, trajectory.state)
    coming = Coming(plan_id=plan.id, course=course, nothing=nothing, slots=slots, made=made)
    return await _foresee(work, plan, until, coming)


async def preview_plan(work: Work, plan_id: PlanId, weeks: int) -> list[Foreseen]:
    """What a plan will send in the weeks to come, if it goes on as it stands; nothing where it is over or paused.

    What stands is shown as it is; what is waiting to be made anew, and what is still to be made, as it will be.
    """
    plan = await get_plan(work, plan_id)
    if plan.state not in {PlanState.PROPOSED, PlanState.ACCEPTED}:
        return []
    [standing] = await _standings(work, [plan])
    until = _until(course_of(standing), local_day(work.now, standing.zone), weeks)
    return await _foresee(work, plan, until, await _coming(work, plan, standing, until))


async def _foresee(work: Work, plan: Plan, until: date, coming: Coming) -> list[Foreseen]:
    """Among what runs of hers beside it, of whichever coach; of its own trajectory it would be the only one."""
    query = select(Plan).where(
        Plan.practice_id == work.practice_id,
        Plan.coachee_id == plan.coachee_id,
        Plan.trajectory_id != plan.trajectory_id,
        Plan.state == PlanState.ACCEPTED,
    )
    others = (await work.session.scalars(query.order_by(Plan.id))).all()
    standings = {one.id: one for one in await _standings(work, others)} if others else {}
    day_later = until + timedelta(days=1)  # where it is tomorrow already
    beside = [await _coming(work, one, standings[one.id], day_later) for one in others]
    return (await outlook(work, plan.coachee_id)).foresee(coming, beside)


async def _standings(work: Work, plans: Sequence[Plan]) -> list[Standing]:
    ids = [plan.id for plan in plans]
    values = {"practice_ids": [work.practice_id] * len(ids), "ids": ids, "now": work.now}
    return [Standing(*row) for row in await work.session.execute(READ, values)]


async def _coming(work: Work, plan: Plan, standing: Standing, until: date) -> Coming:
    """What stands of a plan, and what is still to be made."""
    course = course_of(standing)
    until = min(until, course.last_on)
    stand = [_standing(row) for row in await _planned(work, plan, until)]
    first = first_day(standing, local_day(work.now, standing.zone))
    made = await _left(work, plan, standing)
    slots = chain(stand, _to_be_made(work, course, first, until, made))
    nothing = await _nothing(work, plan, TrajectoryState(standing.trajectory_state))
    return Coming(plan_id=plan.id, course=course, nothing=nothing, slots=slots, made=made)


async def _nothing(work: Work, plan: Plan, state: TrajectoryState) -> Reason | None:
    """Why nothing of a plan is sent. One that is yet to be accepted, is so with the consents that it needs."""
    accepted = plan.state == PlanState.ACCEPTED
    if state not in OPEN_TRAJECTORY:
        return Reason.TRAJECTORY_CLOSED
    if state == TrajectoryState.PAUSED or (accepted and state != TrajectoryState.RUNNING):
        return Reason.PLAN_NOT_RUNNING
    if (await people.get_coachee(work, plan.coachee_id)).archived_at is not None:
        return Reason.COACHEE_ARCHIVED
    if not accepted:
        return None
    agreed = await people.has_consent(work, plan.coachee_id, Purpose.CHECK_INS)
    ways = await people.ways_to(work, plan.coachee_id, plan.terms.channels)
    return None if agreed and ways.usable else Reason.CONSENT_WITHDRAWN


def _until(course: Course, today: date, weeks: int) -> date:
    return min(max(course.starts_on, today) + weeks * WEEK - timedelta(days=1), course.last_on)


def _to_be_made(work: Work, course: Course, first: date, until: date, made: Made) -> Iterable[Foreseen]:
    return (_told(course, one) for one in occasions(course, first, until, after=work.now, made=made))


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
        lot=None if one.decision is None else one.decision.lot or None,
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
        lot=None if skipped else lot_in(row.decision),
    )


def _dropped(work: Work, plan: Plan) -> ColumnElement[bool]:
    """What goes before the days to come are made anew."""
    return and_(
        CheckIn.state.in_([CheckInState.PLANNED, CheckInState.SKIPPED]),
        CheckIn.source == Source.PROMPTED,
        CheckIn.sent_at.is_(None),
        CheckIn.due_at > work.now,
        false() if plan.replan_from is None else CheckIn.local_day >= plan.replan_from,
    )


async def _planned(work: Work, plan: Plan, until: date) -> list[CheckIn]:
    query = select(CheckIn).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.plan_id == plan.id,
        CheckIn.state.in_([CheckInState.PLANNED, CheckInState.SKIPPED]),
        CheckIn.due_at > work.now,
        CheckIn.local_day <= until,
        not_(_dropped(work, plan)),
    )
    return list((await work.session.scalars(query.order_by(CheckIn.due_at, CheckIn.id))).all())


async def _left(work: Work, plan: Plan, standing: Standing) -> Made:
    """What will have been made once the days to come are made anew: all that is not to be dropped."""
    made = made_of(standing)
    if plan.replan_from is None:
        made.foretold = True
        return made
    of_plan = (CheckIn.practice_id == work.practice_id, CheckIn.plan_id == plan.id, CheckIn.slot < NOW_AND_THEN)
    going = select(CheckIn).where(*of_plan, _dropped(work, plan))
    dropped = {(row.local_day, row.slot): row for row in (await work.session.scalars(going)).all()}
    decided = or_(CheckIn.state != CheckInState.SKIPPED, CheckIn.decision.is_not(None))
    chosen = func.coalesce(CheckIn.decision["chosen"].astext, CheckIn.kind)
    last = select(chosen).where(*of_plan, decided, not_(_dropped(work, plan)))
    previous = await work.session.scalar(last.order_by(CheckIn.due_at.desc()).limit(1))
    gone = sum(row.state == CheckInState.PLANNED for row in dropped.values())
    rows = [one for one in made.rows if one[:2] not in dropped]
    kind = previous and Kind(previous)
    return Made(made.ordinal - gone, kind, rows, sent=made.sent, waiting=made.waiting - gone, foretold=True)
