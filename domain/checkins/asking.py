"""Asking at once, outside the rhythm of a plan: the first question of an introduction, a demonstration."""

from datetime import timedelta

from sqlalchemy import func, select

from domain.checkins.model import CheckIn, CheckInState, Kind, Plan
from domain.checkins.plans import get_plan
from domain.kit.calendar import local_day, local_time
from domain.kit.ids import CheckInId, PlanId, new_id
from domain.kit.secrets import digest
from domain.kit.work import Work
from domain.messaging import announce

FIRST_SLOT = 100  # the slots of a plan's own windows come before


async def ask_now(work: Work, plan_id: PlanId, *, open_for_days: int = 1) -> CheckIn:
    """The coachee's open check-in, or a new one about a success, sent this moment; whoever asks hands over the link."""
    plan = await get_plan(work, plan_id, lock=True)
    waiting = await _open_check_in(work, plan)
    if waiting is not None and waiting.expires_at > work.now:
        return waiting
    if waiting is not None:
        waiting.move(CheckInState.EXPIRED, work.now)
        await work.session.flush()
    check_in = await _check_in(work, plan, open_for_days)
    await work.store(check_in)
    announce(work, "check_in_sent", check_in.id, plan_id=plan.id)
    return check_in


async def _open_check_in(work: Work, plan: Plan) -> CheckIn | None:
    query = select(CheckIn).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.coachee_id == plan.coachee_id,
        CheckIn.state == CheckInState.SENT,
    )
    return await work.session.scalar(query.with_for_update())


async def _check_in(work: Work, plan: Plan, open_for_days: int) -> CheckIn:
    day = local_day(work.now, plan.zone)
    check_in_id = CheckInId(new_id())
    taken = select(func.coalesce(func.max(CheckIn.slot), 0)).where(
        CheckIn.practice_id == work.practice_id, CheckIn.plan_id == plan.id, CheckIn.local_day == day
    )
    return CheckIn(
        practice_id=work.practice_id,
        id=check_in_id,
        plan_id=plan.id,
        coachee_id=plan.coachee_id,
        kind=Kind.SUCCESS,
        state=CheckInState.SENT,
        local_day=day,
        slot=max(FIRST_SLOT, (await work.session.scalar(taken) or 0) + 1),
        wall_time=local_time(work.now, plan.zone).time().replace(tzinfo=None, microsecond=0),
        zone=plan.zone,
        due_at=work.now,
        expires_at=work.now + timedelta(days=open_for_days),
        token_digest=digest(work.vault.token("check_in", str(check_in_id))),
        sent_at=work.now,
    )
