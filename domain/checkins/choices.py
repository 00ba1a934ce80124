"""What a coachee may choose with one tap: something else, not now, fewer, other hours, her own start."""

from datetime import time, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import select

from domain.checkins.answers import get_open_check_in
from domain.checkins.asking import new_check_in
from domain.checkins.drafts import drop_draft
from domain.checkins.editions import put_in_force, terms_from
from domain.checkins.model import CheckIn, Plan, PlanNotFound
from domain.checkins.own_questions import agreed_questions
from domain.checkins.plans import make_anew, pause_plan
from domain.checkins.policy import Kind, Why
from domain.checkins.queries import get_plan
from domain.checkins.rhythm import refused
from domain.checkins.slots import a_week
from domain.checkins.states import CheckInState, PlanState
from domain.checkins.terms import Terms, Window, check_terms
from domain.kit.calendar import local_day
from domain.kit.ids import CheckInId, CoacheeId, PlanId
from domain.kit.states import WrongState
from domain.kit.work import Work
from domain.messaging import announce

OPEN_FOR = timedelta(days=1)  # what she began herself


class Daytime(StrEnum):
    """Other moments of the day, as one tap chooses them."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


HOURS = {
    Daytime.MORNING: Window(start=time(8, 30), end=time(11, 30)),
    Daytime.AFTERNOON: Window(start=time(12), end=time(15)),
    Daytime.EVENING: Window(start=time(17), end=time(20)),
}


async def decline_check_in(work: Work, check_in_id: CheckInId) -> CheckIn:
    """She would rather not, this time: no reason is asked, and it is no silence."""
    check_in = await get_open_check_in(work, check_in_id, lock=True)
    check_in.move(CheckInState.DECLINED, work.now)
    await drop_draft(work, check_in.id)
    await refused(work, check_in)
    await work.session.flush()
    announce(work, "check_in_declined", check_in.id, plan_id=check_in.plan_id, coachee_id=check_in.coachee_id)
    return check_in


async def swap_check_in(work: Work, check_in_id: CheckInId, kind: Kind | None = None) -> CheckIn:
    """Something else instead: the new check-in, open at once until the old one would have run out."""
    check_in = await get_open_check_in(work, check_in_id, lock=True)
    wanted = kind or (Kind.FREE if check_in.kind == Kind.SUCCESS else Kind.SUCCESS)
    plan = await get_plan(work, check_in.plan_id)
    state, left = check_in.state, check_in.expires_at - work.now
    check_in.move(CheckInState.SWAPPED, work.now)
    await drop_draft(work, check_in.id)
    await refused(work, check_in)
    await work.session.flush()
    begun = await _begun(work, check_in.coachee_id, wanted) if state is CheckInState.STARTED else None
    other = begun or await new_check_in(work, plan, wanted, Why.SWAPPED, state=state, open_for=left)
    await work.store(other)
    announce(work, "check_in_swapped", check_in.id, plan_id=plan.id, into=other.id)
    return other


async def begin_self_initiated(work: Work, coachee_id: CoacheeId, kind: Kind) -> CheckIn:
    """She begins one herself, of the kind she likes, at any time; the one of that kind which she has begun already."""
    begun = await _begun(work, coachee_id, kind)
    if begun is not None:
        return begun
    plan = await _latest_plan(work, coachee_id)
    made = await new_check_in(work, plan, kind, Why.SELF_INITIATED, state=CheckInState.STARTED, open_for=OPEN_FOR)
    await work.store(made)
    announce(work, "check_in_started", made.id, plan_id=plan.id, coachee_id=coachee_id)
    return made


async def _begun(work: Work, coachee_id: CoacheeId, kind: Kind) -> CheckIn | None:
    """The one of that kind which she has begun herself; what has run out makes way."""
    query = select(CheckIn).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.coachee_id == coachee_id,
        CheckIn.state == CheckInState.STARTED,
        CheckIn.kind == kind,
    )
    begun = await work.session.scalar(query.with_for_update())
    if begun is None or begun.expires_at > work.now:
        return begun
    begun.move(CheckInState.EXPIRED, work.now)
    await work.session.flush()
    return None


async def kinds_for(work: Work, plan: Plan) -> list[Kind]:
    """What she may begin herself: questions in own words only where she agreed to some."""
    own = await agreed_questions(work, plan.id)
    return [kind for kind in Kind if kind is not Kind.OWN or own is not None]


async def ask_fewer(work: Work, plan_id: PlanId) -> Plan:
    """One a week less than now, down to none: then she begins them herself. What was not sent is made anew."""
    plan = await get_plan(work, plan_id, lock=True)
    if plan.state != PlanState.ACCEPTED:
        raise WrongState(state=plan.state, wanted="fewer", possible_from=PlanState.ACCEPTED)
    plan.pace = max(0, a_week(plan.terms, plan.pace, 0) - 1)
    plan.offered_pace = None
    plan.end_silence()
    await make_anew(work, plan, local_day(work.now, plan.zone))
    announce(work, "plan_pace_changed", plan.id, trajectory_id=plan.trajectory_id, pace=plan.pace)
    return plan


async def ask_other_moment(work: Work, plan_id: PlanId, daytime: Daytime) -> Plan:
    """Another time of the day, from tomorrow on: hers to choose, so nobody has to accept it.

    What was agreed for a later day comes at that time of the day too.
    """
    plan = await get_plan(work, plan_id, lock=True)
    if plan.state != PlanState.ACCEPTED:
        raise WrongState(state=plan.state, wanted="another moment", possible_from=PlanState.ACCEPTED)
    plan.end_silence()
    for day, terms in await terms_from(work, plan, local_day(work.now, plan.zone) + timedelta(days=1)):
        await put_in_force(work, plan, _at(daytime, terms), day)
    return plan


def _at(daytime: Daytime, terms: Terms) -> Terms:
    """The same at those hours, as far as they are not quiet ones."""
    wanted = HOURS[daytime]
    hours = Window(start=max(wanted.start, terms.quiet_until), end=min(wanted.end, terms.quiet_from))
    moved = msgspec.structs.replace(terms, windows=(hours,), per_day_max=1)
    check_terms(moved)
    return moved


async def _latest_plan(work: Work, coachee_id: CoacheeId) -> Plan:
    query = select(Plan).where(
        Plan.practice_id == work.practice_id,
        Plan.coachee_id == coachee_id,
        Plan.state.in_([PlanState.ACCEPTED, PlanState.PAUSED, PlanState.ENDED]),
    )
    over = Plan.state == PlanState.ENDED  # she shares with the coach of a plan that runs, where one does
    plan = await work.session.scalar(query.order_by(over, Plan.id.desc()).limit(1))
    if plan is None:
        raise PlanNotFound
    return plan


async def pause_all(work: Work, coachee_id: CoacheeId) -> int:
    """Pause whatever runs for her, in every trajectory; done twice, it is done once."""
    running = select(Plan.id).where(
        Plan.practice_id == work.practice_id, Plan.coachee_id == coachee_id, Plan.state == PlanState.ACCEPTED
    )
    paused = 0
    for plan_id in (await work.session.scalars(running.order_by(Plan.id))).all():
        plan = await get_plan(work, plan_id, lock=True)
        if plan.state == PlanState.ACCEPTED:
            await pause_plan(work, plan_id)
            paused += 1
    return paused
