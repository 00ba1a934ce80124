"""Printing what was issued: right after the commit, in every practice, each document once."""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.invoicing.archive import PRESS, ArchivedFile, FileFormat, file_query, typeset
from domain.kit.due import Due
from domain.kit.ids import InvoiceId
from domain.kit.tries import attempt
from domain.kit.work import SCHEDULER, House, Work, begin

log = logging.getLogger("krachtlijn.invoicing")

BATCH = 100
RETRY = timedelta(minutes=5)


class Printed(NamedTuple):
    """How many documents were printed, at how many the press failed, and the last failure."""

    done: int
    failed: int
    error: str | None


async def print_due(house: House) -> Printed:
    """Each in a transaction of its own, under the lock of its row: whoever dies leaves it due, and any number may run
    at once. One at which the press fails is put off, so that it keeps nobody behind it; so is one at which it dies."""
    async with house.sessions() as session:
        found = await _due(session, house.clock())
    done, failed, error = 0, 0, None
    for due in found:
        try:
            done += await attempt(house, PRESS, due, _print)
        except Exception as failure:
            log.exception("document %s could not be printed; it stays due", due.id)
            failed, error = failed + 1, type(failure).__name__
            async with begin(house, due.practice_id, SCHEDULER) as work:
                await _put_off(work, due.id)
    return Printed(done, failed, error)


async def next_print_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(ArchivedFile.due_at)))


async def _due(session: AsyncSession, now: datetime) -> list[Due[InvoiceId]]:
    query = (
        select(ArchivedFile.practice_id, ArchivedFile.invoice_id)
        .where(ArchivedFile.due_at <= now)
        .order_by(ArchivedFile.due_at)
        .limit(BATCH)
    )
    return [Due(practice_id, invoice_id) for practice_id, invoice_id in await session.execute(query)]


async def _print(work: Work, invoice_id: InvoiceId) -> None:
    """Nothing to do where another has it in hand, or has made it."""
    held = await _hold(work, invoice_id)
    if held is not None:
        await typeset(work, held)


async def _put_off(work: Work, invoice_id: InvoiceId) -> None:
    held = await _hold(work, invoice_id)
    if held is not None:
        held.due_at = work.now + RETRY


async def _hold(work: Work, invoice_id: InvoiceId) -> ArchivedFile | None:
    query = file_query(work, invoice_id, FileFormat.PDF).where(ArchivedFile.due_at.is_not(None))
    return await work.session.scalar(query.with_for_update(skip_locked=True))
