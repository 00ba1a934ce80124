"""An application with routes that misbehave on purpose, beside those of the practice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated

import msgspec
from httpx import ASGITransport, AsyncClient
from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta
from sqlalchemy import text

from api.app import PUBLISHED, create_app
from api.door import Door
from api.fields import In, Text
from api.options import Options
from domain.kit.ids import StaffId
from domain.kit.work import House, Reading, Work, find
from domain.practice import Staff, StaffNotFound

DOUBLES = (
    "CREATE TEMP TABLE doubles (id int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP",
    "INSERT INTO doubles VALUES (1), (1)",
)
RAISES = "BEGIN RAISE EXCEPTION 'give way' USING ERRCODE = '{code}'; END"
AT_ONCE = ("DO $$ {raises} $$",)
AT_COMMIT = (
    "CREATE TEMP TABLE later (id int) ON COMMIT DROP",
    "CREATE FUNCTION pg_temp.give_way() RETURNS trigger LANGUAGE plpgsql AS $$ {raises} $$",
    (
        "CREATE CONSTRAINT TRIGGER give_way AFTER INSERT ON later DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION pg_temp.give_way()"
    ),
    "INSERT INTO later VALUES (1)",
)
tries: list[str] = []  # of giving way, since the test emptied it
RENAME = "UPDATE practices SET name = 'half done', version = version + 1"
HANG = "SELECT pg_sleep(600)"


class Everything(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body with a field of every kind."""

    count: Annotated[int, Meta(ge=0, le=100)] = 0
    words: Text = "word"
    at: Annotated[datetime, Meta(tz=True)] | None = None
    parts: list["Part"] = []  # noqa: RUF012  (msgspec copies it)


class Part(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    count: Annotated[int, Meta(ge=0, le=100)]


class Echo(msgspec.Struct, frozen=True):
    count: int


@post("/echo", scope="practice:write", status_code=200)
async def echo(work: NamedDependency[Work], data: JSONBody[Everything]) -> Echo:
    """Say the count back."""
    return Echo(data.count)


@patch("/staff/{staff_id:uuid}", scope="practice:write", needs_version=True)
async def touch_staff(work: NamedDependency[Work], staff_id: FromPath[StaffId], data: JSONBody[Everything]) -> Echo:
    """Look at someone under lock, as a change would."""
    await find(work, Staff, staff_id, StaffNotFound, lock=True)
    return Echo(1)


@get("/crash", scope="practice:read")
async def crash(work: NamedDependency[Work]) -> Echo:
    """Fail in a way that nobody foresaw, with SQL in the message."""
    await work.session.execute(text("SELECT secret_column FROM practices"))
    return Echo(1)


@post("/commit", scope="practice:write", status_code=200)
async def fail_at_commit(work: NamedDependency[Work]) -> Echo:
    """Do something, and break a rule that is only looked at when the transaction commits."""
    await work.session.execute(text(RENAME))
    for statement in DOUBLES:
        await work.session.execute(text(statement))
    return Echo(1)


@post("/wait_and_fail", scope="practice:write", status_code=200)
async def wait_and_fail(work: NamedDependency[Work]) -> Echo:
    """Do something, then fail in a way that nobody foresaw."""
    await work.session.execute(text(RENAME))
    raise ZeroDivisionError


@post("/wait", scope="practice:write", status_code=200)
async def wait_for_a_lock(work: NamedDependency[Work]) -> Echo:
    """Wait for the row of the practice."""
    await work.session.execute(text("SET LOCAL lock_timeout = '50ms'"))
    await work.session.execute(text(RENAME))
    return Echo(1)


@post("/clasp", scope="practice:write", status_code=200)
async def clasp(work: NamedDependency[Work], data: JSONBody[Everything]) -> Echo:
    """Take two locks in the order that the caller says, slowly: two of these deadlock."""
    for number in (data.count, 1 - data.count):
        await work.session.execute(text(f"SELECT pg_advisory_xact_lock({number})"))
        await asyncio.sleep(0.2)
    return Echo(data.count)


@post("/give_way/{moment:str}/{code:str}/{times:int}", scope="practice:write", status_code=200)
async def give_way(
    work: NamedDependency[Work], moment: FromPath[str], code: FromPath[str], times: FromPath[int]
) -> Echo:
    """Do something; so many times the database then says that this transaction has to give way."""
    await work.session.execute(text(RENAME))
    tries.append(code)
    if len(tries) <= times:
        for statement in AT_ONCE if moment == "at-once" else AT_COMMIT:
            await work.session.execute(text(statement.format(raises=RAISES.format(code=code))))
    return Echo(len(tries))


@post("/slow", scope="practice:write", status_code=200)
async def be_slow(work: NamedDependency[Work]) -> Echo:
    """Take a while in the database."""
    await work.session.execute(text("UPDATE practices SET version = version + 1"))
    await work.session.execute(text("SELECT pg_sleep(0.3)"))
    return Echo(1)


@get("/slow", scope="practice:read")
async def read_slowly(reading: NamedDependency[Reading]) -> Echo:
    """The same on the short way of reading."""
    await reading.connection.execute("SELECT pg_sleep(0.3)")
    return Echo(1)


@get("/hang", scope="practice:read")
async def hang(reading: NamedDependency[Reading]) -> Echo:
    """Read for so long that somebody has to end it."""
    await reading.connection.fetchval(HANG)
    return Echo(1)


router = Router(
    "/v1/scratch",
    route_handlers=[
        echo,
        touch_staff,
        crash,
        wait_and_fail,
        fail_at_commit,
        wait_for_a_lock,
        hang,
        clasp,
        give_way,
        be_slow,
        read_slowly,
    ],
)


applications: dict[Options, Door] = {}


@asynccontextmanager
async def client(house: House, key: str | None = None, **options: int) -> AsyncIterator[AsyncClient]:
    """A client on the whole application with the scratch routes."""
    chosen = Options(**{"requests_per_minute": 10_000} | options)
    if chosen not in applications:
        applications[chosen] = create_app(house, chosen, routers=(*PUBLISHED, router))
    app = applications[chosen]
    app.litestar.state["house"] = house
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test", headers=headers) as speaking:
        yield speaking


def is_problem(answer, status: int, code: str) -> bool:
    """One assertion for what every refusal must be."""
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json", answer.headers
    assert (answer.status_code, told["status"], told["type"]) == (status, status, f"/problems/{code}"), answer.text
    assert told["request_id"] == answer.headers["request-id"]
    assert told["title"]
    assert told["detail"]
    return True
