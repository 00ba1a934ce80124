"""What happens by itself: an alert that nobody took up goes to the backup, and flags are forgotten."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.kit.due import Due
from domain.kit.ids import SupportEventId
from domain.kit.work import House, Work, transaction
from domain.support.actions import ask_backup
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
    """Ask the backup, where nobody took it up within a working day."""
    query = select(SupportEvent).where(
        SupportEvent.practice_id == work.practice_id,
        SupportEvent.id == event_id,
        SupportEvent.escalate_at <= work.now,
    )
    event = await work.session.scalar(query.with_for_update(skip_locked=True))
    if event is None:
        return
    event.escalate_at = None
    await ask_backup(work, event)


async def forget_flags(house: House) -> int:
    """Whatever a list or a tap told of somebody is gone after thirty days, in every practice."""
    async with transaction(house.sessions) as session:
        gone = delete(SupportEvent).where(SupportEvent.forget_at <= house.clock()).returning(SupportEvent.id)
        return len((await session.scalars(gone)).all())


async def next_forgetting_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(SupportEvent.forget_at)))
