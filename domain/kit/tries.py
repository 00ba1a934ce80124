"""Work that could end the process it runs in, as a press does that runs out of memory: each try is counted before it
begins, in a transaction of its own, and forgotten when it comes back: done, failed, or stopped in good order.

What took its process with it is left alone for a while, so that the others go first, and laid aside for a day each time
once that happened `MOST` times: a fault for whoever runs the server to see, and no more than one restart a day. What is
being worked on is held by a lock that ends with its process: however long it takes, nobody else counts or begins it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, String, case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.due import Due, Id
from domain.kit.tables import Table, Tenant
from domain.kit.work import SCHEDULER, House, Work, begin, is_free, queue

MOST = 3
PAUSE = timedelta(minutes=5)
LAID_ASIDE = timedelta(days=1)


class LaidAside(Exception):  # noqa: N818
    """It ended every process that tried it, and waits for somebody to look at it."""


class Try(Tenant, Table):
    __tablename__ = "tries"
    __table_args__ = (ForeignKeyConstraint(["practice_id"], ["practices.id"]),)

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    begun: Mapped[int]  # and not come back from
    again_at: Mapped[datetime]  # until then it is left alone


async def attempt(house: House, kind: str, due: Due[Id], act: Callable[[Work, Id], Awaitable[object]]) -> bool:
    """Do it in a transaction of its own; False where another has it in hand, or it is left alone."""
    in_hand = f"{kind}:{due.id}"
    async with begin(house, due.practice_id, SCHEDULER) as work:
        if not await is_free(work, in_hand):
            return False
        begun = await _begin(work, kind, due.id)
        if not begun and await is_laid_aside(work, kind, due.id):
            raise LaidAside
    if not begun:
        return False
    try:
        async with begin(house, due.practice_id, SCHEDULER) as work:
            await queue(work, in_hand)
            await act(work, due.id)
            await forget(work, kind, due.id)
    except (Exception, asyncio.CancelledError):
        async with begin(house, due.practice_id, SCHEDULER) as work:
            await forget(work, kind, due.id)
        raise
    return True


async def is_laid_aside(work: Work, kind: str, thing_id: Any) -> bool:
    begun = await work.session.scalar(select(Try.begun).where(*_of(work, kind, thing_id)))
    return begun is not None and begun >= MOST


async def forget(work: Work, kind: str, thing_id: Any) -> None:
    await work.session.execute(delete(Try).where(*_of(work, kind, thing_id)))


async def _begin(work: Work, kind: str, thing_id: Any) -> bool:
    row = {"practice_id": work.practice_id, "kind": kind, "thing_id": thing_id}
    first = insert(Try).values(**row, begun=1, again_at=work.now + PAUSE)
    again_at = case((Try.begun + 1 >= MOST, work.now + LAID_ASIDE), else_=work.now + PAUSE)
    counting = first.on_conflict_do_update(
        index_elements=list(row),
        set_={"begun": Try.begun + 1, "again_at": again_at},
        where=Try.again_at <= work.now,
    )
    return await work.session.scalar(counting.returning(Try.begun)) is not None


def _of(work: Work, kind: str, thing_id: Any) -> tuple[Any, ...]:
    return Try.practice_id == work.practice_id, Try.kind == kind, Try.thing_id == thing_id
