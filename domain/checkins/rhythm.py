"""What of a coachee decides which kinds she is asked, and how her answers, her silence and support change it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from domain.checkins.closing import cancel_mails
from domain.checkins.model import CheckIn, CoacheeRhythm, Plan
from domain.checkins.plans import make_anew
from domain.checkins.policy import Kind
from domain.checkins.states import CheckInState, PlanState
from domain.kit.ids import CoacheeId
from domain.kit.work import Work
from domain.trajectories import Trajectory


async def rhythm_of(work: Work, coachee_id: CoacheeId) -> CoacheeRhythm:
    """Hers, held until the end of the transaction; made where there was none."""
    row = {"practice_id": work.practice_id, "id": coachee_id, "obstacles_declined": 0}
    await work.session.execute(insert(CoacheeRhythm).values(row).on_conflict_do_nothing())
    query = select(CoacheeRhythm).where(CoacheeRhythm.practice_id == work.practice_id, CoacheeRhythm.id == coachee_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(query)).one()


async def keep_from_obstacles(work: Work, coachee_id: CoacheeId, until: datetime) -> None:
    """Ask this coachee about no obstacle until then, whatever her plan says; for support."""
    rhythm = await rhythm_of(work, coachee_id)
    rhythm.obstacles_off_until = max(until, rhythm.obstacles_off_until or until)


async def kept_from_obstacles(work: Work, coachee_id: CoacheeId) -> bool:
    """Whether nothing is to be said to this coachee of obstacles for now."""
    mine = (CoacheeRhythm.practice_id == work.practice_id, CoacheeRhythm.id == coachee_id)
    until = await work.session.scalar(select(CoacheeRhythm.obstacles_off_until).where(*mine))
    return until is not None and until > work.now


async def heard(work: Work, check_in: CheckIn, *, valence: int | None = None) -> None:
    """She answered: the silence ends, one rung of the ladder with it, and what has not left yet stays at home."""
    rhythm = await rhythm_of(work, check_in.coachee_id)
    rhythm.obstacle_told_at = work.now if check_in.kind == Kind.OBSTACLE else None
    rhythm.last_valence = valence if valence is not None else rhythm.last_valence
    if check_in.kind == Kind.OBSTACLE:
        rhythm.obstacles_declined = 0
    elif valence is None:
        rhythm.last_valence = None  # an answer after the low one: it is no longer the last
    for plan in await _plans_of(work, check_in):
        plan.end_silence()
        if plan.fatigue:
            plan.fatigue -= 1
            if plan.state == PlanState.ACCEPTED:
                await make_anew(work, plan, plan.starts_on)
    await cancel_mails(work, check_in.coachee_id)


async def refused(work: Work, check_in: CheckIn) -> None:
    """She would rather not, or something else: no silence, and no failure either."""
    rhythm = await rhythm_of(work, check_in.coachee_id)
    if check_in.kind == Kind.OBSTACLE and check_in.state == CheckInState.DECLINED:
        again = await _declined_before(work, check_in)
        rhythm.obstacles_declined = rhythm.obstacles_declined + 1 if again else 1
    for plan in await _plans_of(work, check_in):
        plan.end_silence()
    await cancel_mails(work, check_in.coachee_id)


async def _declined_before(work: Work, check_in: CheckIn) -> bool:
    """Whether she declined the last obstacle before this one too: one that ran out between breaks the row."""
    query = select(CheckIn.state).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.coachee_id == check_in.coachee_id,
        CheckIn.kind == Kind.OBSTACLE,
        CheckIn.sent_at.is_not(None),
        CheckIn.due_at < check_in.due_at,
    )
    return await work.session.scalar(query.order_by(CheckIn.due_at.desc()).limit(1)) == CheckInState.DECLINED


async def _plans_of(work: Work, check_in: CheckIn) -> Sequence[Plan]:
    """Its plan, and what else of hers runs or is paused: her patience is one, and so is her sign of life."""
    hers = select(Trajectory.id).where(
        Trajectory.practice_id == work.practice_id, Trajectory.coachee_id == check_in.coachee_id
    )
    running = Plan.trajectory_id.in_(hers) & Plan.state.in_([PlanState.ACCEPTED, PlanState.PAUSED])
    query = select(Plan).where(Plan.practice_id == work.practice_id, or_(Plan.id == check_in.plan_id, running))
    query = query.order_by(Plan.id).with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(query)).all()
