"""The bench plants what it measures: that must keep up with the tables."""

import asyncio

from bench import check_ins, planting
from bench.senders import senders
from tests import database as databases


async def send_one_percent(url: str) -> tuple[int, int]:
    """How many check-ins of a hundred coachees a sender of ours found due, and how many a bare one."""
    planted = await planting.plant(url, 200)
    await check_ins.plant(planted, 500)
    owner = await check_ins.owner_of(planted)
    sent: list[int] = []
    for turn, what in enumerate(("ours", "bare")):
        await check_ins.make_due(owner, turn, one_in=20)
        with senders(what, url, 1) as who:
            sent.append((await who.send(1)).count)
    await owner.close()
    return sent[0], sent[1]


def test_what_the_bench_makes_due_is_sent():
    url = databases.copy_template("krachtlijn_bench_test")
    try:
        assert asyncio.run(send_one_percent(url)) == (5, 5)
    finally:
        databases.drop("krachtlijn_bench_test")
