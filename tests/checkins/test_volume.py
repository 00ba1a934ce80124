"""Many plans at once, and clocks that jump: each planned local slot has its check-in, exactly once."""

import asyncio
import os
import time
from collections import Counter

import pytest
from sqlalchemy import select, text

from domain import checkins
from domain.checkins import CheckIn, CheckInState
from domain.messaging import Message
from tests.checkins import make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]
PLANS = 2000 if os.environ.get("KRACHTLIJN_SOAK") else 60


async def rows(house, table):
    async with house.sessions() as session:
        return list((await session.scalars(select(table))).all())


async def wake(house):
    """Have every plan made at the next sweep."""
    async with house.sessions.begin() as session:
        await session.execute(text("UPDATE check_in_plans SET materialise_at = '2026-01-01'"))


async def all_made(house, limit=200):
    while (await checkins.materialise_due(house, limit)).done:
        pass


def assert_each_once(made):
    """Thirteen days to come of each plan, and today's where it was not past already."""
    assert set(Counter((row.plan_id, row.local_day, row.slot) for row in made).values()) == {1}
    days = Counter(row.local_day for row in made)
    assert sorted(days.values())[1:] == [PLANS] * 13


async def test_many_plans_are_made_in_batches_each_slot_once(house, sweep_house, cast, record_property):
    await make.plant(house, cast, PLANS, each=0)
    await wake(sweep_house)
    begun = time.perf_counter()
    await all_made(sweep_house)
    seconds = time.perf_counter() - begun
    made = await rows(sweep_house, CheckIn)
    record_property("occasions_per_second", round(len(made) / seconds))
    assert_each_once(made)


async def test_sweeps_at_once_make_each_slot_once(house, sweep_house, cast):
    await make.plant(house, cast, PLANS, each=0)
    await wake(sweep_house)
    await asyncio.gather(*(all_made(sweep_house, 7) for _ in range(4)))
    made = await rows(sweep_house, CheckIn)
    assert_each_once(made)


async def test_a_clock_that_jumps_an_hour_back_and_forth_sends_each_once(house, sweep_house, cast, clock):
    await make.plant(house, cast, 20, each=0)
    await wake(sweep_house)
    await all_made(sweep_house)
    for step in range(40):
        clock.move(hours=2 if step % 3 else -1)
        await wake(sweep_house)
        await all_made(sweep_house)
        while (await checkins.send_due(sweep_house)).done:
            pass
        while (await checkins.expire_due(sweep_house)).done:
            pass
    made = await rows(sweep_house, CheckIn)
    assert set(Counter((row.plan_id, row.local_day, row.slot) for row in made).values()) == {1}
    sent = [row.id for row in made if row.sent_at is not None]
    mails = Counter(mail.facts["link"] for mail in await rows(sweep_house, Message) if mail.kind == "check_in")
    assert mails == Counter(f"check_in:{one}" for one in sent)
    past = [row for row in made if row.due_at < clock()]
    assert past
    assert CheckInState.PLANNED not in {row.state for row in past}
