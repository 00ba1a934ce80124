"""What happens to a check-in plan: the coach proposes it, the coachee decides, either may stop it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, func, select, text

from domain import people, practice, trajectories
from domain.checkins.closing import cancel_open
from domain.checkins.model import CheckIn, Plan, PlanEdition
from domain.checkins.queries import get_plan
from domain.checkins.schedule import NOW_AND_THEN
from domain.checkins.states import CheckInState, EditionState, PlanState, Reason, ZoneMode
from domain.checkins.terms import PlanInPast, Terms, check_days, check_terms
from domain.kit.calendar import instant, known_zone, local_day, sane_day
from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import PlanId, TrajectoryId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.secrets import digest
from domain.kit.states import WrongState
from domain.kit.work import ActorKind, Work
from domain.messaging import announce, post
from domain.people import Coachee, Purpose
from domain.trajectories import Trajectory, TrajectoryState

OPEN_TRAJECTORY = frozenset({TrajectoryState.PROPOSED, TrajectoryState.RUNNING, TrajectoryState.PAUSED})
FIRST_LOOK = timedelta(days=14)  # after two weeks she may be able to do with less


class TrajectoryClosed(Conflict):
    """This trajectory is over: no check-ins are planned in it any more."""


class ConsentNeeded(Conflict):
    """The coachee has not consented to this, or it cannot reach her yet. `facts` name the purpose."""


class ZoneNeeded(Invalid):
    """A plan with a fixed zone names that zone."""


class ZoneNotWanted(Invalid):
    """Only a plan with a fixed zone names one: this plan follows the person or the practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What the coach proposes; without a last day it ends with the trajectory."""

    terms: Terms
    zone_mode: ZoneMode
    zone: str | None
    starts_on: date
    ends_on: date | None


async def propose_plan(work: Work, trajectory_id: TrajectoryId, new: NewPlan) -> Plan:
    """Propose check-ins to the coachee of a trajectory, and mail her the link to decide on them."""
    trajectory = await trajectories.get_trajectory(work, trajectory_id, lock=True)
    must_be_open(trajectory)
    coachee = await people.get_coachee(work, trajectory.coachee_id)
    people.must_be_open(coachee)
    plan = await draft_plan(work, trajectory, coachee, new)
    await work.store(plan)
    await work.store(_first_edition(work, plan))
    post(work, "plan_proposed", people.recipient(coachee), link=f"plan:{plan.id}")
    announce(work, "plan_proposed", plan.id, trajectory_id=trajectory_id)
    return plan


async def draft_plan(work: Work, trajectory: Trajectory, coachee: Coachee, new: NewPlan) -> Plan:
    """The plan as it would be proposed, checked; its seed is drawn from the order of the plans, so a preview is exact.

    Only who holds the key of the house can tell what comes of it.
    """
    zone = await _zone(work, new, coachee)
    sane_day(new.starts_on, field="starts_on")
    if new.ends_on is not None:
        sane_day(new.ends_on, field="ends_on")
    check_terms(new.terms)
    check_days(new.terms, new.starts_on, new.ends_on, today=local_day(work.now, zone))
    sorted_terms = msgspec.structs.replace(new.terms, weekdays=tuple(sorted(new.terms.weekdays)))
    earlier = select(func.count()).where(Plan.practice_id == work.practice_id, Plan.trajectory_id == trajectory.id)
    number = await work.session.scalar(earlier) or 0
    seed = work.vault.signature("plan seed", f"{trajectory.id}:{number}".encode())
    return _plan(work, trajectory, replace(new, terms=sorted_terms), zone, seed)


async def list_plans(work: Work, trajectory_id: TrajectoryId, page: PageRequest) -> Page[Plan]:
    """Every plan of a trajectory, oldest first."""
    await trajectories.get_trajectory(work, trajectory_id)
    query = select(Plan).where(Plan.practice_id == work.practice_id, Plan.trajectory_id == trajectory_id)
    return await fetch_page(work, query, page, list_name=f"plans:{trajectory_id}", keys=[Plan.id])


async def accept_plan(work: Work, plan_id: PlanId) -> Plan:
    """The coachee agrees, by her link or in conversation; nothing was sent before, and from now on it is."""
    plan = await get_plan(work, plan_id, lock=True)
    _must_be(plan, PlanState.PROPOSED)
    trajectory = await trajectories.get_trajectory(work, plan.trajectory_id)
    must_be_open(trajectory)
    people.must_be_open(await people.get_coachee(work, plan.coachee_id))
    _must_not_be_over(work, plan)
    await must_have_consents(work, plan, plan.terms)
    plan.move(PlanState.ACCEPTED, work.now)
    plan.taper_at = max(work.now, instant(plan.starts_on, time(9), plan.zone)) + FIRST_LOOK
    plan.tend_at = plan.taper_at
    via = "link" if work.actor.kind == ActorKind.COACHEE else "conversation"
    return await _moved(work, plan, "plan_accepted", accepted_via=via)


async def decline_plan(work: Work, plan_id: PlanId) -> Plan:
    """The coachee does not want it; the coach may propose another."""
    plan = await get_plan(work, plan_id, lock=True)
    plan.move(PlanState.DECLINED, work.now)
    return await _moved(work, plan, "plan_declined")


async def pause_plan(work: Work, plan_id: PlanId) -> Plan:
    """Send nothing until it is resumed: what was planned or still open is cancelled."""
    plan = await get_plan(work, plan_id, lock=True)
    plan.move(PlanState.PAUSED, work.now)
    await cancel_open(work, plan, Reason.PLAN_NOT_RUNNING)
    return await _moved(work, plan, "plan_paused")


async def resume_plan(work: Work, plan_id: PlanId) -> Plan:
    """Go on with a paused plan from this moment; nothing of the pause is sent after all."""
    plan = await get_plan(work, plan_id, lock=True)
    _must_be(plan, PlanState.PAUSED)
    must_be_open(await trajectories.get_trajectory(work, plan.trajectory_id))
    _must_not_be_over(work, plan)
    plan.move(PlanState.ACCEPTED, work.now)
    plan.end_silence()  # the pause was none
    plan.taper_at = plan.tend_at = work.now + FIRST_LOOK
    await _make_room(work, plan)
    return await _moved(work, plan, "plan_resumed")


async def begin_again(work: Work, plan_id: PlanId) -> None:
    """She resumes a plan, and with it what paused in the same silence: she was told of that once, for all of it.

    What is over or runs already stays as it is, and keeps nothing else back; where all of it is over, that is refused.
    """
    plan = await get_plan(work, plan_id)
    running, over = 0, None
    for one_id in await still_silent(work, plan) or [plan_id]:
        one = await get_plan(work, one_id, lock=True)
        try:
            if one.state != PlanState.ACCEPTED:  # else somebody was a moment earlier
                await resume_plan(work, one_id)
            running += 1
        except (TrajectoryClosed, PlanInPast, WrongState) as refusal:
            over = refusal
    if over is not None and not running:
        raise over


async def still_silent(work: Work, plan: Plan) -> Sequence[PlanId]:
    """What of hers paused by itself in the same silence as this plan, and stands still: it may be among them."""
    if plan.silenced_at is None:
        return ()
    silent = select(Plan.id).where(
        Plan.practice_id == work.practice_id,
        Plan.coachee_id == plan.coachee_id,
        Plan.state == PlanState.PAUSED,
        Plan.silenced_at == plan.silenced_at,
    )
    return (await work.session.scalars(silent.order_by(Plan.id))).all()


async def end_plan(work: Work, plan_id: PlanId) -> Plan:
    """Stop for good: what was planned or still open is cancelled. Another plan may be proposed."""
    plan = await get_plan(work, plan_id, lock=True)
    return await finish(work, plan, Reason.PLAN_NOT_RUNNING)


async def finish(work: Work, plan: Plan, reason: Reason) -> Plan:
    plan.move(PlanState.ENDED, work.now)
    await cancel_open(work, plan, reason)
    return await _moved(work, plan, "plan_ended")


async def _moved(work: Work, plan: Plan, kind: str, **facts: object) -> Plan:
    await work.session.flush()
    announce(work, kind, plan.id, trajectory_id=plan.trajectory_id, **facts)
    if plan.materialise_at is not None:
        await wake_schedulers(work.session)
    return plan


async def wake_schedulers(session: Any) -> None:
    """At the commit, every scheduler looks at once whether something is due."""
    await session.execute(text("SELECT pg_notify('krachtlijn_due', '')"))


async def _make_room(work: Work, plan: Plan) -> None:
    """Drop what the pause took away before its time, so that the days to come are made anew, today's with them.

    It was the last that was made, so the order of kinds goes on where it stopped. What was cancelled when its time had
    come is part of what happened, and stays.
    """
    taken_away = (
        CheckIn.state == CheckInState.CANCELLED,
        CheckIn.sent_at.is_(None),
        CheckIn.closed_at < CheckIn.due_at,
    )
    of_plan = (CheckIn.practice_id == work.practice_id, CheckIn.plan_id == plan.id, CheckIn.slot < NOW_AND_THEN)
    await work.session.execute(delete(CheckIn).where(*of_plan, *taken_away))
    await make_anew(work, plan, plan.starts_on)


async def make_anew(work: Work, plan: Plan, from_day: date) -> None:
    """Have what was not sent from a day on made anew, at once; what was sent keeps its day and is never sent again."""
    plan.replan_from = from_day if plan.replan_from is None else min(plan.replan_from, from_day)
    plan.materialise_at = work.now
    await work.session.flush()
    await wake_schedulers(work.session)


async def _zone(work: Work, new: NewPlan, coachee: Coachee) -> str:
    if new.zone_mode != ZoneMode.FIXED and new.zone is not None:
        raise ZoneNotWanted(field="zone", zone_mode=new.zone_mode)
    if new.zone_mode == ZoneMode.FOLLOW_PERSON:
        return coachee.zone
    if new.zone_mode == ZoneMode.PRACTICE:
        return (await practice.get_practice(work)).zone
    if new.zone is None:
        raise ZoneNeeded(field="zone")
    return known_zone(new.zone)


def _first_edition(work: Work, plan: Plan) -> PlanEdition:
    """It holds as soon as the plan itself is accepted."""
    return PlanEdition(
        practice_id=work.practice_id,
        plan_id=plan.id,
        number=1,
        effective_from=plan.starts_on,
        terms=plan.terms,
        state=EditionState.ACCEPTED,
        proposed_at=work.now,
        decided_at=work.now,
    )


def _plan(work: Work, trajectory: Trajectory, new: NewPlan, zone: str, seed: bytes) -> Plan:
    plan_id = PlanId(new_id())
    return Plan(
        practice_id=work.practice_id,
        id=plan_id,
        trajectory_id=trajectory.id,
        coachee_id=trajectory.coachee_id,
        state=PlanState.PROPOSED,
        terms=new.terms,
        edition=1,
        fatigue=0,
        unanswered=0,
        pinned_from=0,
        pinned_count=0,
        zone_mode=new.zone_mode,
        zone=zone,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        seed=seed,
        token_digest=digest(work.vault.token("plan", str(plan_id))),
        proposed_at=work.now,
    )


def _must_be(plan: Plan, state: PlanState) -> None:
    """Accepting and resuming lead to the same state, each from one state of its own."""
    if plan.state != state:
        raise WrongState(state=plan.state, wanted=PlanState.ACCEPTED, possible_from=state)


def must_be_open(trajectory: Trajectory) -> None:
    if trajectory.state not in OPEN_TRAJECTORY:
        raise TrajectoryClosed(state=trajectory.state)


def _must_not_be_over(work: Work, plan: Plan) -> None:
    if plan.last_on < local_day(work.now, plan.zone):
        raise PlanInPast(ends_on=plan.ends_on)


async def must_have_consents(work: Work, plan: Plan, terms: Terms) -> None:
    """To check-ins, and to at least one channel by which they can reach her."""
    if not await people.has_consent(work, plan.coachee_id, Purpose.CHECK_INS):
        raise ConsentNeeded(purpose=Purpose.CHECK_INS)
    missing = (await people.ways_to(work, plan.coachee_id, terms.channels)).missing
    if missing is not None:
        raise ConsentNeeded(purpose=missing)
