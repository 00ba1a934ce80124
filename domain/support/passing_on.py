"""What happens by itself: an alert that nobody took up goes to the backup, and flags are forgotten."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import people, practice
from domain.kit.due import Due
from domain.kit.ids import SupportEventId
from domain.kit.work import SCHEDULER, House, Work, transaction
from domain.messaging import announce
from domain.people import Purpose
from domain.support.actions import tell
from domain.support.keeping import backup_of
from domain.support.model import SupportEvent

BATCH = 200


async def due_alerts(session: AsyncSession, now: datetime) -> list[Due[SupportEventId]]:
    """Every practice's alerts that were not acknowledged within their working day."""
    query = (
        select(SupportEvent.practice_id, SupportEvent.id)
        .where(SupportEvent.escalate_at <= now)
        .order_by(SupportEvent.escalate_at)
        .limit(BATCH)
    )
    return [Due(practice_id, event_id) for practice_id, event_id in await session.execute(query)]


async def next_passing_on_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(SupportEvent.escalate_at)))


async def pass_on(work: Work, event_id: SupportEventId) -> None:
    """Ask the backup whom the practice appointed, if the coachee consents to that; nobody else, ever."""
    query = select(SupportEvent).where(
        SupportEvent.practice_id == work.practice_id,
        SupportEvent.id == event_id,
        SupportEvent.escalate_at <= work.now,
    )
    event = await work.session.scalar(query.with_for_update(skip_locked=True))
    if event is None:
        return
    event.escalate_at = None
    backup = await backup_of(work)
    if backup is None or backup.staff_id == event.coach_id:
        return
    staff = await practice.get_staff(work, backup.staff_id)
    if staff.left_at is not None or not await people.has_consent(work, event.coachee_id, Purpose.SUPPORT_BACKUP):
        return
    event.backup_id, event.backup_alerted_at = staff.id, work.now
    await work.session.flush()
    tell(work, staff, await people.get_coachee(work, event.coachee_id))
    announce(replace(work, actor=SCHEDULER), "support_alert_passed_on", event.id)


async def forget_flags(house: House) -> int:
    """Whatever a list or a tap told of somebody is gone after thirty days, in every practice."""
    async with transaction(house.sessions) as session:
        gone = delete(SupportEvent).where(SupportEvent.forget_at <= house.clock()).returning(SupportEvent.id)
        return len((await session.scalars(gone)).all())


async def next_forgetting_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(SupportEvent.forget_at)))
