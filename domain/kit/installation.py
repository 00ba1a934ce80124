"""What belongs to the installation and to no practice: the master key's fingerprint, the test clock, heartbeats."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Invalid
from domain.kit.secrets import Vault
from domain.kit.tables import Table

FINGERPRINT = "master_key_fingerprint"
CLOCK_OFFSET = "clock_offset_seconds"
FURTHEST = timedelta(days=10 * 366)


class OtherMasterKey(Exception):  # noqa: N818
    """This database was sealed with another master key. Give that key (KRACHTLIJN_MASTER_KEY or its file) back."""


class ClockTooFar(Invalid):
    """The test clock moves at most ten years from the real one."""


class Setting(Table):
    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)


class Heartbeat(Table):
    """The last sign of life of a sweep, from whichever scheduler ran it."""

    __tablename__ = "heartbeats"

    sweep: Mapped[str] = mapped_column(String(64), primary_key=True)
    beaten_at: Mapped[datetime]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))


async def check_master_key(session: AsyncSession, vault: Vault) -> None:
    """Refuse to start with a key that cannot open what was sealed; remember the first one."""
    await session.execute(insert(Setting).values(name=FINGERPRINT, value=vault.fingerprint).on_conflict_do_nothing())
    known = await session.scalar(select(Setting.value).where(Setting.name == FINGERPRINT))
    if known != vault.fingerprint:
        raise OtherMasterKey


async def set_clock_offset(session: AsyncSession, offset: timedelta) -> None:
    """Move the test clock of the whole installation; every process hears of it at the commit."""
    if abs(offset) > FURTHEST:
        raise ClockTooFar(field="now")
    seconds = offset.total_seconds()
    statement = insert(Setting).values(name=CLOCK_OFFSET, value=seconds)
    await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": seconds}))
    await session.execute(select(func.pg_notify("krachtlijn_clock", str(seconds))))


async def clock_offset(session: AsyncSession) -> timedelta:
    seconds = await session.scalar(select(Setting.value).where(Setting.name == CLOCK_OFFSET))
    return timedelta(seconds=seconds or 0)


async def beat(session: AsyncSession, sweep: str, now: datetime, *, done: int, failed: int, error: str | None) -> None:
    """Say that a sweep ran; `now` is real time, for a moved test clock must not make a scheduler look dead."""
    row = {"beaten_at": now, "done": done, "failed": failed, "last_error": error and error[:500]}
    statement = insert(Heartbeat).values(sweep=sweep, **row)
    await session.execute(statement.on_conflict_do_update(index_elements=["sweep"], set_=row))


async def heartbeats(session: AsyncSession) -> list[Heartbeat]:
    return list((await session.scalars(select(Heartbeat).order_by(Heartbeat.sweep))).all())
