"""Many plans at once, and clocks that jump: each planned local slot has its check-in, exactly once."""

import asyncio
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from domain import checkins
from domain.checkins import CheckIn, CheckInState, ZoneMode
from domain.checkins.materialise import Batch
from domain.kit.work import OPERATOR, begin
from domain.messaging import Message
from domain.people import Coachee
from tests.checkins import make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]
PLANS = [pytest.param(60, id="sixty"), pytest.param(2000, id="two thousand", marks=pytest.mark.soak)]
ZONES = ("Europe/Brussels", "America/Santiago", "Asia/Kolkata")  # of which the second turns its clock the other way
FIRST = date(2026, 3, 24)  # the two change their clocks on 29 March and on 5 April
LIVED = [
    pytest.param((15,), id="a fortnight"),
    pytest.param((730, 730, 366), id="five years", marks=pytest.mark.soak),  # no plan is longer than two
]


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


def assert_each_once(made, plans):
    """Thirteen days to come of each plan, and today's where it was not past already."""
    assert set(Counter((row.plan_id, row.local_day, row.slot) for row in made).values()) == {1}
    days = Counter(row.local_day for row in made)
    assert sorted(days.values())[1:] == [plans] * 13


@pytest.mark.parametrize("plans", PLANS)
async def test_many_plans_are_made_in_batches_each_slot_once(house, sweep_house, cast, record_property, plans):
    await make.plant(house, cast, plans, each=0)
    await wake(sweep_house)
    begun = time.perf_counter()
    await all_made(sweep_house)
    seconds = time.perf_counter() - begun
    made = await rows(sweep_house, CheckIn)
    record_property("occasions_per_second", round(len(made) / seconds))
    assert_each_once(made, plans)


async def test_making_many_plans_keeps_nothing_else_waiting(house, sweep_house, cast, monkeypatch):
    await make.plant(house, cast, 20, each=0)
    await wake(sweep_house)
    turns, at = 0, []
    add = Batch.add

    def noted(batch, plan):
        at.append(turns)
        add(batch, plan)

    async def another():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(Batch, "add", noted)
    other = asyncio.create_task(another())
    await all_made(sweep_house)
    other.cancel()
    assert len(at) == len(set(at)) == 20


@pytest.mark.parametrize("plans", PLANS)
async def test_sweeps_at_once_make_each_slot_once(house, sweep_house, cast, plans):
    await make.plant(house, cast, plans, each=0)
    await wake(sweep_house)
    await asyncio.gather(*(all_made(sweep_house, 7) for _ in range(4)))
    made = await rows(sweep_house, CheckIn)
    assert_each_once(made, plans)


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


async def next_due(house):
    async with house.sessions() as session:
        looks = [await checkins.next_materialisation_at(session), await checkins.next_sending_at(session)]
    return min((look for look in looks if look is not None), default=None)


async def live(house, clock):
    """Do what is due, whenever it is, until every plan is over: as the scheduler, which sleeps in between."""
    while (moment := await next_due(house)) is not None:
        clock.now = max(clock.now, moment)
        await all_made(house)
        while (await checkins.send_due(house)).done:
            pass


async def live_in(zone, house, plan):
    """Her night is that of her plan's zone: elsewhere it would hold back what is sent."""
    async with begin(house, plan.practice_id, OPERATOR) as work:
        await work.session.execute(update(Coachee).where(Coachee.id == plan.coachee_id).values(zone=zone))


@pytest.mark.parametrize("stretches", LIVED)
async def test_in_three_zones_each_local_day_has_its_one_check_in_at_its_own_moment(
    house, sweep_house, cast, clock, stretches
):
    clock.now = datetime(2026, 3, 23, 12, tzinfo=UTC)
    zones, wanted, first = {}, set(), FIRST
    for days in stretches:
        when = {"starts_on": first, "ends_on": first + timedelta(days=days - 1), "taper": False}
        for zone in ZONES:
            plan = await make.accepted_plan(house, cast, zone_mode=ZoneMode.FIXED, zone=zone, **when)
            await live_in(zone, house, plan)
            zones[plan.id] = zone
            wanted |= {(plan.id, first + timedelta(days=day), 1) for day in range(days)}
        await live(sweep_house, clock)
        first += timedelta(days=days + 2)
    made = await rows(sweep_house, CheckIn)
    assert Counter((row.plan_id, row.local_day, row.slot) for row in made) == Counter(wanted)
    assert all(row.sent_at == row.due_at for row in made)
    shown = [row.sent_at.astimezone(ZoneInfo(zones[row.plan_id])).replace(tzinfo=None) for row in made]
    assert shown == [datetime.combine(row.local_day, row.wall_time) for row in made]
    mails = [mail.facts["link"] for mail in await rows(sweep_house, Message) if mail.kind == "check_in"]
    assert sorted(mails) == sorted(f"check_in:{row.id}" for row in made)
