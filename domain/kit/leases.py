"""Work that one process takes for a while: claimed under a lease, done, given back, or lost with the process.

A table of such work has the columns `practice_id`, `due_at`, `leased_until` and `attempts`. Killed in between, a lease
runs out by itself, and the work is anybody's again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from domain.kit.due import Due, Id
from domain.kit.work import House, transaction


async def claim(
    session: AsyncSession,
    key: InstrumentedAttribute[Id],
    *only: ColumnElement[bool],
    now: datetime,
    until: datetime,
    limit: int,
) -> list[Due[Id]]:
    """Take what is due and nobody has, the longest due first, and count the attempt; `key` names the table's rows."""
    table: Any = key.class_
    due: Any = (
        select(table.practice_id, key)
        .where(table.due_at <= now, or_(table.leased_until.is_(None), table.leased_until <= now), *only)
        .order_by(table.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taking: Any = update(table)
    taking = taking.where(table.practice_id == due.c.practice_id, key == due.c[key.key])
    taking = taking.values(leased_until=until, attempts=table.attempts + 1)
    taking = taking.returning(table.due_at, key, table.practice_id)
    rows: Any = await session.execute(taking.execution_options(synchronize_session=False))
    return [Due(practice_id, id_) for _, id_, practice_id in sorted(rows)]


async def give_back(
    house: House,
    key: InstrumentedAttribute[Id],
    untried: Sequence[Due[Id]],
    *only: ColumnElement[bool],
    until: datetime,
    due_at: datetime,
) -> None:
    """Let go of what was claimed until then and not tried, as if it had not been; it is due again at `due_at`."""
    if not untried:
        return
    table: Any = key.class_
    claimed = [(due.practice_id, due.id) for due in untried]
    giving: Any = update(table)
    giving = giving.where(tuple_(table.practice_id, key).in_(claimed), table.leased_until == until, *only)
    later = func.greatest(table.due_at, due_at)
    giving = giving.values(leased_until=None, attempts=table.attempts - 1, due_at=later)
    async with transaction(house.sessions) as session:
        await session.execute(giving.execution_options(synchronize_session=False))
