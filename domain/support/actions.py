"""What is done when it is not going well: help lines, no obstacles for a while, word to her coach if she wants that.

No event, mail or audit line of it names the coachee as who acted: colleagues who read those learn nothing of her.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from domain import checkins, people, practice, trajectories
from domain.checkins import Plan
from domain.kit.ids import CheckInId, CoacheeId, StaffId, SupportEventId
from domain.kit.work import SCHEDULER, Work
from domain.messaging import announce, post
from domain.people import Coachee, Purpose
from domain.practice import Staff
from domain.support.keeping import backup_of, list_lines
from domain.support.model import FLAG_LIVES, FLAGS, SupportEvent, Trigger
from domain.support.queries import alert_of
from domain.support.resources import for_reader
from domain.support.rules import deadline
from domain.support.words import is_heavy

NO_OBSTACLES = timedelta(days=14)
ONCE_IN = {
    Trigger.DECLARED: timedelta(days=1),
    Trigger.WORDS: timedelta(days=1),
    Trigger.PATTERN: timedelta(days=7),
    Trigger.HELP: timedelta(days=7),
}
LOOKED_AT, HEAVY_ONES, HEAVY = 5, 3, 1  # answers, of which so many with that valence
TWICE_IN, SAME_VISIT = timedelta(days=7), timedelta(minutes=10)
# From which version of its wording on the consent to an alert speaks of this trigger.
CONSENTED_SINCE = {Trigger.PATTERN: 1, Trigger.HELP: 2, Trigger.WORDS: 2}


async def ask_for_help(work: Work, check_in_id: CheckInId, *, tell_coach: bool) -> SupportEvent:
    """She says that it is not going well; her coach hears of it only if she chooses that, this once."""
    check_in = await checkins.get_check_in(work, check_in_id)
    event = await _event(work, check_in.coachee_id, Trigger.DECLARED)
    if tell_coach:
        await _alert(work, await checkins.get_plan(work, check_in.plan_id), event)
    return event


async def look_after(work: Work, check_in_id: CheckInId) -> Trigger | None:
    """Whether her answer holds words of the list, or her last ones felt heavy several times: then she is shown whom to
    call, and her coach is asked to get in touch if she consents to that.
    """
    check_in = await checkins.get_check_in(work, check_in_id)
    found: list[Trigger] = []
    if is_heavy(await checkins.own_texts(work, check_in)):
        found.append(Trigger.WORDS)
    felt = await checkins.latest_valences(work, check_in.coachee_id, LOOKED_AT)
    if felt.count(HEAVY) >= HEAVY_ONES:
        found.append(Trigger.PATTERN)
    events = [await _event(work, check_in.coachee_id, trigger) for trigger in found]
    await _alert_if_agreed(work, await checkins.get_plan(work, check_in.plan_id), events)
    return next(iter(found), None)


async def note_help_opened(work: Work, coachee_id: CoacheeId) -> None:
    """She looked whom to call. Twice within a week is a sign of its own; opening and closing at once is one time."""
    await people.get_coachee(work, coachee_id, lock=True)
    query = select(SupportEvent.at).where(
        SupportEvent.practice_id == work.practice_id,
        SupportEvent.coachee_id == coachee_id,
        SupportEvent.trigger == Trigger.OPENED,
        SupportEvent.at > work.now - TWICE_IN,
    )
    before = (await work.session.scalars(query.order_by(SupportEvent.at.desc()).limit(1))).first()
    if before is not None and work.now - before < SAME_VISIT:
        return
    await work.store(await _new_event(work, coachee_id, Trigger.OPENED))
    plan = await checkins.plan_of(work, coachee_id)
    if before is not None and plan is not None:
        await _alert_if_agreed(work, plan, [await _event(work, coachee_id, Trigger.HELP)])


async def acknowledge_alert(work: Work, event_id: SupportEventId) -> SupportEvent:
    """Who was asked has seen it and takes it up; done twice, it is done once."""
    event = await alert_of(work, event_id, lock=True)
    if event.acknowledged_at is None:
        event.acknowledged_at, event.escalate_at = work.now, None
        event.acknowledged_by = StaffId(work.actor.id) if work.actor.id else None
        await work.session.flush()
        announce(work, "support_alert_acknowledged", event.id)
    return event


async def note_outcome(work: Work, event_id: SupportEventId, note: str) -> SupportEvent:
    """What came of it, sealed for the coachee; who notes it has acknowledged it."""
    event = await acknowledge_alert(work, event_id)
    event.sealed_outcome = await people.seal(work, event.coachee_id, note, outcome_context(event.id))
    await work.session.flush()
    announce(work, "support_outcome_noted", event.id)
    return event


def outcome_context(event_id: SupportEventId) -> str:
    return f"outcome:{event_id}"


async def _event(work: Work, coachee_id: CoacheeId, trigger: Trigger) -> SupportEvent:
    """The one of these days, or a new one; the pause of her obstacles is held, so that two at once make one."""
    await checkins.keep_from_obstacles(work, coachee_id, work.now + NO_OBSTACLES)
    recent = (
        select(SupportEvent)
        .where(SupportEvent.practice_id == work.practice_id, SupportEvent.coachee_id == coachee_id)
        .where(SupportEvent.trigger == trigger, SupportEvent.at > work.now - ONCE_IN[trigger])
        .order_by(SupportEvent.at.desc())
        .limit(1)
    )
    event = await work.session.scalar(recent)
    if event is None:
        event = await _new_event(work, coachee_id, trigger)
        await work.store(event)
    return event


async def _new_event(work: Work, coachee_id: CoacheeId, trigger: Trigger) -> SupportEvent:
    coachee = await people.get_coachee(work, coachee_id)
    lines = for_reader(await list_lines(work), coachee.language, coachee.country)
    return SupportEvent(
        practice_id=work.practice_id,
        coachee_id=coachee_id,
        trigger=trigger,
        at=work.now,
        shown=[line.key for line in lines],
        forget_at=work.now + FLAG_LIVES if trigger in FLAGS else None,
    )


async def _alert_if_agreed(work: Work, plan: Plan, events: list[SupportEvent]) -> None:
    """One alert at the most, of the first that she consented to."""
    agreed = (await people.consents_now(work, plan.coachee_id)).get(Purpose.SUPPORT_ALERT)
    if agreed is None:
        return
    for event in events:
        if agreed.wording_version >= CONSENTED_SINCE[event.trigger]:
            await _alert(work, plan, event)
            return


async def _alert(work: Work, plan: Plan, event: SupportEvent) -> None:
    """Ask her own coach to get in touch, once; the mail says no more than that. One who left is not waited for."""
    trajectory = await trajectories.get_trajectory(work, plan.trajectory_id)
    coach = await practice.get_staff(work, trajectory.coach_id)
    if coach.left_at is not None:
        await ask_backup(work, event)
        return
    if event.alerted_at is not None:
        return
    home = await practice.get_practice(work)
    event.coach_id, event.alerted_at = coach.id, work.now
    event.escalate_at = deadline(work.now, home.zone, home.country)
    await work.session.flush()
    _tell(work, coach, await people.get_coachee(work, plan.coachee_id))
    announce(replace(work, actor=SCHEDULER), "support_alert_sent", event.id)


async def ask_backup(work: Work, event: SupportEvent) -> None:
    """Ask the backup whom the practice appointed, once, if the coachee consents to that; nobody else, ever."""
    backup = await backup_of(work)
    if backup is None or event.backup_alerted_at is not None or backup.staff_id == event.coach_id:
        return
    staff = await practice.get_staff(work, backup.staff_id)
    if staff.left_at is not None or not await people.has_consent(work, event.coachee_id, Purpose.SUPPORT_BACKUP):
        return
    event.backup_id, event.backup_alerted_at = staff.id, work.now
    await work.session.flush()
    _tell(work, staff, await people.get_coachee(work, event.coachee_id))
    announce(replace(work, actor=SCHEDULER), "support_alert_passed_on", event.id)


def _tell(work: Work, staff: Staff, coachee: Coachee) -> None:
    """The mail to who is asked to get in touch: her initials, and nothing else."""
    post(work, "support_alert", practice.recipient(staff), initials=coachee.initials)
