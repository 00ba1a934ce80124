"""A preview is what will be: the same slots, moments, kinds and reasons that materialise."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from domain import checkins, trajectories
from domain.checkins import Anchor, AnchorKind, CheckIn, CheckInState, Kind, Phase, Policy, Reason, Window
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.people import Purpose
from tests.checkins import make
from tests.people import make as people_make
from tests.trajectories import make as trajectories_make

pytestmark = pytest.mark.anyio
MORNING, EVENING = Window(start=time(9), end=time(12)), Window(start=time(16, 30), end=time(20, 30))
PLANS = (
    {},
    {"weekdays": (1, 3, 5), "skip_holidays": True, "starts_on": date(2026, 3, 20)},
    {"windows": (MORNING, EVENING), "per_day_max": 2, "ends_on": date(2026, 3, 14)},
    {"per_week_max": 2, "policy": Policy.BALANCED, "ends_on": None},
    {"anchor": Anchor(kind=AnchorKind.AFTER_SESSION, days=1)},
    {"after_n": 6, "ratio": 2},
)


def told(one):
    return (one.local_day, one.slot, one.wall_time, one.due_at, one.expires_at, one.kind, one.why, one.skipped)


def stored(row):
    skipped = row.state == CheckInState.SKIPPED
    kind, why = (None, None) if skipped else (row.kind, row.decision["reason"])
    return (row.local_day, row.slot, row.wall_time, row.due_at, row.expires_at, kind, why, row.reason)


async def rows(house, plan):
    async with begin(house, plan.practice_id, OPERATOR) as work:
        query = select(CheckIn).where(CheckIn.plan_id == plan.id).order_by(CheckIn.due_at)
        return [stored(row) for row in (await work.session.scalars(query)).all()]


async def foreseen(house, plan, weeks=4):
    async with begin(house, plan.practice_id, OPERATOR) as work:
        return [told(one) for one in await checkins.preview_plan(work, plan.id, weeks)]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("values", PLANS)
async def test_a_preview_is_exactly_what_materialises(house, sweep_house, cast, clock, values):
    running = await make.trajectory(house, cast)
    await trajectories_make.session(house, cast, running.id)
    for purpose in (*make.TO_SEND, Purpose.OBSTACLE_PROMPTS):
        await people_make.consent(house, cast, running.coachee_id, purpose)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        before = [told(one) for one in await checkins.preview_new(work, running.id, make.new_plan(**values), 4)]
    plan = await make.proposed_plan(house, cast, running.id, **values)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await checkins.accept_plan(work, plan.id)
    assert await foreseen(house, plan) == before
    await checkins.materialise_due(sweep_house)
    made = await rows(house, plan)
    assert made == [one for one in before if one[0] <= date(2026, 3, 15)]
    assert (
        await foreseen(house, plan)
        == [one for one in before if one[0] < date(2026, 3, 30) or plan.starts_on > date(2026, 3, 2)][
            : len(await foreseen(house, plan))
        ]
    )


@pytest.mark.usefixtures("quiet")
async def test_a_session_that_moves_takes_its_check_ins_along(house, sweep_house, cast):
    plan = await make.accepted_plan(house, cast, anchor=Anchor(kind=AnchorKind.AFTER_SESSION, days=1))
    await checkins.materialise_due(sweep_house)
    assert await rows(house, plan) == []
    await trajectories_make.session(house, cast, plan.trajectory_id)
    before = await foreseen(house, plan)
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    made = await rows(house, plan)
    assert made
    assert made == before


async def test_it_is_shown_over_http_with_its_reasons(cas, house, cast):
    running = await make.trajectory(house, cast)
    body = {
        "trajectory_id": str(running.id),
        "weekdays": [1, 3, 5],
        "windows": [{"from": "16:30", "to": "20:30"}],
        "starts_on": "2026-03-03",
        "weeks": 2,
    }
    seen = await cas.post("/v1/check-in-plans/preview", json=body)
    assert seen.status_code == 200, seen.text
    items = seen.json()["items"]
    assert [one["local_day"] for one in items] == [f"2026-03-{day:02}" for day in (4, 6, 9, 11, 13, 16)]
    assert {one["why"] for one in items[:3]} == {"first_ones"}
    plan = await make.accepted_plan(house, cast)
    seen = await cas.get(f"/v1/check-in-plans/{plan.id}/preview", params={"weeks": 1})
    assert len(seen.json()["items"]) == 7
    assert (await cas.get(f"/v1/check-in-plans/{new_id()}/preview")).status_code == 404


@pytest.mark.usefixtures("quiet")
async def test_a_new_plan_is_foreseen_with_what_is_known_of_its_coachee(house, cast, clock):
    running = await make.trajectory(house, cast)
    for purpose in (*make.TO_SEND, Purpose.OBSTACLE_PROMPTS):
        await people_make.consent(house, cast, running.coachee_id, purpose)
    follows = make.new_plan(policy=Policy.FOLLOW_PHASE)

    async def obstacles(new):
        async with begin(house, cast.practice_id, OPERATOR) as work:
            seen = await checkins.preview_new(work, running.id, new, 4)
        return [one.due_at for one in seen if one.kind is Kind.OBSTACLE]

    assert await obstacles(follows) == []
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await checkins.update_trajectory(work, running.id, {"phase": Phase.AWARENESS})
    assert await obstacles(follows)
    until = clock() + timedelta(days=14)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await checkins.keep_from_obstacles(work, running.coachee_id, until)
    assert min(await obstacles(follows)) >= until
    assert min(await obstacles(make.new_plan())) >= until


@pytest.mark.usefixtures("quiet")
async def test_a_preview_says_why_nothing_of_a_plan_is_sent(house, sweep_house, cast):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await trajectories.pause_trajectory(work, plan.trajectory_id)
    assert {one[-1] for one in await foreseen(house, plan)} == {Reason.PLAN_NOT_RUNNING}
