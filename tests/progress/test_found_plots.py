"""The plots of the method report: dated history as months, and no word of what was found."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from domain.kit.ids import new_id
from domain.progress import Dated
from domain.progress.found_plots import PLOTS, standing_by_month
from tests.method import make
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio


@pytest.fixture
async def amir(house, cast):
    return await people.coachee(house, cast)


@pytest.fixture
async def address(house, cast, amir):
    trajectory_id = await trajectories.trajectory(house, cast, coachee_id=amir)
    return f"/v1/trajectories/{trajectory_id}/reports/plots"


async def test_the_file_is_drawn_without_a_word_of_it(cas, amir, address, clock):
    obstacle = await make.added(cas, amir, "obstacles", make.OBSTACLE | {"layer": "beliefs"})
    await make.added(cas, amir, "alignment-scans", make.ALIGNMENT_SCAN | {"scanned_on": "2026-02-01", "core": 2})
    await make.added(cas, amir, "alignment-scans", make.ALIGNMENT_SCAN | {"scanned_on": "2026-03-01", "core": 7})
    clock.move(days=31)
    change = {"awareness": "noticed_during"}
    await cas.patch(f"/v1/obstacles/{obstacle}", json=change, headers={"If-Match": '"v1"'})
    answer = await cas.get(address, params={"language": "en"})
    told = {one["name"]: one for one in answer.json()}
    assert set(PLOTS) <= told.keys()
    [awareness] = told["awareness"]["tables"]
    assert awareness["rows"] == [["Mar\u00a02026", 1, 0, 0, 0], ["Apr\u00a02026", 0, 0, 1, 0]]
    assert [dict(map(tuple, one["rows"]))["core (qualities)"] for one in told["alignment"]["tables"]] == [2, 7]
    [layers] = told["file-layers"]["tables"]
    assert dict(map(tuple, layers["rows"]))["beliefs"] == 1
    assert not [private for private in make.PRIVATE if private in answer.text]
    for name in PLOTS:
        picture = await cas.get(f"{address}/{name}.svg")
        assert picture.status_code == 200
        assert not [private for private in make.PRIVATE if private in picture.text]


NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
THINGS = [new_id() for _ in range(3)]
STEPS = st.lists(
    st.builds(
        Dated,
        st.sampled_from(THINGS),
        st.sampled_from(["noticed", "felt", "overcome"]),
        st.integers(0, 300).map(lambda hours: NEW_YEAR + timedelta(hours=29 * hours)),
    ),
    max_size=20,
)


@given(STEPS)
def test_each_thing_stands_once_in_a_month_where_its_last_step_left_it(steps):
    for month, counts in standing_by_month(steps):
        until = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        before = sorted((one for one in steps if one.noted_at.date() < until), key=lambda one: one.noted_at)
        assert counts == Counter({one.thing_id: one.status for one in before}.values())
