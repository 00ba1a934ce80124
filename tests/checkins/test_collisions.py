"""Sessions of hers in whichever trajectory: from an hour before to an hour after, nothing is asked."""

from datetime import date

import pytest
from sqlalchemy import select

from domain import checkins
from domain.checkins import CheckIn, CheckInState, Draw, Reason
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from tests.checkins import make
from tests.groups import make as groups
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]


async def rows(house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await work.session.scalars(select(CheckIn).order_by(CheckIn.due_at))).all()


async def elsewhere(house, cast, coachee_id, day, at):
    other = await trajectories.trajectory(house, cast, coachee_id=coachee_id, coach=Role.OWNER)
    await trajectories.session(house, cast, other, day=day, at=at)


async def test_a_session_in_another_trajectory_keeps_a_check_in_away_too(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    first, *_ = await rows(house, cast)
    await elsewhere(house, cast, plan.coachee_id, first.local_day, first.wall_time.strftime("%H:%M"))
    clock.now = first.due_at
    assert await checkins.send_due(sweep_house) == (1, 0)
    skipped, *_ = await rows(house, cast)
    assert (skipped.state, skipped.reason) == (CheckInState.SKIPPED, Reason.SESSION)


async def test_a_session_of_somebody_else_keeps_nothing_away(house, sweep_house, cast):
    await make.plant(house, cast)
    other = await make.trajectory(house, cast)
    await trajectories.session(house, cast, other.id, day=date(2026, 3, 2), at="12:45")
    assert await checkins.send_due(sweep_house) == (1, 0)
    [sent] = await rows(house, cast)
    assert sent.state == CheckInState.SENT


WEEKDAYS = {
    "weekdays": [1, 2, 3, 4, 5],
    "windows": [{"from": "17:00", "to": "17:30"}],
    "draw": "fixed",
    "starts_on": "2026-03-02",
}


async def skipped_days(cas, path, **body):
    foreseen = (await cas.post(path, json=body)).json()["items"]
    return [one["local_day"] for one in foreseen if one["skipped"] == "session"]


async def test_a_seat_in_a_group_keeps_a_check_in_away_and_a_place_in_its_queue_does_not(
    house, sweep_house, cast, cas, clock
):
    plan, waits = [await make.accepted_plan(house, cast, draw=Draw.FIXED) for _ in range(2)]
    await checkins.materialise_due(sweep_house)
    first, *_ = await rows(house, cast)
    at = first.wall_time.strftime("%H:%M")
    group_id = await groups.group(cas, cast, day=str(first.local_day), time=at, minutes=60, seats=1)
    assert (await groups.join(cas, group_id, plan.coachee_id)).json()["state"] == "taken"
    assert (await groups.join(cas, group_id, waits.coachee_id)).json()["state"] == "waiting"
    clock.now = first.due_at
    assert await checkins.send_due(sweep_house) == (2, 0)
    judged = {one.coachee_id: (one.state, one.reason) for one in await rows(house, cast) if one.due_at <= clock.now}
    assert judged == {
        plan.coachee_id: (CheckInState.SKIPPED, Reason.SESSION),
        waits.coachee_id: (CheckInState.SENT, None),
    }


async def test_a_seat_that_was_given_up_keeps_nothing_away(house, sweep_house, cast, cas, clock):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    first, *_ = await rows(house, cast)
    at = first.wall_time.strftime("%H:%M")
    group_id = await groups.group(cas, cast, day=str(first.local_day), time=at, minutes=60)
    seat = (await groups.join(cas, group_id, plan.coachee_id)).json()
    assert (await cas.post(f"/v1/group-seats/{seat['id']}/leave")).status_code == 200
    clock.now = first.due_at
    assert await checkins.send_due(sweep_house) == (1, 0)
    sent, *_ = await rows(house, cast)
    assert sent.state == CheckInState.SENT


async def test_a_plan_is_made_around_her_groups_as_its_previews_said(house, sweep_house, cast, cas):
    running = await make.trajectory(house, cast)
    for purpose in make.TO_SEND:
        await people.consent(house, cast, running.coachee_id, purpose)
    near = await groups.group(cas, cast, day="2026-03-04", time="18:15", minutes=60)  # 17:00 is beyond its hour
    over = await groups.group(cas, cast, day="2026-03-05", time="15:30", minutes=60)  # 17:00 is within its hour
    for group_id in (near, over):
        assert (await groups.join(cas, group_id, running.coachee_id)).json()["state"] == "taken"
    asked = WEEKDAYS | {"trajectory_id": str(running.id), "weeks": 1}
    assert await skipped_days(cas, "/v1/check-in-plans/preview", **asked) == ["2026-03-05"]
    made = (await cas.post(f"/v1/trajectories/{running.id}/check-in-plans", json=WEEKDAYS)).json()
    await cas.post(f"/v1/check-in-plans/{made['id']}/accept")
    shown = (await cas.get(f"/v1/check-in-plans/{made['id']}/preview?weeks=1")).json()["items"]
    assert [one["local_day"] for one in shown if one["skipped"] == "session"] == ["2026-03-05"]
    await checkins.materialise_due(sweep_house)
    assert [str(row.local_day) for row in await rows(house, cast) if row.reason == Reason.SESSION] == ["2026-03-05"]


async def test_a_plan_is_made_around_every_session_of_hers_as_its_preview_said(house, sweep_house, cast, cas):
    running = await make.trajectory(house, cast)
    await elsewhere(house, cast, running.coachee_id, date(2026, 3, 4), "17:00")
    for purpose in make.TO_SEND:
        await people.consent(house, cast, running.coachee_id, purpose)
    body = {
        "weekdays": [1, 2, 3, 4, 5],
        "windows": [{"from": "17:00", "to": "17:30"}],
        "draw": "fixed",
        "starts_on": "2026-03-02",
    }
    asked = body | {"trajectory_id": str(running.id), "weeks": 1}
    foreseen = (await cas.post("/v1/check-in-plans/preview", json=asked)).json()["items"]
    skipped = [one["local_day"] for one in foreseen if one["skipped"] == "session"]
    assert skipped == ["2026-03-04"]
    made = (await cas.post(f"/v1/trajectories/{running.id}/check-in-plans", json=body)).json()
    await cas.post(f"/v1/check-in-plans/{made['id']}/accept")
    await checkins.materialise_due(sweep_house)
    found = [row for row in await rows(house, cast) if row.reason == Reason.SESSION]
    assert [str(row.local_day) for row in found] == skipped


async def planned_away(house, cast, plan):
    """The days on which nothing is asked for a session."""
    return [row.local_day for row in await rows(house, cast) if row.plan_id == plan.id and row.reason == Reason.SESSION]


async def test_a_session_of_hers_elsewhere_has_her_plans_made_anew(house, sweep_house, cast):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    day = (await rows(house, cast))[4]
    await elsewhere(house, cast, plan.coachee_id, day.local_day, day.wall_time.strftime("%H:%M"))
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    assert await planned_away(house, cast, plan) == [day.local_day]


async def test_a_seat_in_a_group_has_her_plans_made_anew_and_so_has_giving_it_up(house, sweep_house, cast, cas):
    plan, other = [await make.accepted_plan(house, cast) for _ in range(2)]
    await checkins.materialise_due(sweep_house)
    day = [row for row in await rows(house, cast) if row.plan_id == plan.id][4]
    at = day.wall_time.strftime("%H:%M")
    group_id = await groups.group(cas, cast, day=str(day.local_day), time=at, minutes=60)
    seat = (await groups.join(cas, group_id, plan.coachee_id)).json()
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    assert await planned_away(house, cast, plan) == [day.local_day]
    assert await planned_away(house, cast, other) == []
    assert (await cas.post(f"/v1/group-seats/{seat['id']}/leave")).status_code == 200
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    assert await planned_away(house, cast, plan) == []
