"""The database restarted while schedulers sweep: they carry on by themselves, and everything is sent once."""

import asyncio
import dataclasses
import random
from collections import Counter
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from commands import embedded
from commands.embedded.account import owner_of
from commands.embedded.programs import find_programs
from commands.migrations import migrate
from domain import checkins
from domain.checkins import CheckIn, CheckInState
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.messaging import Event, MemoryMailer, Message, MessageState, SenderSettings
from scheduler import watch as watching
from scheduler.main import SWEEPS
from scheduler.sweep import Outcome, Tools
from tests import database as databases, factories
from tests.checkins import make
from tests.conftest import NOON
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
DUE, BATCH = 120, 4
SENDER = SenderSettings(base_url="http://test", from_address="a@example.be")
LEASE = timedelta(minutes=6)  # what was leased when the database went is tried again after five
TIMES = [pytest.param(1, 1, id="once each way"), pytest.param(10, 7, id="ten times", marks=pytest.mark.soak)]


@pytest.fixture
def server():
    """A server of this test's own, which forgets nothing that it said was committed."""
    with embedded.throwaway() as running:
        migrate(running.url())
        asyncio.run(databases.run(running.url(), "ALTER DATABASE krachtlijn SET synchronous_commit = on"))
        yield running


class Sweeps:
    """The sweeps of the product in small batches, with a breath between, so that a restart falls among them."""

    def __init__(self) -> None:
        self.sent = self.failed = 0
        self.moved = asyncio.Event()

    def chosen(self):
        names = {"send check-ins": self.send, "deliver the outbox": None}
        return [
            dataclasses.replace(sweep, tick=1.0, act=names[sweep.name] or sweep.act)
            for sweep in SWEEPS
            if sweep.name in names
        ]

    async def send(self, tools: Tools) -> Outcome:
        await asyncio.sleep(0.03)
        try:
            done = (await checkins.send_due(tools.house, BATCH)).done
        except Exception:
            self.failed += 1
            raise
        self.sent += done
        self.moved.set()
        return Outcome(done)

    async def until(self, count: int) -> None:
        while self.sent < count:
            self.moved.clear()
            await asyncio.wait_for(self.moved.wait(), PATIENCE)


@asynccontextmanager
async def schedulers(server, house, sweeps, mailer):
    """Two, each with connections of its own."""
    engines = [connect(server.url(), role=SWEEP_ROLE, pool_size=3) for _ in range(2)]
    tools = [Tools(make_house(engine, house.clock, house.vault), mailer, SENDER) for engine in engines]
    watches = [watching.Watch(sweeps.chosen(), each) for each in tools]
    for watch in watches:
        watch.start()
    yield
    for watch in watches:
        await watch.close()
    for engine in engines:
        await engine.dispose()


async def restart(server, mode) -> None:
    account = owner_of(server.data)
    pg_ctl = find_programs(None, account).folder / "pg_ctl"
    words = [
        pg_ctl,
        "restart",
        "-w",
        "-t",
        str(int(PATIENCE)),
        "-m",
        mode,
        "-D",
        server.data,
        "-l",
        server.data / "again.log",
    ]
    done = await asyncio.to_thread(account.run, *words)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("times", "seed"), TIMES)
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_database_restarted_mid_sweep_loses_nothing_and_sends_nothing_twice(
    server, vault, clock, monkeypatch, capsys, mode, times, seed
):
    monkeypatch.setattr(watching, "FAILURE_PAUSE", 0.05)
    engine = connect(server.url(), role=SWEEP_ROLE)
    house = make_house(engine, clock, vault)
    sweeps, mailer, chance = Sweeps(), MemoryMailer(), random.Random(seed)
    cast = await factories.found_cast(house)
    async with schedulers(server, house, sweeps, mailer):
        for turn in range(times):
            await make.plant(house, cast, DUE)
            await sweeps.until(turn * DUE + chance.randrange(DUE // 2))
            assert sweeps.sent < (turn + 1) * DUE
            await restart(server, mode)
            await until(house, CheckIn, CheckIn.state == CheckInState.SENT, (turn + 1) * DUE)
            clock.now = NOON + LEASE * (turn + 1)
            await until(house, Message, Message.state == MessageState.SENT, (turn + 1) * DUE)
    await assert_each_once(house, times * DUE)
    mails = {mail.message_id for mail in mailer.mails}
    assert len(mails) == times * DUE
    await engine.dispose()
    with capsys.disabled():
        print(f"\n{mode}: {times} restarts, {times * DUE} sent once, {sweeps.failed} sweeps failed meanwhile")  # noqa: T201


async def until(house, kind, condition, wanted) -> None:
    found = None
    async with asyncio.timeout(PATIENCE):
        while found != wanted:
            async with house.sessions() as session:
                found = await session.scalar(select(func.count()).select_from(kind).where(condition))
            await asyncio.sleep(0.05)


async def assert_each_once(house, wanted) -> None:
    async with house.sessions() as session:
        sent = (await session.scalars(select(Event.subject_id).where(Event.kind == "check_in_sent"))).all()
        mails = (await session.scalars(select(Message.facts["link"].astext).where(Message.kind == "check_in"))).all()
    assert (len(sent), set(Counter(sent).values())) == (wanted, {1})
    assert (len(mails), set(Counter(mails).values())) == (wanted, {1})
