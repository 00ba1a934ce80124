"""Schedulers as processes of their own, killed at random moments: nothing is lost, and nothing is sent twice."""

import asyncio
import base64
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from domain import invoicing
from domain.checkins import CheckIn, CheckInState
from domain.invoicing.archive import ArchivedFile, FileFormat
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.kit.installation import set_clock_offset
from domain.kit.work import OPERATOR, begin, system_clock, transaction
from domain.messaging import Event, Message, MessageState
from tests import factories
from tests.checkins import make
from tests.commands.processes import ROOT, environment
from tests.conftest import NOON
from tests.invoicing import make as invoices
from tests.patience import PATIENCE

KEY = b"a master key of thirty-two bytes"
DUE, BATCH = 60, 15
LEASE = timedelta(minutes=6)  # what a killed scheduler had leased to deliver is tried again after five

ROUNDS = [
    pytest.param(3, 2026, id="a few"),
    pytest.param(50, 50, id="fifty", marks=pytest.mark.soak),
]


@pytest.fixture
async def installation(fresh, vault):
    """The house of the processes, standing still at noon."""
    engine = connect(fresh, role=SWEEP_ROLE)
    yield make_house(engine, lambda: NOON, vault)
    await engine.dispose()


class Schedulers:
    """Real processes, forked off one that has the program loaded."""

    def __init__(self, nursery: "subprocess.Popen[str]") -> None:
        self.nursery, self.running = nursery, []

    def start(self, count: int) -> None:
        for _ in range(count):
            self.nursery.stdin.write("\n")
            self.nursery.stdin.flush()
            self.running.append(int(self.nursery.stdout.readline()))

    def kill(self, pid: int) -> None:
        self.running.remove(pid)
        os.kill(pid, signal.SIGKILL)

    def kill_all(self) -> None:
        for pid in list(self.running):
            self.kill(pid)


@pytest.fixture
def schedulers(tmp_path, fresh):
    words = [sys.executable, "-m", "tests.scheduler.forking", str(BATCH)]
    key = base64.b64encode(KEY).decode()
    env = environment(tmp_path, url=fresh, KRACHTLIJN_TEST_MODE="1", KRACHTLIJN_MASTER_KEY=key)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(words, cwd=ROOT, env=env, text=True, **pipes) as nursery:
        assert nursery.stdout.readline() == "ready\n"
        made = Schedulers(nursery)
        yield made
        made.kill_all()
        nursery.stdin.close()


@pytest.mark.anyio
@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
async def test_a_scheduler_killed_mid_batch_loses_nothing_and_sends_nothing_twice(
    tmp_path, installation, schedulers, capsys, rounds, seed
):
    chance = random.Random(seed)
    cast = await factories.found_cast(installation)
    for number in range(1, rounds + 1):
        await noon(installation)
        *_, last = await make.plant(installation, cast, DUE)
        async with kept_back(installation, last):  # so that the kill comes before all is done
            schedulers.start(4)
            await some_moment(installation, chance, (number - 1) * DUE)
            schedulers.kill(chance.choice(schedulers.running))
        await until(installation, CheckIn, CheckIn.state == CheckInState.SENT, number * DUE)
        await noon(installation, LEASE)
        await until(installation, Message, Message.state == MessageState.SENT, number * DUE)
        schedulers.kill_all()
    await assert_each_once(installation, rounds * DUE)
    assert len({message_id(mail) for mail in (tmp_path / "mail").glob("*.eml")}) == rounds * DUE
    with capsys.disabled():
        print(f"\n{rounds} kills, each before all was done; {rounds * DUE} sent, each once")  # noqa: T201


@pytest.mark.anyio
async def test_what_is_issued_is_printed_though_its_scheduler_is_killed_between_the_commit_and_the_press(
    installation, schedulers
):
    cast = await factories.found_cast(installation)
    await noon(installation)
    buyers = await invoices.open_books(installation, cast)
    drafts = [await invoices.draft(installation, cast, invoices.TALK, sponsor_id=buyers.acme) for _ in range(12)]
    schedulers.start(2)
    ids = [(await invoices.issue(installation, cast, one)).id for one in drafts[:6]]
    async with asyncio.timeout(PATIENCE):
        while not (before := await printed(installation)):  # noqa: ASYNC110 - other processes do it
            await asyncio.sleep(0.002)
    schedulers.kill_all()
    ids += [(await invoices.issue(installation, cast, one)).id for one in drafts[6:]]
    assert len(await printed(installation)) < len(drafts)
    for one in ids[:8]:  # some are asked for, the others left to the next scheduler
        async with begin(installation, cast.practice_id, OPERATOR) as work:
            await invoicing.print_invoice(work, one)
    await noon(installation, LEASE)
    schedulers.start(1)
    await until(installation, ArchivedFile, ArchivedFile.due_at.is_not(None), 0)
    after = await printed(installation)
    assert set(after) == set(ids)
    assert before.items() <= after.items()


async def printed(house) -> dict:
    query = select(ArchivedFile.invoice_id, ArchivedFile.sha256).where(ArchivedFile.format == FileFormat.PDF)
    async with house.sessions() as session:
        return dict((await session.execute(query.where(ArchivedFile.sha256.is_not(None)))).all())


@asynccontextmanager
async def kept_back(house, planted):
    """Nobody can send this one until the block ends."""
    async with transaction(house.sessions) as session:
        await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        held = select(CheckIn.id).where(CheckIn.id.in_(planted.check_in_ids)).with_for_update()
        assert len((await session.scalars(held)).all()) == 1
        yield


async def some_moment(house, chance, before) -> None:
    """Wait until so many are sent, or so many of their mails have left, and then no time or a little."""
    done = chance.randrange(2 * DUE)
    kind, condition = (CheckIn, CheckIn.state == CheckInState.SENT)
    if done >= DUE:
        kind, condition, done = Message, Message.state == MessageState.SENT, done - DUE
    async with asyncio.timeout(PATIENCE):
        while await count(house, kind, condition) < before + done:  # noqa: ASYNC110 - other processes do it
            await asyncio.sleep(0.002)
    await asyncio.sleep(chance.choice((0, 0.03)) * chance.random())


async def noon(house, later=timedelta()) -> None:
    """Set the test clock of the installation, which every scheduler follows."""
    async with transaction(house.sessions) as session:
        await set_clock_offset(session, NOON + later - system_clock())


async def count(house, kind, condition) -> int:
    async with house.sessions() as session:
        return await session.scalar(select(func.count()).select_from(kind).where(condition))


async def until(house, kind, condition, wanted) -> None:
    deadline = time.monotonic() + PATIENCE
    while (found := await count(house, kind, condition)) != wanted:
        assert time.monotonic() < deadline, f"{found} of {wanted} {kind.__name__}"
        await asyncio.sleep(0.05)


async def assert_each_once(house, wanted) -> None:
    async with house.sessions() as session:
        sent = (await session.scalars(select(Event.subject_id).where(Event.kind == "check_in_sent"))).all()
        mails = (await session.scalars(select(Message.facts["link"].astext).where(Message.kind == "check_in"))).all()
    assert (len(sent), set(Counter(sent).values())) == (wanted, {1})
    assert (len(mails), set(Counter(mails).values())) == (wanted, {1})


def message_id(mail) -> str:
    return next(line for line in mail.read_text().splitlines() if line.lower().startswith("message-id:"))
