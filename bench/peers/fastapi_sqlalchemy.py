"""The peer: FastAPI, the SQLAlchemy ORM and Pydantic, as their manuals show them."""

import os
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import DateTime, func, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

LONGEST = timedelta(hours=8)
PRACTICE = UUID(os.environ["BENCH_PRACTICE"])
engine = create_async_engine(
    os.environ["BENCH_DSN"].replace("postgresql:", "postgresql+asyncpg:", 1), pool_size=20, max_overflow=0
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Table(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012

    practice_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


class Trajectory(Table):
    __tablename__ = "trajectories"

    version: Mapped[int]
    coachee_id: Mapped[UUID]
    coach_id: Mapped[UUID]
    format: Mapped[str]
    domain: Mapped[str]
    planned_minutes: Mapped[int]
    state: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Session(Table):
    __tablename__ = "sessions"

    version: Mapped[int] = mapped_column(default=1)
    trajectory_id: Mapped[UUID]
    coachee_id: Mapped[UUID]
    coach_id: Mapped[UUID]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="planned")
    day: Mapped[date]
    time: Mapped[time]
    zone: Mapped[str]
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class Event(Table):
    __tablename__ = "events"

    at: Mapped[datetime]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]]


class AuditEntry(Table):
    __tablename__ = "audit_entries"

    at: Mapped[datetime]
    actor_kind: Mapped[str]
    action: Mapped[str]
    subject_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]]


class TrajectoryOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    coachee_id: UUID
    coach_id: UUID
    format: str
    domain: str
    planned_minutes: int
    state: str
    proposed_at: datetime
    decided_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None


class NewSession(BaseModel):
    kind: str
    day: date
    time: time
    minutes: int
    zone: str


class SessionOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    trajectory_id: UUID
    coachee_id: UUID
    coach_id: UUID
    kind: str
    state: str
    day: date
    time: time
    zone: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    place: str | None
    closed_at: datetime | None
    reason: str | None


class Page(BaseModel):
    items: list[SessionOut]
    next_cursor: str | None


async def open_session() -> AsyncGenerator[AsyncSession]:
    async with sessions() as session:
        yield session


Database = Annotated[AsyncSession, Depends(open_session)]
api = FastAPI()


@api.get("/v1/trajectories/{trajectory_id}")
async def read_trajectory(database: Database, trajectory_id: UUID) -> TrajectoryOut:
    query = select(Trajectory).where(Trajectory.practice_id == PRACTICE, Trajectory.id == trajectory_id)
    return TrajectoryOut.model_validate(await database.scalar(query))


@api.get("/v1/sessions")
async def list_sessions(database: Database, limit: int = 20, cursor: str | None = None) -> Page:
    query = select(Session).where(Session.practice_id == PRACTICE)
    if cursor is not None:
        moment, _, last_id = cursor.partition("_")
        after = datetime.fromtimestamp(int(moment) / 1_000_000, UTC), UUID(last_id)
        query = query.where(tuple_(Session.starts_at, Session.id) > after)
    rows = (await database.scalars(query.order_by(Session.starts_at, Session.id).limit(limit + 1))).all()
    last = rows[:limit][-1]
    more = f"{int(last.starts_at.timestamp() * 1_000_000)}_{last.id}" if len(rows) > limit else None
    return Page(items=[SessionOut.model_validate(row) for row in rows[:limit]], next_cursor=more)


async def must_be_free(database: AsyncSession, coach_id: UUID, starts_at: datetime, ends_at: datetime) -> None:
    await database.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(coach_id), 0))))
    taken = select(Session.id).where(
        Session.practice_id == PRACTICE,
        Session.coach_id == coach_id,
        Session.state.in_(("planned", "held")),
        Session.starts_at > starts_at - LONGEST,
        Session.starts_at < ends_at,
        Session.ends_at > starts_at,
    )
    if (await database.scalars(taken.order_by(Session.starts_at))).all():
        raise HTTPException(409)


@api.post("/v1/trajectories/{trajectory_id}/sessions", status_code=201)
async def plan_session(database: Database, trajectory_id: UUID, new: NewSession) -> SessionOut:
    wanted = select(Trajectory).where(Trajectory.practice_id == PRACTICE, Trajectory.id == trajectory_id)
    trajectory = (await database.scalars(wanted.with_for_update())).one()
    starts_at = datetime.combine(new.day, new.time, ZoneInfo(new.zone)).astimezone(UTC)
    ends_at = starts_at + timedelta(minutes=new.minutes)
    await must_be_free(database, trajectory.coach_id, starts_at, ends_at)
    made = Session(
        practice_id=PRACTICE,
        id=uuid7(),
        trajectory_id=trajectory_id,
        coachee_id=trajectory.coachee_id,
        coach_id=trajectory.coach_id,
        starts_at=starts_at,
        ends_at=ends_at,
        **new.model_dump(),
    )
    told: dict[str, Any] = {
        "practice_id": PRACTICE,
        "at": datetime.now(UTC),  # noqa: TID251 - it has no clock
        "subject_id": made.id,
        "facts": {
            "trajectory_id": str(trajectory_id),
            "kind_of_session": new.kind,
            "coach_id": str(made.coach_id),
        },
    }
    event = Event(kind="session_planned", **told)
    database.add_all([made, event, AuditEntry(actor_kind="staff", action="session_planned", **told)])
    await database.commit()
    return SessionOut.model_validate(made)


def app() -> FastAPI:
    return api
