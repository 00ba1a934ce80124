"""One unit of work: one transaction, one moment, one practice, one actor."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.sql.base import ExecutableOption

from domain.kit.errors import NotFound, Stale, named
from domain.kit.ids import PracticeId
from domain.kit.lending import Lender
from domain.kit.secrets import Vault
from domain.kit.tables import Row, Table

Clock = Callable[[], datetime]
Sessions = async_sessionmaker[AsyncSession]


def system_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251


class VersionChanged(Stale):
    """It has changed since you read it: read it again and repeat the change on what you see."""


class ActorKind(StrEnum):
    STAFF = "staff"
    COACHEE = "coachee"
    GUARDIAN = "guardian"
    SCHEDULER = "scheduler"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: staff through a key, a coachee or a minor's guardian through a link, the scheduler, or whoever runs
    the server.
    """

    kind: ActorKind
    id: UUID | None = None
    role: str | None = None


SCHEDULER = Actor(ActorKind.SCHEDULER)
OPERATOR = Actor(ActorKind.OPERATOR)


@dataclass(frozen=True, slots=True)
class House:
    """What every unit of work needs from the installation: a database, a clock and the vault."""

    engine: AsyncEngine
    sessions: Sessions
    readings: Lender
    clock: Clock
    vault: Vault


@dataclass(slots=True)
class Expected:
    """The version that the caller read (If-Match) of the one thing that the request names; None is the practice."""

    id: UUID | None
    version: int
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    session: AsyncSession
    now: datetime
    practice_id: PracticeId
    actor: Actor
    vault: Vault
    expected: Expected | None = None

    async def store(self, *things: Table) -> None:
        """Write new rows now, so that rows that refer to them can follow."""
        self.session.add_all(things)
        await self.session.flush()


class Driver(Protocol):
    """What we use of the driver's own connection (asyncpg): statements with $1, $2… and rows by column name."""

    async def execute(self, query: str, *values: Any) -> str: ...

    async def fetch(self, query: str, *values: Any) -> list[Any]: ...

    async def fetchrow(self, query: str, *values: Any) -> Any: ...

    async def fetchval(self, query: str, *values: Any) -> Any: ...


async def driver_of(work: Work) -> Driver:
    """The driver's connection that the work is on, within its transaction: for what is read the same way everywhere."""
    connection = await work.session.connection()
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    return driver


@dataclass(frozen=True, slots=True)
class Reading:
    """A unit of work that only reads, straight on the driver: for the few reads that are asked all the time."""

    connection: Driver
    now: datetime
    practice_id: PracticeId
    actor: Actor
    vault: Vault


@asynccontextmanager
async def transaction(sessions: Sessions) -> AsyncGenerator[AsyncSession]:
    """Open the one transaction; commit when the block ends well, roll back when it does not.

    A violated constraint that stands for a refusal becomes that refusal, at the flush or at the commit.
    """
    try:
        async with sessions.begin() as session:
            yield session
    except IntegrityError as error:
        raise named(error) from error


@asynccontextmanager
async def begin(house: House, practice_id: PracticeId, actor: Actor) -> AsyncGenerator[Work]:
    """A unit of work of one practice: the database shows and takes nothing of another."""
    async with transaction(house.sessions) as session:
        await enter(session, practice_id)
        yield Work(session, house.clock(), practice_id, actor, house.vault)


async def queue(work: Work, name: str) -> None:
    """Wait until nobody else is in the queue of that name, in whichever process; from here on the others wait for us,
    to the end of the transaction."""
    await work.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def is_free(work: Work, name: str) -> bool:
    """Whether nobody else is in the queue of that name; if so, we are, to the end of the transaction."""
    free = await work.session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0))))
    return bool(free)


async def enter(session: AsyncSession, practice_id: PracticeId) -> None:
    """From here to the end of the transaction, row-level security shows this practice alone."""
    await session.execute(text("SELECT set_config('app.practice_id', :id, true)"), {"id": str(practice_id)})


@asynccontextmanager
async def reading(house: House) -> AsyncGenerator[Driver]:
    """A transaction on the driver's own connection, which can change nothing and is rolled back."""
    async with house.readings.lend() as connection:
        await connection.execute("BEGIN READ ONLY")
        try:
            yield connection
        finally:
            await connection.execute("ROLLBACK")


async def find(
    work: Work,
    kind: type[Row],
    thing_id: UUID,
    missing: type[NotFound],
    *options: ExecutableOption,
    lock: bool = False,
    key_share: bool = False,
    only: ColumnElement[bool] | None = None,
) -> Row:
    """Load one thing of this practice, or refuse with `missing`.

    `lock` holds the row until the end and checks it against the version that the caller had read, if any was named;
    with `key_share`, rows that refer to it may be written meanwhile.
    `only` narrows it to what the caller may see: of the rest not even the version is told.
    """
    table: Any = kind
    query = select(kind).where(table.practice_id == work.practice_id, table.id == thing_id).options(*options)
    if only is not None:
        query = query.where(only)
    if lock:
        query = query.with_for_update(of=kind, key_share=key_share).execution_options(populate_existing=True)
    thing = await work.session.scalar(query)
    if thing is None:
        raise missing(id=thing_id)
    if lock:
        check_version(work, thing)
    return thing


def check_version(work: Work, thing: Any) -> None:
    meant = work.expected is not None and (work.expected.id or work.practice_id) == thing.id
    if work.expected is None or not meant or not hasattr(thing, "version"):
        return
    work.expected.checked = True
    if work.expected.version != thing.version:
        raise VersionChanged(version=thing.version)
