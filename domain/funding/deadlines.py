"""Deadlines of cheques, for the scheduler: it warns before one, and lets a cheque lapse after it."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from domain import practice
from domain.funding.model import Cheque
from domain.funding.queries import coach_of
from domain.funding.rules import next_look
from domain.funding.states import LAPSES, Deadline
from domain.kit.calendar import local_day
from domain.kit.due import Due
from domain.kit.ids import ChequeId
from domain.kit.work import Work
from domain.messaging import announce, post
from domain.practice import Role, Staff

BATCH = 500


async def due_cheques(session: AsyncSession, now: datetime) -> list[Due[ChequeId]]:
    """Every practice's cheques with a deadline to warn of or one that has passed, longest due first."""
    query = select(Cheque.practice_id, Cheque.id).where(Cheque.due_at <= now).order_by(Cheque.due_at).limit(BATCH)
    return [Due(practice_id, cheque_id) for practice_id, cheque_id in await session.execute(query)]


async def next_warning_at(session: AsyncSession) -> datetime | None:
    """When the first cheque will need attention; for the sweeps, which see every practice."""
    return await session.scalar(select(func.min(Cheque.due_at)))


async def attend_cheque(work: Work, cheque_id: ChequeId) -> None:
    """Warn of a deadline that is near, or let the cheque lapse. Seen to already, or elsewhere now: nothing to do."""
    cheque = await work.session.scalar(
        select(Cheque)
        .where(Cheque.practice_id == work.practice_id, Cheque.id == cheque_id, Cheque.due_at <= work.now)
        .options(joinedload(Cheque.scheme))
        .with_for_update(skip_locked=True, of=Cheque)
    )
    if cheque is None:
        return
    zone = (await practice.get_practice(work)).zone
    if cheque.deadline is not None:
        which, day = cheque.deadline
        if local_day(work.now, zone) <= day:
            await _warn(work, cheque, which, day)
        elif which in LAPSES:
            cheque.move(LAPSES[which])
            announce(work, f"cheque_{cheque.state}", cheque.id, trajectory_id=cheque.trajectory_id)
    cheque.due_at = next_look(cheque, work.now, zone)


async def _warn(work: Work, cheque: Cheque, which: Deadline, day: date) -> None:
    announce(work, "cheque_deadline_near", cheque.id, deadline=which, day=day)
    for staff in await _whom_to_warn(work, cheque):
        post(work, "cheque_deadline", practice.recipient(staff), deadline=which, day=day, cheque=cheque.ending or None)


async def _whom_to_warn(work: Work, cheque: Cheque) -> list[Staff]:
    """The trajectory's coach and the administrators who still work here; where there are none, the owners."""
    coach_id = await coach_of(work, cheque)
    return await practice.staff_else_owners(work, lambda one: one.id == coach_id or one.role is Role.ADMINISTRATOR)
