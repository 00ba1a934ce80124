"""The policy `follow_phase`: obstacles are asked about only while the trajectory is in a phase for them."""

import pytest
from sqlalchemy import select

from domain import checkins
from domain.checkins import CheckIn, CheckInState, Kind, Policy
from domain.kit.work import OPERATOR, begin
from tests.checkins import make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]


async def kinds(house, cast, plan, *states):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(CheckIn.kind).where(CheckIn.plan_id == plan.id, CheckIn.state.in_(states))
        return set((await work.session.scalars(query)).all())


async def in_phase(cas, plan, phase):
    address = f"/v1/trajectories/{plan.trajectory_id}"
    seen = (await cas.get(address)).headers["etag"]
    answer = await cas.patch(address, json={"phase": phase}, headers={"If-Match": seen})
    assert answer.status_code == 200, answer.text


async def test_a_plan_that_follows_the_phase_asks_about_obstacles_only_in_theirs(house, cast, sweep_house, cas):
    plan = await make.accepted_plan(house, cast, policy=Policy.FOLLOW_PHASE, ratio=2)
    await checkins.materialise_due(sweep_house)
    assert Kind.OBSTACLE not in await kinds(house, cast, plan, CheckInState.PLANNED)
    await in_phase(cas, plan, "obstacle")
    await checkins.materialise_due(sweep_house)
    assert Kind.OBSTACLE in await kinds(house, cast, plan, CheckInState.PLANNED)
    await in_phase(cas, plan, "new_behaviour")
    await checkins.materialise_due(sweep_house)
    assert Kind.OBSTACLE not in await kinds(house, cast, plan, CheckInState.PLANNED)


async def test_another_policy_does_not_look_at_the_phase(house, cast, sweep_house, cas):
    plan = await make.accepted_plan(house, cast, ratio=2)
    await checkins.materialise_due(sweep_house)
    before = await kinds(house, cast, plan, CheckInState.PLANNED)
    await in_phase(cas, plan, "new_behaviour")
    await checkins.materialise_due(sweep_house)
    assert await kinds(house, cast, plan, CheckInState.PLANNED) == before
    assert Kind.OBSTACLE in before


async def test_an_obstacle_planned_in_its_phase_is_sent_as_a_success_after_it(house, cast, sweep_house, cas, clock):
    plan = await make.accepted_plan(house, cast, policy=Policy.FOLLOW_PHASE, ratio=2)
    await in_phase(cas, plan, "obstacle")
    await checkins.materialise_due(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        found = select(CheckIn).where(CheckIn.plan_id == plan.id, CheckIn.kind == Kind.OBSTACLE)
        turn = (await work.session.scalars(found.order_by(CheckIn.due_at).limit(1))).one()
    await in_phase(cas, plan, None)
    clock.now = turn.due_at
    await checkins.send_due(sweep_house)
    assert Kind.OBSTACLE not in await kinds(house, cast, plan, CheckInState.SENT)
    assert await kinds(house, cast, plan, CheckInState.SENT) == {Kind.SUCCESS}
