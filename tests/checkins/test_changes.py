"""Changes of a plan that runs: what she agreed to last counts, a pause takes nothing but its own days, and a tap of
hers is a sign of life.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from domain import checkins
from domain.checkins import CheckIn, CheckInState, Daytime, Draw, Kind, Plan, PlanState, Reason, Window
from domain.kit.work import OPERATOR, begin
from domain.messaging import Channel
from domain.people import Purpose
from tests.checkins import make
from tests.checkins.test_choices import CHANGE, do, plan_of, problem, rows
from tests.checkins.test_foreseen import lived
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]
BRUSSELS = ZoneInfo("Europe/Brussels")
EVENING = Window(start=time(16, 30), end=time(20, 30))
AT_FIVE = {"windows": (Window(start=time(17), end=time(17, 30)),), "draw": Draw.FIXED}
SAME = {
    "weekdays": make.EVERY_DAY,
    "windows": [{"from": "16:30", "to": "20:30"}],
    "expires_after_minutes": 240,
    "reminder": False,
}


async def made(house, cast, plan):
    found = await rows(house, cast, CheckIn, CheckIn.plan_id == plan.id)
    return sorted(found, key=lambda row: (row.due_at, row.slot))


async def set_plan(house, cast, plan, **values):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Plan).where(Plan.id == plan.id).values(**values))


async def test_what_she_chose_herself_is_not_undone_without_her_word(house, cast, cas, clock):
    plan = await make.accepted_plan(house, cast)
    await do(house, cast, checkins.ask_other_moment, plan.id, Daytime.MORNING)
    back = SAME | {"effective_from": "2026-03-03"}
    answer = await cas.post(f"/v1/check-in-plans/{plan.id}/editions", json=back)
    assert (answer.status_code, answer.json()["state"]) == (201, "proposed")


async def test_less_is_less_than_what_will_hold_that_day(house, cast, cas):
    plan = await make.accepted_plan(house, cast)
    address = f"/v1/check-in-plans/{plan.id}/editions"
    less = await cas.post(address, json=SAME | {"weekdays": [1], "effective_from": "2026-03-10"})
    assert less.json()["state"] == "accepted"
    before = await cas.post(address, json=SAME | {"weekdays": [1, 2], "effective_from": "2026-03-09"})
    after = await cas.post(address, json=SAME | {"weekdays": [1, 2], "effective_from": "2026-03-11"})
    assert (before.json()["state"], after.json()["state"]) == ("accepted", "proposed")


async def test_a_change_that_she_accepts_late_holds_from_tomorrow(house, cast, cas, clock, sweep_house):
    plan = await make.accepted_plan(house, cast, weekdays=(1, 2, 3, 4, 5), **AT_FIVE)
    await checkins.materialise_due(sweep_house)
    more = SAME | {"windows": [{"from": "09:00", "to": "12:00"}], "effective_from": "2026-03-03"}
    assert (await cas.post(f"/v1/check-in-plans/{plan.id}/editions", json=more)).json()["state"] == "proposed"
    clock.now = datetime(2026, 3, 5, 7, 30, tzinfo=BRUSSELS)
    accepted = await cas.post(f"/v1/check-in-plans/{plan.id}/accept-change")
    assert accepted.json()["effective_from"] == "2026-03-06"
    await checkins.materialise_due(sweep_house)
    today, tomorrow = (await made(house, cast, plan))[3:5]
    assert (today.local_day, today.wall_time, today.edition) == (date(2026, 3, 5), time(17), 1)
    assert (tomorrow.local_day, tomorrow.wall_time < time(12), tomorrow.edition) == (date(2026, 3, 6), True, 2)


async def test_a_change_is_not_accepted_any_more_once_the_plan_or_its_trajectory_is_over(house, cast, cas):
    more = SAME | {"ratio": 2, "effective_from": "2026-03-05"}
    ended, closed = [await make.accepted_plan(house, cast) for _ in range(2)]
    for plan in (ended, closed):
        assert (await cas.post(f"/v1/check-in-plans/{plan.id}/editions", json=more)).json()["state"] == "proposed"
    await cas.post(f"/v1/check-in-plans/{ended.id}/end")
    await cas.post(f"/v1/trajectories/{closed.trajectory_id}/stop", json={"reason": "Verhuisd"})
    refused = [await cas.post(f"/v1/check-in-plans/{plan.id}/accept-change") for plan in (ended, closed)]
    assert [problem(one) for one in refused] == [(409, "wrong-state"), (409, "trajectory-closed")]


async def test_a_change_that_could_not_reach_her_is_not_put_in_force(house, cast, cas, anonymous, vault):
    plan = await make.accepted_plan(house, cast, channels=(Channel.SMS, Channel.EMAIL))
    address = f"/v1/check-in-plans/{plan.id}"
    by_text = SAME | {"channels": ["sms"], "effective_from": "2026-03-05"}
    answer = await cas.post(f"{address}/editions", json=by_text)
    assert (problem(answer), answer.json()["facts"]) == ((409, "consent-needed"), {"purpose": "channel_sms"})
    assert (await cas.post(f"{address}/editions", json=by_text | {"ratio": 2})).json()["state"] == "proposed"
    assert problem(await cas.post(f"{address}/accept-change")) == (409, "consent-needed")
    page = f"/p/{vault.token('plan', str(plan.id))}"
    assert (await anonymous.post(page, data={"decision": "accept"})).status_code == 422
    await people.consent(house, cast, plan.coachee_id, Purpose.CHANNEL_SMS)
    await people.confirmed_number(house, cast, plan.coachee_id, "+32470123456")
    assert (await anonymous.post(page, data={"decision": "accept"})).status_code == 200


async def test_a_plan_that_is_over_and_not_ended_yet_is_not_changed(house, cast, cas, clock):
    plan = await make.accepted_plan(house, cast, ends_on=date(2026, 3, 10))
    clock.now = datetime(2026, 3, 11, 0, 30, tzinfo=BRUSSELS)
    change = CHANGE | {"effective_from": "2026-03-12"}
    assert problem(await cas.post(f"/v1/check-in-plans/{plan.id}/editions", json=change)) == (422, "plan-in-past")


async def test_another_moment_stays_out_of_the_quiet_hours_of_her_plan(house, cast, sweep_house):
    plan = await make.accepted_plan(
        house, cast, quiet_until=time(10), quiet_from=time(19), windows=(Window(start=time(12), end=time(15)),)
    )
    for daytime, start, end in ((Daytime.MORNING, time(10), time(11, 30)), (Daytime.EVENING, time(17), time(19))):
        await do(house, cast, checkins.ask_other_moment, plan.id, daytime)
        await checkins.materialise_due(sweep_house)
        later = [row for row in await made(house, cast, plan) if row.local_day > date(2026, 3, 2)]
        assert {row.state for row in later} == {CheckInState.PLANNED}
        assert all(start <= row.wall_time < end for row in later)


async def test_another_moment_holds_for_what_was_agreed_for_later_too(house, cast, cas, sweep_house, clock):
    plan = await make.accepted_plan(house, cast)
    later = SAME | {"weekdays": [1, 3], "effective_from": "2026-03-09"}
    assert (await cas.post(f"/v1/check-in-plans/{plan.id}/editions", json=later)).json()["state"] == "accepted"
    await do(house, cast, checkins.ask_other_moment, plan.id, Daytime.MORNING)
    await checkins.materialise_due(sweep_house)
    today, *rest = await made(house, cast, plan)
    assert today.wall_time >= time(16, 30)
    assert all(row.wall_time < time(12) for row in rest)
    assert [row.local_day.day for row in rest] == [*range(3, 9), 9, 11]


async def test_a_plan_resumed_after_a_long_pause_is_not_paused_again_for_the_silence_before_it(
    house, cast, sweep_house, clock
):
    plan = await make.accepted_plan(house, cast)
    await set_plan(house, cast, plan, silent_since=clock(), unanswered=2, tend_at=clock() + timedelta(days=14))
    await do(house, cast, checkins.pause_plan, plan.id)
    clock.move(days=20)
    await do(house, cast, checkins.resume_plan, plan.id)
    async with sweep_house.sessions() as session:
        assert await checkins.due_plans(session, clock()) == []
    resumed = await plan_of(house, cast, plan.id)
    assert (resumed.state, resumed.unanswered, resumed.silent_since) == (PlanState.ACCEPTED, 0, None)
    assert resumed.tend_at == resumed.taper_at == clock() + timedelta(days=14)


async def test_a_plan_that_paused_by_itself_is_looked_after_again_once_it_is_resumed(house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    await set_plan(house, cast, plan, silent_since=clock() - timedelta(days=14), tend_at=clock())
    await do(house, cast, checkins.tend_plan, plan.id)
    assert (await plan_of(house, cast, plan.id)).state == PlanState.PAUSED
    await do(house, cast, checkins.resume_plan, plan.id)
    assert (await plan_of(house, cast, plan.id)).tend_at == clock() + timedelta(days=14)


@pytest.mark.parametrize("tap", ["fewer", "morning"])
async def test_a_tap_of_hers_ends_the_silence(house, cast, clock, anonymous, vault, tap):
    plan = await make.accepted_plan(house, cast)
    await set_plan(house, cast, plan, silent_since=clock(), unanswered=4)
    page = f"/p/{vault.token('plan', str(plan.id))}"
    assert (await anonymous.post(page, data={"choice": tap})).status_code == 200
    heard = await plan_of(house, cast, plan.id)
    assert (heard.silent_since, heard.unanswered) == (None, 0)


async def test_a_pause_over_midnight_takes_its_own_days_and_leaves_what_happened_before(
    house, cast, sweep_house, clock
):
    plan = await make.accepted_plan(house, cast, **AT_FIVE)
    await trajectories.session(house, cast, plan.trajectory_id, day=date(2026, 3, 3), at="17:00")
    await checkins.materialise_due(sweep_house)
    clock.now = datetime(2026, 3, 4, 17, 0, tzinfo=BRUSSELS)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        gone = {"state": "cancelled", "reason": "consent_withdrawn", "closed_at": CheckIn.due_at}
        await work.session.execute(update(CheckIn).where(CheckIn.local_day == date(2026, 3, 2)).values(**gone))
    await checkins.send_due(sweep_house)
    clock.now = datetime(2026, 3, 4, 23, 0, tzinfo=BRUSSELS)
    await do(house, cast, checkins.pause_plan, plan.id)
    clock.now = datetime(2026, 3, 5, 0, 30, tzinfo=BRUSSELS)
    await do(house, cast, checkins.resume_plan, plan.id)
    await checkins.materialise_due(sweep_house)
    first, second, third, *rest = await made(house, cast, plan)
    assert (first.state, first.reason) == (CheckInState.CANCELLED, Reason.CONSENT_WITHDRAWN)
    assert (second.state, second.reason) == (CheckInState.SKIPPED, Reason.SESSION)
    assert (third.state, third.sent_at is None) == (CheckInState.CANCELLED, False)
    assert [row.local_day.day for row in rest] == list(range(5, 19))
    assert {row.state for row in rest} == {CheckInState.PLANNED}


async def test_a_pause_of_an_hour_leaves_what_comes_later_that_day(house, cast, sweep_house, clock):
    two = (Window(start=time(9), end=time(10)), Window(start=time(17), end=time(18)))
    plan = await make.accepted_plan(house, cast, windows=two, per_day_max=2, draw=Draw.FIXED, ends_on=date(2026, 3, 14))
    await checkins.materialise_due(sweep_house)
    clock.now = datetime(2026, 3, 3, 9, 0, tzinfo=BRUSSELS)
    await checkins.send_due(sweep_house)
    await do(house, cast, checkins.pause_plan, plan.id)
    clock.move(hours=1)
    await do(house, cast, checkins.resume_plan, plan.id)
    await checkins.materialise_due(sweep_house)
    today = [(row.slot, row.state) for row in await made(house, cast, plan) if row.local_day == date(2026, 3, 3)]
    assert today == [(1, CheckInState.CANCELLED), (2, CheckInState.PLANNED)]


@pytest.mark.parametrize("step", ["pause", "end"])
async def test_what_she_began_herself_is_hers_to_finish_whatever_becomes_of_the_plan(house, cast, step):
    plan = await make.accepted_plan(house, cast)
    begun = await do(house, cast, checkins.begin_self_initiated, plan.coachee_id, Kind.FREE)
    await do(house, cast, getattr(checkins, f"{step}_plan"), plan.id)
    new = checkins.NewAnswer(reply=checkins.Free(text="x"), sharing=checkins.Sharing.PRIVATE, language="nl")
    await do(house, cast, checkins.answer_check_in, begun.id, new)
    assert [row.state for row in await rows(house, cast, CheckIn)] == [CheckInState.ANSWERED]


async def test_one_of_her_own_swapped_for_a_kind_that_she_began_already_goes_on_with_that_one(house, cast):
    plan = await make.accepted_plan(house, cast)
    free, success = [
        await do(house, cast, checkins.begin_self_initiated, plan.coachee_id, kind)
        for kind in (Kind.FREE, Kind.SUCCESS)
    ]
    other = await do(house, cast, checkins.swap_check_in, free.id)
    assert other.id == success.id


async def test_what_she_begins_herself_belongs_to_the_plan_that_runs(house, cast):
    running = await make.accepted_plan(house, cast)
    other = await trajectories.trajectory(house, cast, coachee_id=running.coachee_id)
    over = await make.proposed_plan(house, cast, other)
    await do(house, cast, checkins.accept_plan, over.id)
    await do(house, cast, checkins.end_plan, over.id)
    begun = await do(house, cast, checkins.begin_self_initiated, running.coachee_id, Kind.FREE)
    assert begun.plan_id == running.id


async def test_a_plan_that_had_its_number_waits_for_a_later_edition_that_asks_more(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast, after_n=2, **AT_FIVE)
    wider = make.terms(after_n=4, **AT_FIVE)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await checkins.change_plan(work, plan.id, wider, date(2026, 3, 20))
    await do(house, cast, checkins.accept_change, plan.id)
    await lived(house, sweep_house, cast, clock, datetime(2026, 4, 1, tzinfo=BRUSSELS))
    assert [one.local_day.day for one in await made(house, cast, plan)] == [2, 3, 20, 21]
    assert (await plan_of(house, cast, plan.id)).state == PlanState.ENDED


async def test_kinds_go_on_by_what_the_policy_chose_whatever_it_was_sent_as(house, sweep_house, cast, clock):
    """So a plan that is made in two goes brings what a preview of both said."""
    plan = await make.accepted_plan(house, cast, **AT_FIVE)
    await checkins.materialise_due(sweep_house)
    last = (await made(house, cast, plan))[-1]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        sent_as = last.decision | {"chosen": Kind.OBSTACLE, "sent_as": Kind.SUCCESS}
        values = {"kind": Kind.SUCCESS, "decision": sent_as}
        await work.session.execute(update(CheckIn).where(CheckIn.id == last.id).values(**values))
        foreseen = {one.local_day: one for one in await checkins.preview_plan(work, plan.id, 3)}
    clock.move(days=8)
    await checkins.materialise_due(sweep_house)
    after = next(one for one in await made(house, cast, plan) if one.local_day > last.local_day)
    assert after.decision["reason"] == "after_obstacle"
    assert (after.kind, "after_obstacle") == (foreseen[after.local_day].kind, foreseen[after.local_day].why)


async def test_a_plan_ends_after_as_many_as_were_sent_whatever_was_not(house, sweep_house, cast, clock):
    """The scheduler stood still on the second evening; that one is made up for, and the plan ends after the third."""
    plan = await make.accepted_plan(house, cast, after_n=3, **AT_FIVE)
    await lived(house, sweep_house, cast, clock, datetime(2026, 3, 3, tzinfo=BRUSSELS))
    clock.now = datetime(2026, 3, 3, 23, tzinfo=BRUSSELS)
    await lived(house, sweep_house, cast, clock, datetime(2026, 3, 20, tzinfo=BRUSSELS))
    came = [(one.local_day.day, one.state) for one in await made(house, cast, plan)]
    assert came == [(2, "answered"), (3, "missed"), (4, "answered"), (5, "answered")]
    assert (await plan_of(house, cast, plan.id)).state == PlanState.ENDED
