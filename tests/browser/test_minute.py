"""The coachee's minute is one: a coachee by script, who taps and types at a thumb's pace, on the page itself."""

import random

import pytest

from bench.coachee import FLOWS, SECONDS, TAPS, Thumb
from domain.checkins import CheckInState, Kind
from tests.phone import make

pytestmark = pytest.mark.anyio


PAGE_SECONDS = 1.5  # the slowest page: how fast they are here hangs on the machine, and is the bench's to tell


class SteadyThumb(Thumb):
    """It finds every page slow."""

    async def _waiting(self, for_what):
        await for_what
        self.seconds += PAGE_SECONDS


@pytest.mark.parametrize("kind", list(map(Kind, FLOWS)))
async def test_each_flow_takes_few_taps_and_less_than_a_minute(page, house, cast, kind):
    """Her slowest way through it: whatever she may say in passing, she says."""
    planted = await make.plant(house, cast, kind=kind)
    thumb, chance = SteadyThumb(page), random.Random(1)
    chance.random = lambda: 0.0
    await thumb.open(planted.page)
    await FLOWS[kind](thumb, chance)
    assert thumb.taps <= TAPS[kind]
    assert thumb.seconds <= SECONDS[kind]
    row = await make.row_of(house, cast, "check_ins", planted.check_in_id)
    assert row["state"] == CheckInState.ANSWERED


async def test_the_lightest_answer_is_one_tap(page, house, cast):
    planted = await make.plant(house, cast)
    thumb = Thumb(page)
    await thumb.open(planted.page)
    await thumb.tap("[name=nothing_today]")
    await page.wait_for_selector("main .message h1")
    assert thumb.taps == 1
