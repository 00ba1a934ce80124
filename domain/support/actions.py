"""What is done when it is not going well: no obstacles for a while, and word to her coach where she wants that.

No event, mail or audit line of it names the coachee as who acted: colleagues who read those learn nothing of her.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from domain import checkins, people, practice, trajectories
from domain.checkins import CheckIn
from domain.kit.ids import CheckInId, SupportEventId
from domain.kit.work import SCHEDULER, Work, find
from domain.messaging import Recipient, announce, post
from domain.people import Purpose
from domain.support.model import SupportAlertNotFound, SupportEvent, Trigger

NO_OBSTACLES = timedelta(days=14)
ONCE_IN = {Trigger.DECLARED: timedelta(days=1), Trigger.PATTERN: timedelta(days=7)}
LOOKED_AT, HEAVY_ONES, HEAVY = 5, 3, 1  # answers, of which so many with that valence


async def ask_for_help(work: Work, check_in_id: CheckInId, *, tell_coach: bool) -> SupportEvent:
    """She says that it is not going well; her coach hears of it only if she chooses that, this once."""
    check_in = await checkins.get_check_in(work, check_in_id)
    event = await _event(work, check_in, Trigger.DECLARED)
    if tell_coach:
        await _alert(work, check_in, event)
    return event


async def look_after(work: Work, check_in_id: CheckInId) -> bool:
    """Whether her last answers felt heavy several times; then her coach is asked to get in touch if she consents."""
    check_in = await checkins.get_check_in(work, check_in_id)
    felt = await checkins.latest_valences(work, check_in.coachee_id, LOOKED_AT)
    if felt.count(HEAVY) < HEAVY_ONES:
        return False
    event = await _event(work, check_in, Trigger.PATTERN)
    if await people.has_consent(work, check_in.coachee_id, Purpose.SUPPORT_ALERT):
        await _alert(work, check_in, event)
    return True


async def acknowledge_alert(work: Work, event_id: SupportEventId) -> SupportEvent:
    """The coach has seen it and takes it up; done twice, it is done once."""
    mine = SupportEvent.coach_id == work.actor.id
    event = await find(work, SupportEvent, event_id, SupportAlertNotFound, lock=True, only=mine)
    if event.acknowledged_at is None:
        event.acknowledged_at = work.now
        await work.session.flush()
        announce(work, "support_alert_acknowledged", event.id)
    return event


async def _event(work: Work, check_in: CheckIn, trigger: Trigger) -> SupportEvent:
    """The one of these days, or a new one; the pause of her obstacles is held, so that two at once make one."""
    await checkins.keep_from_obstacles(work, check_in.coachee_id, work.now + NO_OBSTACLES)
    recent = (
        select(SupportEvent)
        .where(SupportEvent.practice_id == work.practice_id, SupportEvent.coachee_id == check_in.coachee_id)
        .where(SupportEvent.trigger == trigger, SupportEvent.at > work.now - ONCE_IN[trigger])
        .order_by(SupportEvent.at.desc())
        .limit(1)
    )
    event = await work.session.scalar(recent)
    if event is None:
        event = SupportEvent(
            practice_id=work.practice_id,
            coachee_id=check_in.coachee_id,
            trigger=trigger,
            at=work.now,
        )
        await work.store(event)
    return event


async def _alert(work: Work, check_in: CheckIn, event: SupportEvent) -> None:
    """Ask her own coach to get in touch, once; the mail says no more than that."""
    plan = await checkins.get_plan(work, check_in.plan_id)
    trajectory = await trajectories.get_trajectory(work, plan.trajectory_id)
    coach = await practice.get_staff(work, trajectory.coach_id)
    if event.alerted_at is not None or coach.left_at is not None:
        return
    event.coach_id, event.alerted_at = coach.id, work.now
    await work.session.flush()
    coachee = await people.get_coachee(work, check_in.coachee_id)
    initials = f"{coachee.given_name[:1]}.{coachee.family_name[:1]}."
    post(work, "support_alert", Recipient(coach.id, coach.email, coach.language), initials=initials)
    announce(replace(work, actor=SCHEDULER), "support_alert_sent", event.id)
