"""Sessions of hers in whichever trajectory: from an hour before to an hour after, nothing is asked."""

from datetime import date

import pytest
from sqlalchemy import select

from domain import checkins
from domain.checkins import CheckIn, CheckInState, Reason
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from tests.checkins import make
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
