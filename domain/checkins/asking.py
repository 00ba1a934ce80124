"""Asking at once, outside the rhythm of a plan: the first question of an introduction, a demonstration."""

from datetime import timedelta

from sqlalchemy import func, select

from domain.checkins.model import CheckIn, Plan
from domain.checkins.own_questions import agreed_id
from domain.checkins.policy import Kind, Why
from domain.checkins.queries import get_plan
from domain.checkins.schedule import NOW_AND_THEN
from domain.checkins.states import CheckInState, Source
from domain.kit.calendar import local_day, local_time
from domain.kit.ids import CheckInId, PlanId, new_id
from domain.kit.secrets import digest
from domain.kit.work import Work
from domain.messaging import announce


async def ask_now(work: Work, plan_id: PlanId, *, open_for_days: int = 1) -> CheckIn:
    """The coachee's open check-in, or a new one about a success, sent this moment; whoever asks hands over the link."""
    plan = await get_plan(work, plan_id, lock=True)
    waiting = await _open_check_in(work, plan)
    if waiting is not None and waiting.expires_at > work.now:
        return waiting
    if waiting is not None:
        waiting.move(CheckInState.EXPIRED, work.now)
        await work.session.flush()
    open_for = timedelta(days=open_for_days)
    check_in = await new_check_in(
        work, plan, Kind.SUCCESS, Why.ASKED_AT_ONCE, state=CheckInState.SENT, open_for=open_for
    )
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


async def new_check_in(
    work: Work, plan: Plan, kind: Kind, why: Why, *, state: CheckInState, open_for: timedelta
) -> CheckIn:
    """One outside the windows of a plan, open from this moment on; its slot comes after those of the windows."""
    day = local_day(work.now, plan.zone)
    check_in_id = CheckInId(new_id())
    taken = select(func.coalesce(func.max(CheckIn.slot), 0)).where(
        CheckIn.practice_id == work.practice_id, CheckIn.plan_id == plan.id, CheckIn.local_day == day
    )
    sent = state is CheckInState.SENT
    return CheckIn(
        practice_id=work.practice_id,
        id=check_in_id,
        plan_id=plan.id,
        coachee_id=plan.coachee_id,
        kind=kind,
        source=Source.PROMPTED if sent else Source.SELF_INITIATED,
        edition=plan.edition,
        own_questions_id=await agreed_id(work, plan.id) if kind is Kind.OWN else None,
        decision={"chosen": kind, "reason": why, "eligible": [kind], "probability": 1.0},
        state=state,
        local_day=day,
        slot=max(NOW_AND_THEN, (await work.session.scalar(taken) or 0) + 1),
        wall_time=local_time(work.now, plan.zone).time().replace(tzinfo=None, microsecond=0),
        zone=plan.zone,
        due_at=work.now,
        expires_at=work.now + open_for,
        token_digest=digest(work.vault.token("check_in", str(check_in_id))),
        sent_at=work.now if sent else None,
        started_at=None if sent else work.now,
    )
