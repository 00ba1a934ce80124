"""Whether a plan should go on as it does: fewer where it goes unanswered, a pause in silence, and less with time.

Source: method.md §2.4, the ladder of fatigue and the taper. The coach sees that a plan is paused, never why.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import people
from domain.checkins.closing import FIRST_RUNG, SECOND_RUNG, SILENCE, cancel_open
from domain.checkins.model import CheckIn, Plan
from domain.checkins.plans import FIRST_LOOK, make_anew
from domain.checkins.schedule import NOW_AND_THEN
from domain.checkins.slots import a_week
from domain.checkins.states import CheckInState, PlanState, Reason
from domain.checkins.terms import quiet
from domain.kit.calendar import instant, local_day, local_time
from domain.kit.due import Due
from domain.kit.ids import PlanId
from domain.kit.work import Work, queue
from domain.messaging import Message, MessageState, announce
from domain.people import Purpose
from domain.trajectories import Trajectory

BATCH = 200
WELL_ANSWERED = 0.6
MORNING = time(10)


async def due_plans(session: AsyncSession, now: datetime) -> list[Due[PlanId]]:
    """Every practice's plans to look after, longest due first."""
    query = (
        select(Plan.practice_id, Plan.id)
        .where(Plan.state == literal_column("'accepted'"), Plan.tend_at <= now)
        .order_by(Plan.tend_at)
        .limit(BATCH)
    )
    return [Due(practice_id, plan_id) for practice_id, plan_id in await session.execute(query)]


async def next_tending_at(session: AsyncSession) -> datetime | None:
    """When the first plan of any practice is to be looked after."""
    return await session.scalar(select(func.min(Plan.tend_at)).where(Plan.state == literal_column("'accepted'")))


async def tend_plan(work: Work, plan_id: PlanId) -> None:
    """Climb or pause, or offer fewer; then say when to look again. Held by another, or no longer due: nothing to do."""
    plan = await work.session.scalar(
        select(Plan)
        .where(
            Plan.practice_id == work.practice_id,
            Plan.id == plan_id,
            Plan.state == PlanState.ACCEPTED,
            Plan.tend_at <= work.now,
        )
        .with_for_update(skip_locked=True)
    )
    if plan is None:
        return
    if plan.silent_since is not None and work.now >= plan.silent_since + SILENCE:
        await _pause(work, plan)
        return
    await _climb(work, plan)
    if plan.taper_at is not None and plan.taper_at <= work.now:
        await _offer_fewer(work, plan)
    looks = [moment for moment in (plan.silent_since and plan.silent_since + SILENCE, plan.taper_at) if moment]
    plan.tend_at = min(looks, default=None)


async def _pause(work: Work, plan: Plan) -> None:
    """Nobody is there: send nothing of what she is silent in until she or her coach resumes it, and tell her once."""
    since = plan.silent_since or work.now
    silenced_at = await _silenced_at(work, plan, since)
    for one in (plan, *await _also_silent(work, plan)):
        one.move(PlanState.PAUSED, work.now)
        one.tend_at, one.silenced_at = None, silenced_at
        one.end_silence()
        await cancel_open(work, one, Reason.PLAN_NOT_RUNNING)
        announce(work, "plan_paused", one.id, trajectory_id=one.trajectory_id)
    await _write_once(work, plan, "check_in_paused", since)


async def _silenced_at(work: Work, plan: Plan, since: datetime) -> datetime:
    """When the first of hers paused in this silence: one that somebody held then pauses later, and belongs to it."""
    await _one_at_a_time(work, plan, "check_in_paused")
    first = select(func.min(Plan.silenced_at)).where(
        Plan.practice_id == work.practice_id, Plan.coachee_id == plan.coachee_id, Plan.silenced_at >= since
    )
    return await work.session.scalar(first) or work.now


async def _also_silent(work: Work, plan: Plan) -> Sequence[Plan]:
    """Other plans of hers that she leaves unanswered, as far as nobody holds them."""
    query = select(Plan).where(
        Plan.practice_id == work.practice_id,
        Plan.coachee_id == plan.coachee_id,
        Plan.id != plan.id,
        Plan.state == PlanState.ACCEPTED,
        Plan.silent_since.is_not(None),
    )
    query = query.order_by(Plan.id).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return (await work.session.scalars(query)).all()


async def _climb(work: Work, plan: Plan) -> None:
    """By what all her plans together left unanswered in a row; they climb together, and she is written to once."""
    of_hers = await _accepted_of(work, plan)
    unanswered = sum(one.unanswered for one in of_hers)
    rung = 2 if unanswered >= SECOND_RUNG else int(unanswered >= FIRST_RUNG)
    if rung <= plan.fatigue:
        return
    plan.fatigue = rung
    behind = [one.id for one in of_hers if one.fatigue < rung and one.id != plan.id]
    await _look_at(work, behind)
    await make_anew(work, plan, local_day(work.now, plan.zone))
    announce(work, "plan_rhythm_eased", plan.id, trajectory_id=plan.trajectory_id)
    if rung == 2:  # noqa: PLR2004
        since = min((one.silent_since for one in of_hers if one.silent_since), default=work.now)
        await _write_once(work, plan, "check_in_pace", since)


async def _accepted_of(work: Work, plan: Plan) -> Sequence[Plan]:
    """Her plans that run, this one among them; nobody waits for another's."""
    hers = select(Trajectory.id).where(
        Trajectory.practice_id == work.practice_id, Trajectory.coachee_id == plan.coachee_id
    )
    query = select(Plan).where(
        Plan.practice_id == work.practice_id, Plan.trajectory_id.in_(hers), Plan.state == PlanState.ACCEPTED
    )
    return (await work.session.scalars(query)).all()


async def _look_at(work: Work, plan_ids: Sequence[PlanId]) -> None:
    """Have them looked after at once; one that is held by another is being looked after, or was just answered."""
    mine = Plan.practice_id == work.practice_id
    free = select(Plan.id).where(mine, Plan.id.in_(plan_ids)).order_by(Plan.id).with_for_update(skip_locked=True)
    ids = (await work.session.scalars(free)).all()
    await work.session.execute(update(Plan).where(mine, Plan.id.in_(ids)).values(tend_at=work.now))


async def _offer_fewer(work: Work, plan: Plan) -> None:
    """Of three a week two, of two one, of one her own initiative: proposed, never done by itself."""
    plan.taper_at = work.now + FIRST_LOOK
    now_a_week = a_week(plan.terms, plan.pace, plan.fatigue)
    if not plan.terms.taper or now_a_week == 0 or await _answered_share(work, plan) < WELL_ANSWERED:
        return
    plan.offered_pace = min(now_a_week, 4) - 1
    announce(work, "plan_fewer_offered", plan.id, trajectory_id=plan.trajectory_id, pace=plan.offered_pace)
    await _write(work, plan, "check_in_taper")


async def _answered_share(work: Work, plan: Plan) -> float:
    """Of what was sent in the last two weeks; what she swapped or answered herself counts as answered."""
    answered = CheckIn.state.in_([CheckInState.ANSWERED, CheckInState.SWAPPED])
    query = select(func.count(), func.count().filter(answered)).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.plan_id == plan.id,
        CheckIn.slot < NOW_AND_THEN,
        CheckIn.sent_at > work.now - FIRST_LOOK,
        CheckIn.state != CheckInState.SENT,
    )
    sent, heard = (await work.session.execute(query)).one()
    return heard / sent if sent else 0.0


async def _write_once(work: Work, plan: Plan, kind: str, since: datetime) -> None:
    """In one silence one is enough, whichever of her plans it comes of."""
    await _one_at_a_time(work, plan, kind)
    told = select(Message.id).where(
        Message.practice_id == work.practice_id,
        Message.recipient_id == plan.coachee_id,
        Message.kind == kind,
        Message.created_at >= since,
        Message.state != MessageState.CANCELLED,
    )
    if await work.session.scalar(told.limit(1)) is None:
        await _write(work, plan, kind)


async def _one_at_a_time(work: Work, plan: Plan, kind: str) -> None:
    """Of two plans of hers that are tended at once, the second sees what the first did."""
    await queue(work, f"{kind}:{plan.coachee_id}")


async def _write(work: Work, plan: Plan, kind: str) -> None:
    """Not in the quiet hours of where she is: where they have begun, at ten the next morning, or once they end."""
    if await people.has_consent(work, plan.coachee_id, Purpose.CHECK_INS):
        zone = (await people.get_coachee(work, plan.coachee_id)).zone
        await people.notify(
            work,
            plan.coachee_id,
            kind,
            planned=plan.terms.channels,
            due_at=_by_day(work, plan, zone),
            link=f"plan:{plan.id}",
        )


def _by_day(work: Work, plan: Plan, zone: str) -> datetime:
    here = local_time(work.now, zone)
    if not quiet(here.time(), plan.terms):
        return work.now
    day = here.date() if here.time() < plan.terms.quiet_until else here.date() + timedelta(days=1)
    return instant(day, plan.terms.quiet_until if quiet(MORNING, plan.terms) else MORNING, zone)
