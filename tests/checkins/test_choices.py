"""What a coachee chooses with one tap, what her silence does, and what a change of her plan asks of her."""

import asyncio
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, text, update

from domain import checkins
from domain.checkins import CheckIn, CheckInState, Kind, Plan, PlanState, Reason, Source, Window
from domain.checkins.model import CoacheeRhythm
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, Actor, ActorKind, begin
from domain.messaging import Event, Message
from domain.people import Purpose
from scheduler.main import SWEEPS
from tests.checkins import make
from tests.phone import make as phone
from tests.trajectories import make as trajectories

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]
CHANGE = {
    "weekdays": [1, 3],
    "windows": [{"from": "17:00", "to": "19:00"}],
    "expires_after_minutes": 240,
    "effective_from": "2026-03-06",
    "reminder": False,
}


def problem(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def do(house, cast, action, *values, actor=OPERATOR):
    async with begin(house, cast.practice_id, actor) as work:
        return await action(work, *values)


async def rows(house, cast, table, *where):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return list((await work.session.scalars(select(table).where(*where))).all())


async def plan_of(house, cast, plan_id):
    [plan] = await rows(house, cast, Plan, Plan.id == plan_id)
    return plan


async def tend(house, cast, plan_id, **values):
    """What the sweep does for one plan that is due, in the state given."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Plan).values(tend_at=house.clock(), **values))
    await do(house, cast, checkins.tend_plan, plan_id)
    return await plan_of(house, cast, plan_id)


@pytest.mark.parametrize("choice", ["decline", "swap", "fewer", "pause", "stop"])
async def test_each_choice_is_one_tap_on_the_page(house, cast, anonymous, choice):
    planted = await phone.plant(house, cast)
    page = (await anonymous.get(planted.page)).text
    assert f'name="choice" value="{choice}"' in page
    answer = await anonymous.post(planted.page, data={"choice": choice})
    assert answer.status_code == (303 if choice == "swap" else 200), answer.text
    plan = await plan_of(house, cast, planted.plan_id)
    [check_in] = await rows(house, cast, CheckIn, CheckIn.id == planted.check_in_id)
    expected = {
        "decline": ("accepted", None, "declined"),
        "swap": ("accepted", None, "swapped"),
        "fewer": ("accepted", 2, "sent"),
        "pause": ("paused", None, "cancelled"),
        "stop": ("ended", None, "cancelled"),
    }
    assert (plan.state, plan.pace, check_in.state) == expected[choice]
    assert (plan.unanswered, plan.silent_since) == (0, None)


async def test_a_swap_opens_another_question_at_once_and_is_no_failure(house, cast, anonymous):
    planted = await phone.plant(house, cast, kind=Kind.OBSTACLE)
    answer = await anonymous.post(planted.page, data={"choice": "swap"})
    other = answer.headers["location"]
    assert (await anonymous.get(other)).status_code == 200
    saved = await anonymous.post(other, data={"text": "Ik bleef rustig."})
    assert saved.status_code == 200
    [new] = await rows(house, cast, CheckIn, CheckIn.id != planted.check_in_id)
    assert (new.kind, new.state, new.slot >= 100) == (Kind.SUCCESS, CheckInState.ANSWERED, True)
    [rhythm] = await rows(house, cast, CoacheeRhythm)
    assert rhythm.obstacles_declined == 0


async def test_a_choice_about_the_plan_is_open_when_the_question_has_closed(house, cast, anonymous):
    planted = await phone.plant(house, cast, state=CheckInState.EXPIRED)
    assert (await anonymous.post(planted.page, data={"choice": "pause"})).status_code == 200
    assert (await plan_of(house, cast, planted.plan_id)).state == PlanState.PAUSED
    assert (await anonymous.post(planted.page, data={"choice": "decline"})).status_code == 409


async def test_the_link_of_the_plan_offers_what_may_be_chosen(house, cast, anonymous):
    planted = await phone.plant(house, cast)
    assert 'value="fewer"' in (await anonymous.get(planted.plan_page)).text
    for choice, state in (("pause", "paused"), ("resume", "accepted"), ("morning", "accepted"), ("stop", "ended")):
        answer = await anonymous.post(planted.plan_page, data={"choice": choice})
        assert answer.status_code == 200, (choice, answer.text)
        assert (await plan_of(house, cast, planted.plan_id)).state == state


@pytest.mark.parametrize("kind", list(Kind))
async def test_she_begins_one_herself_of_any_kind_and_answers_it(house, cast, anonymous, vault, kind):
    planted = await phone.plant(house, cast, kind=Kind.OWN)
    begun = await do(house, cast, checkins.begin_self_initiated, planted.coachee_id, kind)
    again = await do(house, cast, checkins.begin_self_initiated, planted.coachee_id, kind)
    assert (again.id, begun.state, begun.source) == (begun.id, CheckInState.STARTED, Source.SELF_INITIATED)
    page = f"/c/{vault.token('check_in', str(begun.id))}"
    assert (await anonymous.get(page)).status_code == 200
    form = {"happened": "yes", "wished": "Rust."} if kind is Kind.OBSTACLE else {"text": "Iets moois.", "valence": "1"}
    form |= {"own_b": "no"}
    assert (await anonymous.post(page, data=form)).status_code == 200
    [answered] = await rows(house, cast, CheckIn, CheckIn.id == begun.id)
    assert (answered.state, answered.sent_at) == (CheckInState.ANSWERED, None)
    [rhythm] = await rows(house, cast, CoacheeRhythm)
    assert (rhythm.obstacle_told_at is not None) is (kind is Kind.OBSTACLE)
    assert rhythm.last_valence == (1 if kind in {Kind.IDEAL, Kind.FREE} else None)


@pytest.mark.parametrize(
    "state",
    [
        {"last_valence": 1},
        {"obstacles_declined": 2},
        {"obstacles_off_until": timedelta(days=14)},
    ],
)
async def test_an_obstacle_becomes_a_success_within_one_slot_of_a_flag(house, sweep_house, cast, clock, state):
    [amir] = await make.plant(house, cast, before=3, kind=Kind.OBSTACLE)
    values = {name: clock() + value if isinstance(value, timedelta) else value for name, value in state.items()}
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.store(CoacheeRhythm(practice_id=cast.practice_id, id=amir.coachee_id, **values))
    assert await checkins.send_due(sweep_house) == (1, 0)
    [sent] = await rows(house, cast, CheckIn, CheckIn.id == amir.check_in_ids[0])
    assert (sent.kind, sent.decision) == (Kind.SUCCESS, {"sent_as": "success", "because": "not_now"})


@pytest.mark.parametrize("kind", [Kind.IDEAL, Kind.OBSTACLE])
async def test_after_an_answered_obstacle_the_next_that_is_sent_asks_for_none_and_no_ideal_the_one_after_it_may(
    house, sweep_house, cast, clock, kind
):
    """She told of it late, when another question lay unanswered; the next one she leaves unanswered too."""
    [amir] = await make.plant(house, cast, before=3, each=2, kind=kind)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        told_at = clock() - timedelta(hours=1)
        await work.store(CoacheeRhythm(practice_id=cast.practice_id, id=amir.coachee_id, obstacle_told_at=told_at))
        for check_in_id, hours in zip(amir.check_in_ids, (1, 5), strict=True):
            due_at = clock() + timedelta(hours=hours)
            later = update(CheckIn).where(CheckIn.id == check_in_id)
            await work.session.execute(later.values(due_at=due_at, expires_at=due_at + timedelta(hours=3)))
    seen = await do(house, cast, checkins.preview_plan, amir.plan_id, 1)
    came, wait = [], 1
    for check_in_id in amir.check_in_ids:
        clock.move(hours=wait)
        await checkins.expire_due(sweep_house)
        await checkins.send_due(sweep_house)
        came += [row.kind for row in await rows(house, cast, CheckIn, CheckIn.id == check_in_id)]
        wait = 4
    assert came == [one.kind for one in seen[:2]] == [Kind.SUCCESS, kind]


async def test_support_keeps_a_coachee_from_obstacles(house, cast, clock):
    [amir] = await make.plant(house, cast)
    until = clock() + timedelta(days=14)
    await do(house, cast, checkins.keep_from_obstacles, amir.coachee_id, until)
    await do(house, cast, checkins.keep_from_obstacles, amir.coachee_id, clock())
    [rhythm] = await rows(house, cast, CoacheeRhythm)
    assert rhythm.obstacles_off_until == until


async def test_a_reminder_comes_halfway_and_stays_away_once_she_answers(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast, reminder=True, windows=(Window(start=time(14), end=time(15)),))
    await checkins.materialise_due(sweep_house)
    first = min(await rows(house, cast, CheckIn), key=lambda row: row.due_at)
    clock.now = first.due_at
    await checkins.send_due(sweep_house)
    [reminder] = await rows(house, cast, Message, Message.kind == "check_in_reminder")
    assert (reminder.state, reminder.due_at) == ("queued", clock() + timedelta(hours=2))
    async with begin(house, cast.practice_id, Actor(ActorKind.COACHEE, plan.coachee_id)) as work:
        reply = checkins.Success(text="Het lukte.")
        new = checkins.NewAnswer(reply=reply, sharing=checkins.Sharing.PRIVATE, language="nl")
        await checkins.answer_check_in(work, first.id, new)
    [reminder] = await rows(house, cast, Message, Message.kind == "check_in_reminder")
    assert reminder.state == "cancelled"


async def test_no_reminder_comes_after_half_past_eight(house, sweep_house, cast, clock):
    clock.now = clock().replace(hour=19, minute=0)
    await make.plant(house, cast, expires_at=clock() + timedelta(hours=3))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(text("UPDATE check_in_plans SET terms = terms || '{\"reminder\": true}'"))
    assert await checkins.send_due(sweep_house) == (1, 0)
    assert await rows(house, cast, Message, Message.kind == "check_in_reminder") == []


async def test_silence_is_counted_climbs_two_rungs_and_an_answer_takes_one_back(house, sweep_house, cast, clock):
    consents = (Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL)
    amir = await phone.plant(house, cast, consents=consents)
    clock.move(hours=9)
    assert await checkins.expire_due(sweep_house) == (1, 0)
    plan = await plan_of(house, cast, amir.plan_id)
    assert (plan.unanswered, plan.silent_since) == (1, clock() - timedelta(hours=9))
    assert [(await tend(house, cast, amir.plan_id, unanswered=n)).fatigue for n in (2, 3, 4, 5)] == [0, 1, 1, 2]
    [mail] = await rows(house, cast, Message, Message.kind == "check_in_pace")
    assert mail.facts["link"] == f"plan:{amir.plan_id}"
    begun = await do(house, cast, checkins.begin_self_initiated, amir.coachee_id, Kind.FREE)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        new = checkins.NewAnswer(reply=checkins.Free(text="x"), sharing=checkins.Sharing.PRIVATE, language="nl")
        await checkins.answer_check_in(work, begun.id, new)
    plan = await plan_of(house, cast, amir.plan_id)
    assert (plan.fatigue, plan.unanswered, plan.silent_since) == (1, 0, None)


async def test_after_two_weeks_of_silence_the_plan_pauses_by_itself_and_does_not_say_why(house, cast, clock):
    [amir] = await make.plant(house, cast)
    silent = clock() - timedelta(days=14)
    plan = await tend(house, cast, amir.plan_id, silent_since=silent, unanswered=4)
    assert (plan.state, plan.tend_at) == (PlanState.PAUSED, None)
    [event] = await rows(house, cast, Event, Event.kind == "plan_paused")
    assert event.facts == {"trajectory_id": str(amir.trajectory_id)}
    [told] = await rows(house, cast, Message, Message.kind == "check_in_paused")
    assert (told.channel, told.facts["link"]) == ("email", f"plan:{amir.plan_id}")


async def test_who_answers_most_is_offered_fewer_and_chooses_herself(house, cast, clock):
    [amir] = await make.plant(house, cast, each=5, state=CheckInState.ANSWERED, sent_at=clock(), answered_at=clock())
    plan = await tend(house, cast, amir.plan_id, taper_at=clock())
    assert (plan.offered_pace, plan.pace) == (3, None)
    assert len(await rows(house, cast, Message, Message.kind == "check_in_taper")) == 1
    assert plan.taper_at == clock() + timedelta(days=14)


async def test_plans_are_tended_by_a_sweep_of_their_own(house, sweep_house, cast, clock):
    await make.accepted_plan(house, cast)
    assert "tend check-in plans" in {sweep.name for sweep in SWEEPS}
    async with sweep_house.sessions() as session:
        assert await checkins.next_tending_at(session) == clock().replace(hour=11) + timedelta(days=14)
        assert await checkins.due_plans(session, clock()) == []
        assert len(await checkins.due_plans(session, clock() + timedelta(days=15))) == 1


async def test_less_holds_at_once_and_more_waits_for_her_word(house, sweep_house, cast, cas, anonymous, vault):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    address = f"/v1/check-in-plans/{plan.id}"
    less = await cas.post(f"{address}/editions", json=CHANGE)
    assert (less.status_code, less.json()["state"], less.json()["number"]) == (201, "accepted", 2)
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    made = sorted(await rows(house, cast, CheckIn), key=lambda row: row.due_at)
    assert [row.local_day.day for row in made] == [2, 3, 4, 5, 9, 11]
    assert [row.edition for row in made] == [1] * 4 + [2] * 2
    more = await cas.post(f"{address}/editions", json=CHANGE | {"weekdays": [1, 2, 3, 4, 5, 6, 7], "ratio": 2})
    assert more.json()["state"] == "proposed"
    assert problem(await cas.post(f"{address}/editions", json=CHANGE | {"ratio": 2})) == (
        409,
        "change-already-proposed",
    )
    page = f"/p/{vault.token('plan', str(plan.id))}"
    assert 'name="decision"' in (await anonymous.get(page)).text
    assert (await anonymous.post(page, data={"decision": "accept"})).status_code == 200
    listed = (await cas.get(f"{address}/editions")).json()["items"]
    assert [(one["number"], one["state"]) for one in listed] == [(1, "accepted"), (2, "accepted"), (3, "accepted")]
    await checkins.materialise_due(sweep_house)
    days = sorted(row.local_day.day for row in await rows(house, cast, CheckIn))
    assert days == list(range(2, 16))


async def test_what_was_sent_is_never_sent_again_when_the_plan_changes(house, sweep_house, cast, cas, clock):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    clock.now = min(row.due_at for row in await rows(house, cast, CheckIn))
    await checkins.send_due(sweep_house)
    await do(house, cast, checkins.ask_fewer, plan.id)
    await checkins.materialise_due(sweep_house)
    [sent] = await rows(house, cast, CheckIn, CheckIn.sent_at.is_not(None))
    assert [row.id for row in await rows(house, cast, CheckIn, CheckIn.local_day == sent.local_day)] == [sent.id]
    assert len(await rows(house, cast, Message, Message.kind == "check_in")) == 1


async def test_a_change_that_cannot_be_is_refused(house, cast, cas):
    plan = await make.accepted_plan(house, cast)
    address = f"/v1/check-in-plans/{plan.id}"
    for change, code in (
        ({"effective_from": "2026-03-02"}, "edition-in-past"),
        ({"effective_from": "9999-12-31"}, "day-out-of-range"),
        ({"weekdays": [1, 1]}, "weekday-twice"),
    ):
        assert problem(await cas.post(f"{address}/editions", json=CHANGE | change)) == (422, code)
    assert problem(await cas.post(f"{address}/accept-change")) == (409, "no-open-change")
    assert problem(await cas.get(f"{address}/editions?cursor=x")) == (422, "invalid-cursor")
    stale = {"If-Match": '"v99"'}
    for path, body in (("editions", CHANGE), ("accept-change", None), ("pin", {"kind": "ideal", "count": 1})):
        assert problem(await cas.post(f"{address}/{path}", json=body, headers=stale)) == (412, "version-changed")
        missing = f"/v1/check-in-plans/{new_id()}/{path}"
        assert problem(await cas.post(missing, json=body)) == (404, "plan-not-found")
    assert problem(await cas.get(f"/v1/check-in-plans/{new_id()}/editions")) == (404, "plan-not-found")
    await cas.post(f"{address}/end")
    for path, body in (("editions", CHANGE), ("pin", {"kind": "ideal", "count": 1})):
        assert problem(await cas.post(f"{address}/{path}", json=body)) == (409, "wrong-state")


async def test_a_plan_of_a_trajectory_that_is_over_is_not_changed(house, cast, cas):
    plan = await make.accepted_plan(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(text("UPDATE trajectories SET state = 'completed'"))
    answer = await cas.post(f"/v1/check-in-plans/{plan.id}/editions", json=CHANGE)
    assert problem(answer) == (409, "trajectory-closed")


async def test_the_coach_pins_a_kind_for_the_next_ones(house, sweep_house, cast, cas):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    answer = await cas.post(f"/v1/check-in-plans/{plan.id}/pin", json={"kind": "ideal", "count": 5})
    assert answer.status_code == 200
    await checkins.materialise_due(sweep_house)
    made = sorted(await rows(house, cast, CheckIn), key=lambda row: row.due_at)
    assert [row.kind for row in made[:5]] == [Kind.SUCCESS] * 3 + [Kind.IDEAL] * 2
    assert made[3].decision["reason"] == "pinned"


async def test_the_decision_is_read_by_the_coach_of_the_trajectory_alone(house, sweep_house, cast, cas, lena):
    await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    row = (await rows(house, cast, CheckIn))[0]
    address = f"/v1/check-ins/{row.id}/decision"
    decision = (await cas.get(address)).json()["decision"]
    assert set(decision) == {"policy", "policy_version", "eligible", "probability", "chosen", "reason", "seed"}
    assert problem(await lena.get(address)) == (403, "answer-is-private")
    assert problem(await cas.get(f"/v1/check-ins/{new_id()}/decision")) == (404, "check-in-not-found")


async def test_travel_keeps_the_wall_clock_and_never_asks_twice_a_day(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast, windows=(Window(start=time(14), end=time(15)),))
    await checkins.materialise_due(sweep_house)
    before = sorted(await rows(house, cast, CheckIn), key=lambda row: row.due_at)
    clock.now = before[0].due_at
    await checkins.send_due(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(text("UPDATE coachees SET zone = 'America/New_York'"))
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    after = sorted(await rows(house, cast, CheckIn), key=lambda row: row.due_at)
    assert [row.wall_time for row in after] == [row.wall_time for row in before]
    assert [row.local_day for row in after] == [row.local_day for row in before]
    assert {row.zone for row in after[1:]} == {"America/New_York"}
    assert after[0].id == before[0].id
    assert (await plan_of(house, cast, plan.id)).zone == "America/New_York"


async def test_a_session_moved_onto_a_check_in_takes_its_place(house, sweep_house, cast, clock):
    [amir] = await make.plant(house, cast)
    await trajectories.session(house, cast, amir.trajectory_id, day=date(2026, 3, 2), at="12:45")
    assert await checkins.send_due(sweep_house) == (1, 0)
    [skipped] = await rows(house, cast, CheckIn)
    assert (skipped.state, skipped.reason) == (CheckInState.SKIPPED, Reason.SESSION)


async def test_a_consent_withdrawn_while_a_batch_is_being_sent_is_waited_for(house, sweep_house, cast):
    [amir] = await make.plant(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(
            text("UPDATE consents SET withdrawn_at = :now WHERE purpose = :purpose"),
            {"now": house.clock(), "purpose": str(Purpose.CHECK_INS)},
        )
        sending = asyncio.create_task(checkins.send_due(sweep_house))
        await asyncio.sleep(0.3)
        assert not sending.done()
    assert await sending == (1, 0)
    [row] = await rows(house, cast, CheckIn)
    assert (row.state, row.reason) == (CheckInState.CANCELLED, Reason.CONSENT_WITHDRAWN)
    assert await rows(house, cast, Message) == []
    assert amir.check_in_ids == [row.id]
