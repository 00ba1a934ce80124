"""What happens when there is too much, when someone leaves halfway, and when the database is away."""

import asyncio
from types import SimpleNamespace

import anyio
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from domain.kit.database import async_url, connect, house as make_house
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from tests.api import scratch
from tests.api.scratch import is_problem
from tests.conftest import speaking_as
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio

LINGERING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
   AND (state LIKE 'idle in transaction%' OR (state = 'active' AND query LIKE '%pg_sleep(%'))
"""


async def lingering(database: str) -> int:
    owner = connect(database, role=None, pool_size=1)
    async with owner.connect() as connection:
        count = await connection.scalar(text(LINGERING))
    await owner.dispose()
    return count


async def leaves_nothing(house, database) -> None:
    """Wait until no connection is lent, and until the server has nothing left to do for who has gone."""
    async with asyncio.timeout(PATIENCE):
        while house.engine.pool.checkedout() or await lingering(database):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)


async def cut_what_hangs(database) -> None:
    """End the connection on which a read hangs, as soon as it does."""
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    owner = connect(database, role=None, pool_size=1)
    async with asyncio.timeout(PATIENCE), owner.connect() as connection:
        while not await connection.scalar(text(f"{cut} AND state = 'active' AND query = '{scratch.HANG}'")):
            await connection.rollback()  # who is active is looked up once in a transaction
            await asyncio.sleep(0.01)
    await owner.dispose()


def narrow(database, clock, vault, wait):
    """A house with a pool of one, which is waited for so long."""
    return make_house(
        create_async_engine(async_url(database), pool_size=1, max_overflow=0, pool_timeout=wait), clock, vault
    )


@pytest.fixture
def within_a_minute(monkeypatch):
    """The limit counts real minutes: no test may see one end."""
    monkeypatch.setattr("api.limits.time", SimpleNamespace(monotonic=lambda: 90.0))


@pytest.mark.usefixtures("within_a_minute")
async def test_a_key_that_asks_too_much_hears_how_long_to_wait(house, cast):
    async with scratch.client(house, cast.keys[Role.OWNER], requests_per_minute=2) as client:
        first = await client.get("/v1/practice")
        assert first.headers["ratelimit-policy"] == '"default";q=2;w=60'
        assert first.headers["ratelimit"].startswith('"default";r=1;t=')
        await client.get("/v1/practice")
        answer = await client.get("/v1/practice")
        assert is_problem(answer, 429, "rate-limit-reached")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert answer.headers["ratelimit"] == f'"default";r=0;t={answer.headers["retry-after"]}'
        assert answer.headers["ratelimit-policy"] == '"default";q=2;w=60'
        others = speaking_as(client, cast.keys[Role.COACH])
        assert (await others.get("/v1/practice")).status_code == 200


@pytest.mark.usefixtures("within_a_minute")
async def test_refused_too_often_does_nothing(house, cast):
    async with scratch.client(house, cast.keys[Role.OWNER], requests_per_minute=1) as client:
        await client.get("/v1/practice")
        assert (await client.post("/v1/scratch/slow")).status_code == 429
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await work.session.scalar(text("SELECT version FROM practices")) == 1


async def test_when_every_connection_is_taken_who_comes_is_asked_to_return(database, clock, vault, cast):
    narrow_house = narrow(database, clock, vault, 0.05)
    async with scratch.client(narrow_house, cast.keys[Role.OWNER]) as client:
        await client.get("/v1/practice")
        async with narrow_house.engine.connect(), narrow_house.readings.lend():
            for path in ("/v1/practice", "/v1/scratch/slow"):
                answer = await client.get(path)
                assert is_problem(answer, 503, "try-again")
                assert int(answer.headers["retry-after"]) > 0
        assert (await client.get("/v1/practice")).status_code == 200
    await narrow_house.engine.dispose()


async def test_who_sends_slowly_holds_up_nobody_else(database, clock, vault, cast):
    narrow_house = narrow(database, clock, vault, 5)
    async with scratch.client(narrow_house, cast.keys[Role.OWNER]) as client:
        seen = []

        async def slowly():
            yield b'{"count"'
            seen.append((await client.get("/v1/practice")).status_code)
            yield b": 1}"

        headers = {"Content-Type": "application/json"}
        answer = await client.post("/v1/scratch/echo", content=slowly(), headers=headers)
        assert (answer.status_code, seen) == (200, [200]), answer.text
    await narrow_house.engine.dispose()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://nobody@127.0.0.1:1/none",
        "postgresql://nobody@/none?host=/nowhere",
        "postgresql://x@nowhere.invalid/x",
    ],
)
async def test_while_the_database_is_away_who_comes_is_asked_to_return(house, cast, clock, vault, address):
    away = connect(address, pool_size=1)
    async with scratch.client(make_house(away, clock, vault), cast.keys[Role.OWNER]) as client:
        for path in ("/v1/practice", "/v1/scratch/slow", "/health/ready"):
            answer = await client.get(path)
            assert is_problem(answer, 503, "try-again")
            assert int(answer.headers["retry-after"]) > 0
        assert (await client.get("/health/live")).status_code == 200
    await away.dispose()


@pytest.mark.parametrize("path", ["/v1/practice", "/v1/scratch/slow"])
async def test_a_connection_that_the_server_cut_costs_at_most_one_request(database, house, cast, path):
    async with scratch.client(house, cast.keys[Role.OWNER]) as client:
        assert (await client.get(path)).status_code == 200
        owner = connect(database, role=None, pool_size=1)
        async with owner.connect() as connection:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            await connection.execute(text(f"{cut} AND pid <> pg_backend_pid()"))
        await owner.dispose()
        answer = await client.get(path)
        assert answer.status_code == 200 or is_problem(answer, 503, "try-again")
        assert (await client.get(path)).status_code == 200
    assert house.engine.pool.checkedout() == 0


async def test_a_connection_cut_while_it_reads_is_a_503(database, house, cast):
    async with scratch.client(house, cast.keys[Role.OWNER]) as client:
        asked = asyncio.create_task(client.get("/v1/scratch/hang"))
        await cut_what_hangs(database)
        assert is_problem(await asked, 503, "try-again")
        assert (await client.get("/v1/scratch/slow")).status_code == 200
    assert house.engine.pool.checkedout() == 0


async def test_a_lock_that_does_not_come_is_a_503_and_nothing_is_stored(lab, house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(text("SELECT FROM practices FOR UPDATE"))
        answer = await lab.post("/v1/scratch/wait")
        assert is_problem(answer, 503, "try-again")
        assert int(answer.headers["retry-after"]) > 0
    assert (await lab.get("/v1/practice")).json()["version"] == 1


async def test_of_two_that_deadlock_the_one_that_gave_way_is_served_again(lab):
    answers = await asyncio.gather(*[lab.post("/v1/scratch/clasp", json={"count": number}) for number in (0, 1)])
    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("state", ["40P01", "40001"])
@pytest.mark.parametrize("moment", ["at-once", "at-commit"])
@pytest.mark.parametrize(("times", "status"), [(0, 200), (3, 200), (4, 503)])
async def test_who_has_to_give_way_is_served_again_three_times(lab, moment, state, times, status):
    scratch.tries.clear()
    answer = await lab.post(f"/v1/scratch/give_way/{moment}/{state}/{times}", headers={"Idempotency-Key": "one-rename"})
    assert answer.status_code == status, answer.text
    assert len(scratch.tries) == min(times, 3) + 1
    assert (await lab.get("/v1/practice")).json()["version"] == (2 if status == 200 else 1)
    if status == 503:
        assert is_problem(answer, 503, "try-again")
        assert int(answer.headers["retry-after"]) > 0


async def test_a_request_counts_once_for_its_limit_however_often_it_is_served(house, cast):
    scratch.tries.clear()
    async with scratch.client(house, cast.keys[Role.OWNER], requests_per_minute=3) as client:
        answer = await client.post("/v1/scratch/give_way/at-once/40P01/3")
        assert (answer.status_code, len(scratch.tries)) == (200, 4)
        assert answer.headers["ratelimit"].startswith('"default";r=2;')


@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_client_that_leaves_halfway_leaves_no_connection_behind(lab, house, database, method):
    await lab.get("/v1/scratch/slow")
    for _ in range(3):
        with anyio.move_on_after(0.1) as leaving:
            await lab.request(method, "/v1/scratch/slow")
        assert leaving.cancelled_caught
    await leaves_nothing(house, database)
    assert (await lab.get("/v1/practice")).json()["version"] == 1


async def test_a_body_that_breaks_off_does_nothing_and_leaves_nothing_behind(house, cast, database):
    async with scratch.client(house, cast.keys[Role.OWNER]) as client:
        app = client._transport.app
        key = cast.keys[Role.OWNER].encode()
        sent = []
        pieces = iter([{"type": "http.request", "body": b'{"name": ', "more_body": True}, {"type": "http.disconnect"}])

        async def receive():
            return next(pieces)

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "method": "POST",
            "path": "/v1/staff",
            "raw_path": b"/v1/staff",
            "query_string": b"",
            "headers": [(b"authorization", b"Bearer " + key), (b"content-type", b"application/json")],
            "server": ("test", 80),
            "client": ("test", 1),
            "scheme": "http",
            "root_path": "",
            "http_version": "1.1",
        }
        await app(scope, receive, send)
        assert sent[0]["status"] == 400
        assert len((await client.get("/v1/staff")).json()["items"]) == 4
    await leaves_nothing(house, database)


async def test_that_a_key_was_used_is_noted_or_not_but_never_in_the_way(database, house, cast, clock, vault):
    impatient = connect(database)
    async with scratch.client(make_house(impatient, clock, vault), cast.keys[Role.OWNER]) as client:
        async with impatient.connect() as connection:  # the pool lends this one again, with its setting
            await connection.execute(text("SET lock_timeout = '50ms'"))
            await connection.commit()
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(text("SELECT FROM keys FOR UPDATE"))
            assert (await client.get("/v1/practice")).status_code == 200
    await impatient.dispose()


async def test_more_readers_than_the_pool_keeps_are_served_and_leave_nothing_behind(database, cast, clock, vault):
    small = connect(database, pool_size=2)
    async with scratch.client(make_house(small, clock, vault), cast.keys[Role.OWNER]) as client:
        answers = await asyncio.gather(*[client.get("/v1/scratch/slow") for _ in range(12)])
        assert [answer.status_code for answer in answers] == [200] * 12
    assert small.pool.checkedout() == 0
    assert small.pool.checkedin() <= 2
    await small.dispose()
