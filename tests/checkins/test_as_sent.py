"""The rules of the policies as a coachee meets them: by what she was sent, and by the hour at which it goes out."""

import asyncio
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from domain import checkins
from domain.checkins import CheckIn, CheckInState, Draw, Kind, Plan, PlanEdition, PlanState, Reason, Window
from domain.checkins.model import CoacheeRhythm
from domain.kit.ids import PlanId
from domain.kit.work import OPERATOR, Actor, ActorKind, begin
from domain.messaging import Message
from domain.practice import Role
from domain.trajectories import Trajectory
from tests.checkins import make
from tests.checkins.test_choices import do, rows
from tests.trajectories import make as trajectories

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]
BRUSSELS = ZoneInfo("Europe/Brussels")


async def kind_of(house, cast, check_in_id):
    [row] = await rows(house, cast, CheckIn, CheckIn.id == check_in_id)
    return row.state, row.kind


async def change(house, cast, table, *where, **values):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(table).where(*where).values(**values))


@pytest.mark.parametrize(("had", "kind"), [(2, Kind.SUCCESS), (3, Kind.OBSTACLE)])
async def test_the_first_three_that_are_sent_ask_for_a_success_whatever_was_missed(house, sweep_house, cast, had, kind):
    [amir] = await make.plant(house, cast, before=4, kind=Kind.OBSTACLE)
    missed = select(CheckIn.id).where(CheckIn.sent_at.is_not(None)).order_by(CheckIn.due_at).limit(4 - had)
    stamps = {"sent_at": None, "answered_at": None}
    await change(house, cast, CheckIn, CheckIn.id.in_(missed), state=CheckInState.MISSED, reason="late", **stamps)
    await checkins.send_due(sweep_house)
    assert await kind_of(house, cast, amir.check_in_ids[0]) == ("sent", kind)


async def test_after_an_obstacle_that_she_began_herself_none_is_asked(house, sweep_house, cast, clock):
    [amir] = await make.plant(house, cast, before=3, kind=Kind.OBSTACLE, due_at=clock() + timedelta(hours=1))
    begun = await do(house, cast, checkins.begin_self_initiated, amir.coachee_id, Kind.OBSTACLE)
    reply = checkins.Obstacle(happened=True, wished="Rust.")
    new = checkins.NewAnswer(reply=reply, sharing=checkins.Sharing.PRIVATE, language="nl")
    async with begin(house, cast.practice_id, Actor(ActorKind.COACHEE, amir.coachee_id)) as work:
        await checkins.answer_check_in(work, begun.id, new)
    clock.move(hours=1)
    await checkins.send_due(sweep_house)
    assert await kind_of(house, cast, amir.check_in_ids[0]) == ("sent", Kind.SUCCESS)


@pytest.mark.parametrize(
    ("hour", "quiet_weekdays", "kind"),
    [(19, [], Kind.OBSTACLE), (20, [], Kind.SUCCESS), (16, [7], Kind.OBSTACLE), (17, [7], Kind.SUCCESS)],
)
async def test_an_obstacle_that_goes_out_late_is_none_in_the_evening(
    house, sweep_house, cast, clock, hour, quiet_weekdays, kind
):
    clock.now = datetime(2026, 3, 7, hour, 5, tzinfo=BRUSSELS)  # a Saturday
    [amir] = await make.plant(house, cast, before=3, kind=Kind.OBSTACLE, due_at=clock() - timedelta(minutes=30))
    terms = make.terms(weekdays=(1, 2, 3, 4, 5, 6), quiet_weekdays=tuple(quiet_weekdays))
    await change(house, cast, Plan, Plan.id == amir.plan_id, terms=terms)
    await checkins.send_due(sweep_house)
    assert await kind_of(house, cast, amir.check_in_ids[0]) == ("sent", kind)


@pytest.mark.parametrize(("day", "kind"), [(13, Kind.SUCCESS), (12, Kind.OBSTACLE)])
async def test_an_obstacle_that_goes_out_late_on_the_eve_of_a_holiday_is_none(
    house, sweep_house, cast, clock, day, kind
):
    """Ascension Day is the fourteenth of May 2026, and this plan asks nothing on holidays."""
    late = {"draw": Draw.FIXED, "windows": (Window(start=time(16, 30), end=time(16, 45)),), "skip_holidays": True}
    clock.now = datetime(2026, 5, day, 10, tzinfo=BRUSSELS)
    plan = await make.accepted_plan(house, cast, starts_on=clock.now.date(), ratio=2, **late)
    await make.had_the_first(house, cast, plan)
    await checkins.materialise_due(sweep_house)
    today = (CheckIn.plan_id == plan.id, CheckIn.local_day == clock.now.date())
    await change(house, cast, CheckIn, *today, kind=Kind.OBSTACLE)
    [planned] = await rows(house, cast, CheckIn, *today)
    clock.now = datetime(2026, 5, day, 17, 5, tzinfo=BRUSSELS)
    await checkins.send_due(sweep_house)
    assert await kind_of(house, cast, planned.id) == ("sent", kind)


@pytest.mark.parametrize(("between", "declined"), [(CheckInState.DECLINED, 2), (CheckInState.EXPIRED, 1)])
async def test_only_two_declined_in_a_row_keep_obstacles_away(house, cast, clock, between, declined):
    [amir] = await make.plant(house, cast, before=5, kind=Kind.OBSTACLE)
    [earlier, before, *_] = sorted(await rows(house, cast, CheckIn), key=lambda row: row.due_at)[-3:]
    for row, state in ((earlier, CheckInState.DECLINED), (before, between)):
        values = {"kind": Kind.OBSTACLE, "state": state, "answered_at": None}
        await change(house, cast, CheckIn, CheckIn.id == row.id, **values)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.store(CoacheeRhythm(practice_id=cast.practice_id, id=amir.coachee_id, obstacles_declined=1))
    await change(house, cast, CheckIn, CheckIn.id == amir.check_in_ids[0], state="sent", sent_at=clock())
    await do(house, cast, checkins.decline_check_in, amir.check_in_ids[0])
    [rhythm] = await rows(house, cast, CoacheeRhythm)
    assert rhythm.obstacles_declined == declined


async def test_a_week_has_two_obstacles_at_the_most_of_all_her_plans_together(house, sweep_house, cast, clock):
    clock.now = datetime(2026, 3, 6, 12, tzinfo=BRUSSELS)  # a Friday
    [amir] = await make.plant(house, cast, before=12, kind=Kind.OBSTACLE)
    other = (await make.plant(house, cast))[0]
    days = [date(2026, 3, 2), date(2026, 3, 4)]
    in_week = (CheckIn.coachee_id == amir.coachee_id, CheckIn.local_day.in_(days))
    await change(house, cast, CheckIn, *in_week, kind=Kind.OBSTACLE, plan_id=PlanId(other.plan_id))
    await checkins.send_due(sweep_house)
    assert await kind_of(house, cast, amir.check_in_ids[0]) == ("sent", Kind.SUCCESS)


@pytest.mark.parametrize(
    ("most", "gap", "had", "outcome"),
    [
        (1, 0, ("swapped",), ("sent", None)),
        (1, 0, ("answered",), ("skipped", Reason.DAY_FULL)),
        (2, 120, ("answered",), ("sent", None)),
        (2, 121, ("answered",), ("skipped", Reason.TOO_SOON)),
        (2, 0, ("answered", "expired"), ("skipped", Reason.DAY_FULL)),
        (2, 0, ("answered", "swapped"), ("sent", None)),  # what it became is the one that was answered
    ],
)
async def test_what_a_plan_has_for_a_day_holds_for_all_that_she_is_sent_of_whichever_plan(
    house, sweep_house, cast, clock, most, gap, had, outcome
):
    [amir] = await make.plant(house, cast, before=len(had), due_at=clock() + timedelta(hours=1))
    terms = make.terms(per_day_max=most, min_gap_minutes=gap)
    for table, where in ((Plan, Plan.id), (PlanEdition, PlanEdition.plan_id)):
        await change(house, cast, table, where == amir.plan_id, terms=terms)
    other = (await make.plant(house, cast, each=0))[0]
    today = {"local_day": clock().date(), "plan_id": PlanId(other.plan_id)}
    before = await rows(house, cast, CheckIn, CheckIn.sent_at.is_not(None))
    for slot, (earlier, state) in enumerate(zip(before, had, strict=True), start=1):
        stamps = {"state": state, "due_at": clock() - timedelta(hours=slot)}
        stamps |= {} if state == "answered" else {"answered_at": None}
        await change(house, cast, CheckIn, CheckIn.id == earlier.id, **today, slot=slot, **stamps)
    [seen, *_] = await do(house, cast, checkins.preview_plan, amir.plan_id, 1)
    clock.move(hours=1)
    await checkins.send_due(sweep_house)
    [row] = await rows(house, cast, CheckIn, CheckIn.id == amir.check_in_ids[0])
    assert (row.state, row.reason) == outcome
    assert (seen.due_at, seen.skipped) == (row.due_at, row.reason)


async def test_who_is_silent_in_two_plans_is_written_to_once_at_five_and_once_when_they_pause(
    house, sweep_house, cast, clock
):
    """Also where both are looked after at the same time; a silence that begins anew is told anew."""
    plan = await make.accepted_plan(house, cast)
    other_id = await trajectories.trajectory(house, cast, coachee_id=plan.coachee_id, coach=Role.OWNER)
    other = await make.proposed_plan(house, cast, other_id)
    await do(house, cast, checkins.accept_plan, other.id)
    both = Plan.id.in_([plan.id, other.id])

    async def silent(days):
        values = {"unanswered": 3, "silent_since": clock(), "tend_at": clock()}
        await change(house, cast, Plan, both, **values)
        for wait, state in ((0, PlanState.ACCEPTED), (days, PlanState.PAUSED)):
            clock.move(days=wait)
            await change(house, cast, Plan, Plan.state == PlanState.ACCEPTED, tend_at=clock())
            await asyncio.gather(*(do(house, cast, checkins.tend_plan, one.id) for one in (plan, other)))
            assert {one.state for one in await rows(house, cast, Plan, both)} == {state}
        kinds = [one.kind for one in await rows(house, cast, Message, Message.recipient_id == plan.coachee_id)]
        return kinds.count("check_in_pace"), kinds.count("check_in_paused")

    assert await silent(14) == (1, 1)
    clock.move(days=1)
    await do(house, cast, checkins.begin_again, other.id)  # by the link of that one notice
    assert {one.state for one in await rows(house, cast, Plan, both)} == {PlanState.ACCEPTED}
    await change(house, cast, Plan, both, fatigue=0)
    assert await silent(14) == (2, 2)


async def test_a_plan_that_falls_silent_later_pauses_with_the_first(house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    other_id = await trajectories.trajectory(house, cast, coachee_id=plan.coachee_id, coach=Role.OWNER)
    other = await make.proposed_plan(house, cast, other_id)
    await do(house, cast, checkins.accept_plan, other.id)
    for one, days in ((plan, 14), (other, 9)):
        silence = {"silent_since": clock() - timedelta(days=days), "unanswered": 1, "tend_at": clock()}
        await change(house, cast, Plan, Plan.id == one.id, **silence)
    await do(house, cast, checkins.tend_plan, plan.id)
    both = await rows(house, cast, Plan, Plan.id.in_([plan.id, other.id]))
    assert {(one.state, one.silent_since) for one in both} == {(PlanState.PAUSED, None)}


@pytest.mark.parametrize("before", [None, "over", "ended", "resumed"])
async def test_a_plan_that_somebody_held_when_the_first_paused_begins_again_with_it(
    house, cast, clock, anonymous, before
):
    """As where two schedulers look after one of them each; she was told once, with the link of the first.

    It does so whatever became of the first before she tapped.
    """
    plan = await make.accepted_plan(house, cast)
    other_id = await trajectories.trajectory(house, cast, coachee_id=plan.coachee_id, coach=Role.OWNER)
    other = await make.proposed_plan(house, cast, other_id)
    await do(house, cast, checkins.accept_plan, other.id)
    both = Plan.id.in_([plan.id, other.id])
    await change(house, cast, Plan, both, silent_since=clock() - timedelta(days=14), tend_at=clock())
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await checkins.get_plan(work, other.id, lock=True)
        await do(house, cast, checkins.tend_plan, plan.id)
    clock.move(seconds=1)
    await do(house, cast, checkins.tend_plan, other.id)
    assert len(await rows(house, cast, Message, Message.kind == "check_in_paused")) == 1
    if before == "over":
        await change(house, cast, Trajectory, Trajectory.id == plan.trajectory_id, state="completed")
    elif before is not None:
        await do(house, cast, {"ended": checkins.end_plan, "resumed": checkins.resume_plan}[before], plan.id)
    link = f"/p/{house.vault.token('plan', str(plan.id))}"
    assert (await anonymous.get(link)).text.count('value="resume"') == 1
    assert (await anonymous.post(link, data={"choice": "resume"})).status_code == 200
    left = {"over": PlanState.PAUSED, "ended": PlanState.ENDED}.get(before, PlanState.ACCEPTED)
    states = {one.id: one.state for one in await rows(house, cast, Plan, both)}
    assert states == {plan.id: left, other.id: PlanState.ACCEPTED}
    twice = (await anonymous.post(link, data={"choice": "resume"})).status_code
    assert twice == {"over": 409, "ended": 410}.get(before, 200)


async def test_two_taps_at_once_begin_again_once(house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    await change(house, cast, Plan, Plan.id == plan.id, silent_since=clock() - timedelta(days=14), tend_at=clock())
    await do(house, cast, checkins.tend_plan, plan.id)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await checkins.resume_plan(work, plan.id)
        second = asyncio.create_task(do(house, cast, checkins.begin_again, plan.id))
        await asyncio.wait([second], timeout=0.1)
    await second
    [row] = await rows(house, cast, Plan, Plan.id == plan.id)
    assert row.state == PlanState.ACCEPTED


async def test_a_pause_of_her_own_is_undone_alone(house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    other_id = await trajectories.trajectory(house, cast, coachee_id=plan.coachee_id, coach=Role.OWNER)
    other = await make.proposed_plan(house, cast, other_id)
    await do(house, cast, checkins.accept_plan, other.id)
    for one in (plan, other):
        await do(house, cast, checkins.pause_plan, one.id)
    await do(house, cast, checkins.begin_again, plan.id)
    states = {one.id: one.state for one in await rows(house, cast, Plan, Plan.coachee_id == plan.coachee_id)}
    assert states == {plan.id: PlanState.ACCEPTED, other.id: PlanState.PAUSED}


async def test_her_patience_is_one_whatever_plans_she_has(house, sweep_house, cast, clock):
    """Two left unanswered in one plan and one in another are three in a row; one answer ends it in both."""
    plan = await make.accepted_plan(house, cast)
    other_id = await trajectories.trajectory(house, cast, coachee_id=plan.coachee_id, coach=Role.OWNER)
    other = await make.proposed_plan(house, cast, other_id)
    await do(house, cast, checkins.accept_plan, other.id)
    both = Plan.id.in_([plan.id, other.id])
    await change(house, cast, Plan, Plan.id == plan.id, unanswered=2, silent_since=clock())
    left = make.answered_before(house, other, 1)
    left.state, left.answered_at, left.closed_at, left.expires_at = CheckInState.SENT, None, None, clock()
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.store(left)
    await checkins.expire_due(sweep_house)
    for _ in range(2):
        async with sweep_house.sessions() as session:
            due = await checkins.due_plans(session, clock())
        for one in due:
            await do(house, cast, checkins.tend_plan, one.id)
    assert [one.fatigue for one in await rows(house, cast, Plan, both)] == [1, 1]
    begun = await do(house, cast, checkins.begin_self_initiated, plan.coachee_id, Kind.SUCCESS)
    new = checkins.NewAnswer(reply=checkins.Success(text="Ja."), sharing=checkins.Sharing.PRIVATE, language="nl")
    async with begin(house, cast.practice_id, Actor(ActorKind.COACHEE, plan.coachee_id)) as work:
        await checkins.answer_check_in(work, begun.id, new)
    assert [(one.fatigue, one.unanswered) for one in await rows(house, cast, Plan, both)] == [(0, 0), (0, 0)]
