"""The bench plants what it measures: that must keep up with the tables."""

import asyncio
import os

import pytest

from bench import check_ins, materialise, planting
from bench.check_ins import NOON
from bench.senders import senders
from domain.kit.database import SWEEP_ROLE, connect, house
from tests import database as databases

PLANS = 100


@pytest.fixture(scope="module")
def planted():
    name = f"krachtlijn_bench_test_{os.getpid()}"
    found = asyncio.run(planting.plant(databases.copy_template(name), 200))
    asyncio.run(check_ins.plant(found, PLANS * check_ins.EACH))
    yield found
    databases.drop(name)


async def send_one_percent(planted) -> list[int]:
    """How many check-ins of a hundred coachees each kind of sender found due."""
    owner = await check_ins.owner_of(planted)
    sent: list[int] = []
    for turn, what in enumerate(("ours", "writing", "bare")):
        await check_ins.take_back(owner)
        await check_ins.make_due(owner, turn, one_in=20)
        with senders(what, planted.url, 1) as who:
            sent.append((await who.send(1)).count)
    await owner.close()
    return sent


async def make_a_fortnight(planted) -> float:
    owner, engine = await check_ins.owner_of(planted), connect(planted.url, role=SWEEP_ROLE)
    rate = await materialise.occasions_per_second(owner, house(engine, lambda: NOON, planting.VAULT), PLANS)
    await engine.dispose()
    await owner.close()
    return rate


def test_what_the_bench_makes_due_is_sent(planted):
    assert asyncio.run(send_one_percent(planted)) == [5, 5, 5]


def test_the_bench_makes_a_fortnight_of_check_ins(planted):
    assert asyncio.run(make_a_fortnight(planted)) > 0
