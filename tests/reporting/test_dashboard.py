"""The practice as a whole: nothing about few, no content, and nobody beside another."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text, update

from domain.checkins import CheckIn, CheckInState
from domain.kit.work import OPERATOR, begin
from domain.reporting.dashboard import guarded
from tests.checkins import make
from tests.funding.make import told

pytestmark = pytest.mark.anyio
ADDRESS = "/v1/reports/practice"


async def asked(house, cast, people, state=CheckInState.ANSWERED, policy=None):
    """So many coachees, each with one check-in that was sent and became that."""
    planted = await make.plant(house, cast, people)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        mine = CheckIn.id.in_([one.check_in_ids[0] for one in planted])
        await work.session.execute(update(CheckIn).where(mine).values(state=state, sent_at=work.now))
        if policy:
            plans = [one.plan_id for one in planted]
            change = "UPDATE check_in_plans SET terms = terms || jsonb_build_object('policy', :p) WHERE id = ANY(:ids)"
            await work.session.execute(text(change).bindparams(p=policy, ids=plans))


async def test_answer_rates_stand_by_type_of_plan_where_five_or_more_have_it(omar, house, cast):
    await asked(house, cast, 4)
    await asked(house, cast, 2, CheckInState.EXPIRED)
    await asked(house, cast, 4, policy="success_only")
    report = (await omar.get(ADDRESS)).json()
    [few, many] = sorted(report["answer_rates"], key=lambda one: one["coachees"] or 0)
    assert few == {"policy": "success_only", "coachees": None, "answer_rate": None}
    assert (many["policy"], many["coachees"]) == ("strength_first_v1", 6)
    assert (many["answer_rate"]["count"], many["answer_rate"]["total"]) == (4, 6)
    assert (report["running"], report["agreed_minutes"], report["formats"]["trajectory"]) == (10, 4200, 10)
    [rates] = report["plot"]["tables"]
    assert [row[0] for row in rates["rows"]] == ["kracht eerst (6)"]


async def test_the_picture_tells_the_same(omar, house, cast):
    await asked(house, cast, 5)
    answer = await omar.get(f"{ADDRESS}/plot.svg", params={"language": "de", "theme": "dark"})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "Stärke zuerst (5)" in " ".join(ET.fromstring(answer.text).itertext())


async def test_names_and_ids_of_people_are_nowhere_in_it(omar, house, cast):
    planted = await make.plant(house, cast, 6)
    answer = (await omar.get(ADDRESS)).text
    ids = [str(value) for one in planted for value in (one.coachee_id, one.trajectory_id)]
    assert not [word for word in (*ids, *map(str, cast.staff.values()), "Amir", "Cas") if word in answer]


async def test_it_is_for_the_office_and_of_a_period_that_can_be(omar, lena, cas, bea):
    for client in (cas, bea):
        for address in (ADDRESS, f"{ADDRESS}/plot.svg"):
            assert told(await client.get(address)) == (403, "scope-missing")
    assert (await lena.get(ADDRESS)).status_code == 200
    assert told(await omar.get(f"{ADDRESS}?from=2026-03-02&to=2026-03-01")) == (422, "period-backwards", "/to")
    assert told(await omar.get(f"{ADDRESS}?from=1500-03-02")) == (422, "day-out-of-range", "/from")


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12)))
def test_no_cell_of_fewer_than_five_is_shown_or_can_be_told_from_the_sum(counts):
    shown = guarded(counts)
    assert all(count is None or count == 0 or count >= 5 for count in shown.values())
    assert all(count is None or count == counts[cell] for cell, count in shown.items())
    hidden = [cell for cell, count in shown.items() if count is None]
    assert len(hidden) != 1 or all(not counts[cell] for cell in counts if cell not in hidden)
