"""What is planned of a trajectory, counted on what would pay for it."""

import pytest

from domain.trajectories import SessionKind, SessionState
from tests.funding import make
from tests.invoicing import make as invoicing

pytestmark = pytest.mark.anyio
PLANNED = SessionState.PLANNED


@pytest.fixture
async def buyers(house, cast):
    return await invoicing.open_books(house, cast)


@pytest.fixture
async def amir(house, cast, buyers):
    return await make.engage(house, cast)


async def put(client, engagement, *sources):
    path = f"/v1/trajectories/{engagement.trajectory_id}/funding-sources"
    assert (await client.put(path, json={"sources": list(sources)})).status_code == 200


async def minutes(client, engagement):
    """Of each funding what is agreed, used and planned; and what nothing pays for."""
    answer = await client.get(f"/v1/trajectories/{engagement.trajectory_id}/minutes")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    each = {one["kind"]: (one["agreed"], one["minutes"], one["planned"]) for one in told["by_funding"]}
    assert len(each) == len(told["by_funding"])
    return each, told["unfunded"]


async def test_without_funding_all_that_is_planned_is_unfunded(cas, amir):
    await amir.session(state=PLANNED, minutes=45)
    await amir.session(minutes=60)
    await amir.session(state=SessionState.CANCELLED, minutes=90)
    assert await minutes(cas, amir) == ({}, 105)


async def test_a_cheque_pays_for_guidance_up_to_its_minutes(cas, amir):
    cheque = await make.started(cas, amir)
    await make.book(cas, cheque, await amir.session(minutes=90))
    for kind in (SessionKind.INTRO, SessionKind.GUIDANCE, SessionKind.GUIDANCE, SessionKind.GUIDANCE):
        await amir.session(state=PLANNED, kind=kind, minutes=60)
    assert await minutes(cas, amir) == ({"cheque": (240, 90, 120)}, 60 + 60)


async def test_no_cheque_pays_after_its_last_day_nor_before_its_first(cas, amir):
    await make.started(cas, amir, make.TODAY)
    await amir.session(state=PLANNED)
    assert await minutes(cas, amir) == ({"cheque": (240, 0, 0)}, 60)


async def test_what_is_planned_falls_on_the_sources_in_their_order_up_to_their_limits(cas, omar, buyers, amir):
    acme = {"kind": "sponsor", "sponsor_id": str(buyers.acme), "price_per_hour_cents": 10000, "limit_cents": 25000}
    await put(cas, amir, {"kind": "package"}, acme, {"kind": "private", "limit_minutes": 60})
    await make.package(omar, amir, granted=1)
    held = await amir.session(minutes=60)
    assert (await cas.post(f"/v1/sessions/{held}/funding", json={})).json()["kind"] == "package"
    for length in (90, 90, 60, 30, 30, 60):
        await amir.session(state=PLANNED, minutes=length)
    assert await minutes(cas, amir) == (
        {"package": (None, 60, 0), "private": (60, 0, 60), "sponsor": (None, 0, 90 + 30 + 30)},
        90 + 60,
    )


async def test_minutes_of_several_packages_are_drawn_together(cas, omar, amir):
    for granted in (60, 45):
        await make.package(omar, amir, granted=granted, unit="minutes")
    for length in (90, 30):
        await amir.session(state=PLANNED, minutes=length)
    assert await minutes(cas, amir) == ({"package": (None, 0, 90)}, 30)


async def test_a_plan_comes_true_when_it_is_booked(cas, omar, buyers, amir):
    """What was foreseen of held sessions is what `fund_session` then does."""
    acme = {"kind": "sponsor", "sponsor_id": str(buyers.acme), "limit_minutes": 100}
    await put(cas, amir, {"kind": "package"}, acme, {"kind": "private"})
    await make.package(omar, amir, granted=2)
    sessions = [await amir.session(minutes=length) for length in (60, 60, 60, 60, 30)]
    foreseen, unfunded = await minutes(cas, amir)
    for one in sessions:
        assert (await cas.post(f"/v1/sessions/{one}/funding", json={})).is_success
    booked, left = await minutes(cas, amir)
    assert {kind: used for kind, (_, used, _) in booked.items()} == {
        kind: one for kind, (_, _, one) in foreseen.items()
    }
    assert (unfunded, left) == (0, 0)
