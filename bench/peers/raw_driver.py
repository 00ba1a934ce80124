"""The limit: Litestar, asyncpg and msgspec with hand-written SQL and nothing around it."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
from litestar import Litestar, get, post
from litestar.datastructures import State
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery, JSONBody
from uuid_utils.compat import uuid7


class Trajectory(msgspec.Struct):
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


class NewSession(msgspec.Struct):
    kind: str
    day: date
    time: str
    minutes: int
    zone: str


class Session(msgspec.Struct):
    id: UUID
    version: int
    trajectory_id: UUID
    coachee_id: UUID
    coach_id: UUID
    kind: str
    state: str
    day: date
    time: str
    zone: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    place: str | None = None
    closed_at: datetime | None = None
    reason: str | None = None


class Page(msgspec.Struct):
    items: list[Session]
    next_cursor: str | None


LONGEST = timedelta(hours=8)
PRACTICE = UUID(os.environ["BENCH_PRACTICE"])
ONE = f"SELECT {', '.join(Trajectory.__struct_fields__)} FROM trajectories WHERE practice_id = $1 AND id = $2"
SHOWN = ", ".join("to_char(time, 'HH24:MI')" if name == "time" else name for name in Session.__struct_fields__)
LIST = f"SELECT {SHOWN} FROM sessions WHERE practice_id = $1"
ORDER = "ORDER BY starts_at, id LIMIT"
QUEUE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
TAKEN = """
SELECT id FROM sessions
 WHERE practice_id = $1 AND coach_id = $2 AND state IN ('planned', 'held')
   AND starts_at > $3 AND starts_at < $4 AND ends_at > $5
 ORDER BY starts_at
"""
ADD = """
INSERT INTO sessions (practice_id, id, version, trajectory_id, coachee_id, coach_id, kind, state, day, time, zone,
                      minutes, starts_at, ends_at)
VALUES ($1, $2, 1, $3, $4, $5, $6, 'planned', $7, $8, $9, $10, $11, $12)
"""
ADD_EVENT = """
INSERT INTO events (practice_id, id, at, kind, subject_id, facts) VALUES ($1, $2, $3, 'session_planned', $4, $5)
"""
ADD_AUDIT = """
INSERT INTO audit_entries (practice_id, id, at, actor_kind, action, subject_id, facts)
VALUES ($1, $2, $3, 'staff', 'session_planned', $4, $5)
"""


@asynccontextmanager
async def pool(app: Litestar) -> AsyncGenerator[None]:
    async with asyncpg.create_pool(os.environ["BENCH_DSN"], min_size=20, max_size=20) as made:
        app.state.pool = made
        yield


def connection(state: State) -> Any:
    return state.pool.acquire()


@get("/v1/trajectories/{trajectory_id:uuid}")
async def read_trajectory(state: State, trajectory_id: FromPath[UUID]) -> Trajectory:
    async with connection(state) as database:
        return Trajectory(*await database.fetchrow(ONE, PRACTICE, trajectory_id))


@get("/v1/sessions")
async def list_sessions(state: State, limit: FromQuery[int] = 20, cursor: FromQuery[str | None] = None) -> Page:
    async with connection(state) as database:
        if cursor is None:
            rows = await database.fetch(f"{LIST} {ORDER} {limit + 1}", PRACTICE)
        else:
            moment, _, last = cursor.partition("_")
            after = datetime.fromtimestamp(int(moment) / 1_000_000, UTC), UUID(last)
            rows = await database.fetch(f"{LIST} AND (starts_at, id) > ($2, $3) {ORDER} {limit + 1}", PRACTICE, *after)
    items = [Session(*row) for row in rows[:limit]]
    last = items[-1]
    return Page(items, f"{int(last.starts_at.timestamp() * 1_000_000)}_{last.id}" if len(rows) > limit else None)


@post("/v1/trajectories/{trajectory_id:uuid}/sessions")
async def plan_session(state: State, trajectory_id: FromPath[UUID], data: JSONBody[NewSession]) -> Session:
    at = time.fromisoformat(data.time)
    starts_at = datetime.combine(data.day, at, ZoneInfo(data.zone)).astimezone(UTC)
    ends_at, now, session_id = starts_at + timedelta(minutes=data.minutes), datetime.now(UTC), uuid7()  # noqa: TID251
    async with connection(state) as database, database.transaction():
        _, _, coachee_id, coach_id, *_ = await database.fetchrow(f"{ONE} FOR UPDATE", PRACTICE, trajectory_id)
        await database.execute(QUEUE, str(coach_id))
        if await database.fetch(TAKEN, PRACTICE, coach_id, starts_at - LONGEST, ends_at, starts_at):
            raise ClientException
        made = (trajectory_id, coachee_id, coach_id, data.kind)
        told = {"kind_of_session": data.kind, "trajectory_id": trajectory_id, "coach_id": coach_id}
        facts = msgspec.json.encode(told).decode()
        when = (data.day, at, data.zone, data.minutes, starts_at, ends_at)
        await database.execute(ADD, PRACTICE, session_id, *made, *when)
        await database.execute(ADD_EVENT, PRACTICE, uuid7(), now, session_id, facts)
        await database.execute(ADD_AUDIT, PRACTICE, uuid7(), now, session_id, facts)
    return Session(session_id, 1, *made, "planned", data.day, data.time, *when[2:])


def app() -> Litestar:
    return Litestar([read_trajectory, list_sessions, plan_session], lifespan=[pool], openapi_config=None)
