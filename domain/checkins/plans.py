"""What happens to a check-in plan: the coach proposes it, the coachee decides, either may stop it."""

import secrets
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import delete, func, select, text

from domain import people, practice, trajectories
from domain.checkins.closing import cancel_open
from domain.checkins.model import Channel, CheckIn, CheckInState, Plan, PlanState, Reason, ZoneMode
from domain.checkins.queries import get_plan
from domain.checkins.rules import SLOT, PlanInPast, check_days, check_window
from domain.kit.calendar import known_zone, local_day, sane_day
from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import PlanId, TrajectoryId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.secrets import digest
from domain.kit.states import WrongState
from domain.kit.work import ActorKind, Work
from domain.messaging import announce, post
from domain.people import Coachee, Purpose
from domain.trajectories import Trajectory, TrajectoryState

SEED_BYTES = 32
OPEN_TRAJECTORY = frozenset({TrajectoryState.PROPOSED, TrajectoryState.RUNNING, TrajectoryState.PAUSED})
NEEDED = (Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL)


class TrajectoryClosed(Conflict):
    """This trajectory is over: no check-ins are planned in it any more."""


class ConsentNeeded(Conflict):
    """The coachee has not consented to this; record her consent first. `facts` name the purpose."""


class ZoneNeeded(Invalid):
    """A plan with a fixed zone names that zone."""


class ZoneNotWanted(Invalid):
    """Only a plan with a fixed zone names one: this plan follows the person or the practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What the coach proposes; `weekdays` as ISO has them, from 1 for Monday."""

    weekdays: list[int]
    window_from: time
    window_to: time
    zone_mode: ZoneMode
    zone: str | None
    starts_on: date
    ends_on: date
    channel: Channel
    expires_after_minutes: int


async def propose_plan(work: Work, trajectory_id: TrajectoryId, new: NewPlan) -> Plan:
    """Propose check-ins to the coachee of a trajectory, and mail her the link to decide on them."""
    trajectory = await trajectories.get_trajectory(work, trajectory_id, lock=True)
    _must_be_open(trajectory)
    coachee = await people.get_coachee(work, trajectory.coachee_id)
    people.must_be_open(coachee)
    zone = await _zone(work, new, coachee)
    _check(new, today=local_day(work.now, zone))
    plan = _plan(work, trajectory, new, zone)
    await work.store(plan)
    post(work, "plan_proposed", people.recipient(coachee), link=f"plan:{plan.id}")
    announce(work, "plan_proposed", plan.id, trajectory_id=trajectory_id)
    return plan


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
    _must_be_open(trajectory)
    people.must_be_open(await people.get_coachee(work, plan.coachee_id))
    _must_not_be_over(work, plan)
    await _must_have_consents(work, plan)
    plan.move(PlanState.ACCEPTED, work.now)
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
    _must_be_open(await trajectories.get_trajectory(work, plan.trajectory_id))
    _must_not_be_over(work, plan)
    plan.move(PlanState.ACCEPTED, work.now)
    await _make_room(work, plan)
    return await _moved(work, plan, "plan_resumed")


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
    """Drop the days that the pause took away before anything was sent, so that they can be made anew.

    They are the last ones made, so the order of kinds goes on where it stopped.
    """
    of_plan = (CheckIn.practice_id == work.practice_id, CheckIn.plan_id == plan.id, CheckIn.slot == SLOT)
    never_sent = (CheckIn.state == CheckInState.CANCELLED, CheckIn.sent_at.is_(None))
    await work.session.execute(delete(CheckIn).where(*of_plan, *never_sent))
    plan.materialised_until = await work.session.scalar(select(func.max(CheckIn.local_day)).where(*of_plan))


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


def _check(new: NewPlan, *, today: date) -> None:
    sane_day(new.starts_on, field="starts_on")
    sane_day(new.ends_on, field="ends_on")
    check_days(new.weekdays, new.starts_on, new.ends_on, today=today)
    check_window(new.window_from, new.window_to)


def _plan(work: Work, trajectory: Trajectory, new: NewPlan, zone: str) -> Plan:
    plan_id = PlanId(new_id())
    return Plan(
        practice_id=work.practice_id,
        id=plan_id,
        trajectory_id=trajectory.id,
        coachee_id=trajectory.coachee_id,
        weekdays=sorted(new.weekdays),
        window_from=new.window_from,
        window_to=new.window_to,
        zone_mode=new.zone_mode,
        zone=zone,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        channel=new.channel,
        expires_after_minutes=new.expires_after_minutes,
        seed=secrets.token_bytes(SEED_BYTES),
        token_digest=digest(work.vault.token("plan", str(plan_id))),
        proposed_at=work.now,
    )


def _must_be(plan: Plan, state: PlanState) -> None:
    """Accepting and resuming lead to the same state, each from one state of its own."""
    if plan.state != state:
        raise WrongState(state=plan.state, wanted=PlanState.ACCEPTED, possible_from=state)


def _must_be_open(trajectory: Trajectory) -> None:
    if trajectory.state not in OPEN_TRAJECTORY:
        raise TrajectoryClosed(state=trajectory.state)


def _must_not_be_over(work: Work, plan: Plan) -> None:
    if plan.ends_on < local_day(work.now, plan.zone):
        raise PlanInPast(ends_on=plan.ends_on)


async def _must_have_consents(work: Work, plan: Plan) -> None:
    for purpose in NEEDED:
        if not await people.has_consent(work, plan.coachee_id, purpose):
            raise ConsentNeeded(purpose=purpose)
