"""The demonstration is planted around today, whichever day that is."""

from datetime import UTC, datetime

import pytest

from commands import demo_data
from domain.kit.ids import PracticeId, new_id
from domain.kit.work import OPERATOR, begin

pytestmark = pytest.mark.anyio
MOMENTS = [
    datetime(2026, 12, 25, 3, tzinfo=UTC),  # a holiday
    datetime(2027, 1, 15, 9, tzinfo=UTC),  # the scheme of its cheque has ended since it was ordered
    datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC),  # a Sunday, as the clock skips an hour; another scheme holds
    datetime(2028, 2, 29, 22, 59, tzinfo=UTC),  # the last minute of a month, on a leap day
    datetime(2031, 10, 26, 0, 30, tzinfo=UTC),  # an hour that comes twice
]


@pytest.mark.parametrize("now", MOMENTS, ids=str)
async def test_it_is_planted_on_any_day(house, clock, now):
    clock.now = now
    async with begin(house, PracticeId(new_id()), OPERATOR) as work:
        await demo_data.plant(work, "Praktijk Linde", f"{new_id()}.example")
