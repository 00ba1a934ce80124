"""A minor's eighteenth birthday: from then on nobody agrees for her but herself."""

from datetime import datetime
from typing import Any

from sqlalchemy import Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import practice
from domain.kit.calendar import local_day
from domain.kit.due import Due
from domain.kit.ids import CoacheeId
from domain.kit.work import Work
from domain.people.ages import OF_AGE, is_of_age
from domain.people.consents import ask_anew
from domain.people.model import Coachee
from domain.practice import Practice

BATCH = 500


async def due_birthdays(session: AsyncSession, now: datetime) -> list[Due[CoacheeId]]:
    """The minors of every practice who are of age by now."""
    today = cast(func.timezone(Practice.zone, now), Date)
    grown = Coachee.born_on + func.make_interval(OF_AGE) <= today
    query = select(Coachee.practice_id, Coachee.id).join(Practice, Practice.id == Coachee.practice_id)
    rows = await session.execute(query.where(*_open(), grown).order_by(Coachee.born_on).limit(BATCH))
    return [Due(practice_id, coachee_id) for practice_id, coachee_id in rows]


async def come_of_age(work: Work, coachee_id: CoacheeId) -> None:
    """She is a minor no longer, and is asked anew. Seen to already: nothing to do."""
    query = select(Coachee).where(Coachee.practice_id == work.practice_id, Coachee.id == coachee_id, *_open())
    coachee = await work.session.scalar(query.with_for_update(skip_locked=True))
    today = local_day(work.now, (await practice.get_practice(work)).zone)
    if coachee is None or coachee.born_on is None or not is_of_age(coachee.born_on, today):
        return
    coachee.minor = False
    await work.session.flush()
    await ask_anew(work, coachee)


def _open() -> tuple[Any, ...]:
    """Minors whose birthday is known, and whose file is not put away."""
    return (Coachee.minor, Coachee.born_on.is_not(None), Coachee.archived_at.is_(None))
