"""Schedulers as processes of their own, killed at random moments: nothing is lost, and nothing is sent twice."""

import asyncio
import base64
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.checkins import CheckIn, CheckInState
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.kit.installation import set_clock_offset
from domain.kit.work import system_clock, transaction
from domain.messaging import Event, Message, MessageState
from tests import factories
from tests.checkins import make
from tests.commands.processes import ROOT, empty_database, environment, krachtlijn
from tests.conftest import NOON

KEY = b"a master key of thirty-two bytes"
DUE = 200
PATIENCE = 60
LEASE = timedelta(minutes=6)  # what a killed scheduler had leased to deliver is tried again after five

ROUNDS = [
    pytest.param(2, 2026, id="a few"),
    pytest.param(50, 50, id="fifty", marks=pytest.mark.soak),
]


@pytest.fixture
def url():
    with empty_database() as address:
        yield address


@pytest.fixture
def env(tmp_path, url):
    key = base64.b64encode(KEY).decode()
    chosen = environment(tmp_path, url=url, KRACHTLIJN_TEST_MODE="1", KRACHTLIJN_MASTER_KEY=key)
    krachtlijn("migrate", env=chosen)
    return chosen


@pytest.fixture
async def installation(url, vault):
    """The house of the processes, standing still at noon."""
    engine = connect(url, role=SWEEP_ROLE)
    yield make_house(engine, lambda: NOON, vault)
    await engine.dispose()


@pytest.mark.anyio
@pytest.mark.parametrize(("rounds", "seed"), ROUNDS)
async def test_a_scheduler_killed_mid_batch_loses_nothing_and_sends_nothing_twice(
    tmp_path, env, installation, rounds, seed
):
    chance = random.Random(seed)
    for number in range(1, rounds + 1):
        await noon(installation)
        await make.plant(installation, await factories.found_cast(installation), DUE)
        await asyncio.to_thread(kill_some, env, chance)
        with schedulers(env, 4):
            await until(installation, CheckIn, CheckIn.state == CheckInState.SENT, number * DUE)
            await noon(installation, LEASE)
            await until(installation, Message, Message.state == MessageState.SENT, number * DUE)
    await assert_each_once(installation, rounds * DUE)
    assert len({message_id(mail) for mail in (tmp_path / "mail").glob("*.eml")}) == rounds * DUE


async def noon(house, later=timedelta()) -> None:
    """Set the test clock of the installation, which every scheduler follows."""
    async with transaction(house.sessions) as session:
        await set_clock_offset(session, NOON + later - system_clock())


def kill_some(env, chance) -> None:
    """Start four, kill one after a moment of chance, twice."""
    for _ in range(2):
        with schedulers(env, 4) as running:
            time.sleep(0.8 + chance.random())
            os.kill(chance.choice(running).pid, signal.SIGKILL)
            time.sleep(chance.random() / 4)


@contextlib.contextmanager
def schedulers(env, count):
    words = [sys.executable, "krachtlijn.py", "scheduler"]
    running = [
        subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(count)
    ]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


async def until(house, kind, condition, wanted) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        async with house.sessions() as session:
            found = await session.scalar(select(func.count()).select_from(kind).where(condition))
        if found == wanted:
            return
        assert time.monotonic() < deadline, f"{found} of {wanted} {kind.__name__}"
        await asyncio.sleep(0.1)


async def assert_each_once(house, wanted) -> None:
    async with house.sessions() as session:
        sent = (await session.scalars(select(Event.subject_id).where(Event.kind == "check_in_sent"))).all()
        mails = (await session.scalars(select(Message.facts["link"].astext).where(Message.kind == "check_in"))).all()
    assert (len(sent), set(Counter(sent).values())) == (wanted, {1})
    assert (len(mails), set(Counter(mails).values())) == (wanted, {1})


def message_id(mail) -> str:
    return next(line for line in mail.read_text().splitlines() if line.lower().startswith("message-id:"))
