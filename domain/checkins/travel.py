"""When the clock that a plan follows changes its zone: she travels, or her practice moves.

Source: method.md §2.4. From tomorrow on everything is made anew; what is left of today keeps its wall time where that
is still to come, and is missed where it is not. Nothing comes twice: a day and a slot have one check-in in any zone.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, select

from domain import people
from domain.checkins.devices import Client
from domain.checkins.model import CheckIn, Plan, PlanNotFound
from domain.checkins.plans import make_anew
from domain.checkins.schedule import NOW_AND_THEN, expiry
from domain.checkins.states import CheckInState, PlanState, Reason, ZoneMode
from domain.kit.calendar import UnknownZone, instant, known_zone, local_day
from domain.kit.ids import CoacheeId
from domain.kit.work import Work, find
from domain.messaging import announce

FRESH = timedelta(hours=1)  # an answer that waited longer on a phone tells where she was


async def note_zone(work: Work, coachee_id: CoacheeId, client: Client) -> None:
    """Her device tells where she is now: her own clock is there from this moment on."""
    written, handed_over = client.written_at, client.now
    if client.zone is None or (written and handed_over and handed_over - written > FRESH):
        return
    try:
        known_zone(client.zone)
    except UnknownZone:
        return
    if await people.move_coachee(work, coachee_id, client.zone):
        await follow_person(work, coachee_id, client.zone)


async def follow_person(work: Work, coachee_id: CoacheeId, zone: str) -> None:
    """Her plans that follow her go by the clock of where she is."""
    of_hers = (Plan.coachee_id == coachee_id, Plan.zone_mode == ZoneMode.FOLLOW_PERSON)
    await _follow(work, zone, *of_hers)


async def follow_practice(work: Work, zone: str) -> None:
    """The plans that go by the practice's clock go on by its new one."""
    await _follow(work, zone, Plan.zone_mode == ZoneMode.PRACTICE)


async def _follow(work: Work, zone: str, *which: ColumnElement[bool]) -> None:
    running = select(Plan.id).where(
        Plan.practice_id == work.practice_id, Plan.state == PlanState.ACCEPTED, Plan.zone != zone, *which
    )
    for plan_id in (await work.session.scalars(running.order_by(Plan.id))).all():
        plan = await find(work, Plan, plan_id, PlanNotFound, lock=True)  # a colleague's too
        before, plan.zone = plan.zone, zone
        await _move_today(work, plan)
        await make_anew(work, plan, local_day(work.now, zone) + timedelta(days=1))
        announce(work, "plan_zone_changed", plan.id, before=before, zone=zone)


async def _move_today(work: Work, plan: Plan) -> None:
    today = local_day(work.now, plan.zone)
    query = select(CheckIn).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.plan_id == plan.id,
        CheckIn.state == CheckInState.PLANNED,
        CheckIn.slot < NOW_AND_THEN,
        CheckIn.local_day <= today,
    )
    for check_in in (await work.session.scalars(query.with_for_update())).all():
        due_at = instant(check_in.local_day, check_in.wall_time, plan.zone)
        if due_at <= work.now:
            check_in.reason = Reason.LATE
            check_in.move(CheckInState.MISSED, work.now)
            continue
        minutes = plan.terms.expires_after_minutes
        check_in.zone, check_in.due_at = plan.zone, due_at
        check_in.expires_at = expiry(due_at, check_in.local_day, plan.zone, minutes)
    await work.session.flush()
