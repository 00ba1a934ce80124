"""What happens to a plan: proposed, decided by the coachee, paused, resumed, ended."""

from datetime import date

import pytest
from sqlalchemy import select

from domain import checkins, people, trajectories
from domain.checkins import (
    CheckIn,
    CheckInState,
    ConsentNeeded,
    Kind,
    PlanInPast,
    PlanNotFound,
    PlanState,
    Reason,
    TrajectoryClosed,
    ZoneMode,
)
from domain.checkins.terms import asks_more
from domain.kit.secrets import digest
from domain.kit.states import WrongState
from domain.kit.work import OPERATOR, Actor, ActorKind, begin
from domain.messaging import Channel, Event, Message
from domain.people import CoacheeArchived, Purpose
from domain.practice import Role
from tests.checkins import make
from tests.people import make as people_make

pytestmark = pytest.mark.anyio


async def check_ins(house, plan):
    async with begin(house, plan.practice_id, OPERATOR) as work:
        query = select(CheckIn).where(CheckIn.plan_id == plan.id).order_by(CheckIn.due_at)
        return list((await work.session.scalars(query)).all())


async def facts_of(house, plan, kind):
    async with begin(house, plan.practice_id, OPERATOR) as work:
        query = select(Event.facts).where(Event.kind == kind, Event.subject_id == plan.id)
        return list((await work.session.scalars(query)).all())


async def do(house, plan, action, actor=OPERATOR):
    async with begin(house, plan.practice_id, actor) as work:
        return await action(work, plan.id)


async def test_a_proposed_plan_mails_the_coachee_the_link_to_decide(house, cast, vault):
    running = await make.trajectory(house, cast)
    plan = await make.proposed_plan(house, cast, running.id)
    assert (plan.state, plan.materialise_at) == (PlanState.PROPOSED, None)
    assert plan.token_digest == digest(vault.token("plan", str(plan.id)))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [mail] = (await work.session.scalars(select(Message).where(Message.kind == "plan_proposed"))).all()
    assert (mail.recipient_id, mail.facts) == (running.coachee_id, {"link": f"plan:{plan.id}"})


async def test_the_zone_is_the_persons_the_practices_or_a_fixed_one(house, cast):
    running = await make.trajectory(house, cast, zone="Asia/Kolkata")
    for mode, zone, kept in (
        (ZoneMode.FOLLOW_PERSON, None, "Asia/Kolkata"),
        (ZoneMode.PRACTICE, None, "Europe/Brussels"),
        (ZoneMode.FIXED, "Europe/Lisbon", "Europe/Lisbon"),
    ):
        plan = await make.proposed_plan(house, cast, running.id, zone_mode=mode, zone=zone)
        assert plan.zone == kept
        await do(house, plan, checkins.end_plan)


@pytest.mark.parametrize("missing", [Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL])
async def test_accepting_needs_consent_and_names_which(house, cast, missing):
    running = await make.trajectory(house, cast)
    plan = await make.proposed_plan(house, cast, running.id)
    for purpose in {Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL} - {missing}:
        await people_make.consent(house, cast, running.coachee_id, purpose)
    with pytest.raises(ConsentNeeded) as caught:
        await do(house, plan, checkins.accept_plan)
    assert caught.value.facts == {"purpose": missing}


async def test_whoever_is_reached_otherwise_needs_no_mail(house, cast):
    running = await make.trajectory(house, cast)
    plan = await make.proposed_plan(house, cast, running.id, channels=(Channel.SMS, Channel.EMAIL))
    for purpose in (Purpose.CHECK_INS, Purpose.CHANNEL_SMS):
        await people_make.consent(house, cast, running.coachee_id, purpose)
    with pytest.raises(ConsentNeeded):  # her number is not known, so nothing can come by it
        await do(house, plan, checkins.accept_plan)
    await people_make.confirmed_number(house, cast, running.coachee_id, "+32470123456")
    assert (await do(house, plan, checkins.accept_plan)).state == PlanState.ACCEPTED


async def test_a_plan_that_cannot_reach_her_by_its_channels_says_which(house, cast):
    running = await make.trajectory(house, cast)
    plan = await make.proposed_plan(house, cast, running.id, channels=(Channel.PUSH,))
    for purpose in (Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL, Purpose.CHANNEL_PUSH):
        await people_make.consent(house, cast, running.coachee_id, purpose)
    with pytest.raises(ConsentNeeded) as caught:
        await do(house, plan, checkins.accept_plan)
    assert caught.value.facts == {"purpose": "channel_push"}


async def test_how_a_plan_was_accepted_is_told(house, cast):
    by_staff = await make.accepted_plan(house, cast)
    [facts] = await facts_of(house, by_staff, "plan_accepted")
    assert facts["accepted_via"] == "conversation"
    running = await make.trajectory(house, cast)
    for purpose in make.TO_SEND:
        await people_make.consent(house, cast, running.coachee_id, purpose)
    plan = await make.proposed_plan(house, cast, running.id)
    accepted = await do(house, plan, checkins.accept_plan, Actor(ActorKind.COACHEE, running.coachee_id))
    assert (accepted.state, accepted.materialise_at) == (PlanState.ACCEPTED, house.clock())
    [facts] = await facts_of(house, plan, "plan_accepted")
    assert facts["accepted_via"] == "link"


async def test_a_coachee_decides_on_no_plan_but_her_own(house, cast):
    plan = await make.accepted_plan(house, cast)
    stranger = await people_make.coachee(house, cast)
    with pytest.raises(PlanNotFound):
        await do(house, plan, checkins.decline_plan, Actor(ActorKind.COACHEE, stranger))


async def test_a_declined_plan_is_over_and_another_may_be_proposed(house, cast):
    running = await make.trajectory(house, cast)
    plan = await make.proposed_plan(house, cast, running.id)
    declined = await do(house, plan, checkins.decline_plan, Actor(ActorKind.COACHEE, running.coachee_id))
    assert (declined.state, declined.ended_at) == (PlanState.DECLINED, house.clock())
    assert (await make.proposed_plan(house, cast, running.id)).id != plan.id


async def test_a_plan_is_not_accepted_after_its_last_day(house, cast, clock):
    running = await make.trajectory(house, cast)
    plan = await make.proposed_plan(house, cast, running.id, ends_on=date(2026, 3, 4))
    clock.move(days=3)
    with pytest.raises(PlanInPast):
        await do(house, plan, checkins.accept_plan)


async def test_a_plan_is_not_accepted_once_its_trajectory_is_over(house, cast):
    running = await make.trajectory(house, cast)
    plan = await make.proposed_plan(house, cast, running.id)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await trajectories.complete_trajectory(work, running.id)
    with pytest.raises(TrajectoryClosed):
        await do(house, plan, checkins.accept_plan)


async def test_a_plan_is_not_accepted_for_an_archived_coachee(house, cast):
    running = await make.trajectory(house, cast)
    plan = await make.proposed_plan(house, cast, running.id)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.archive_coachee(work, running.coachee_id)
    with pytest.raises(CoacheeArchived):
        await do(house, plan, checkins.accept_plan)


@pytest.mark.parametrize(
    "steps",
    [
        ["resume"],
        ["pause"],
        ["accept", "accept"],
        ["accept", "pause", "accept"],
        ["accept", "resume"],
        ["end", "accept"],
        ["accept", "end", "resume"],
        ["accept", "decline"],
        ["end", "end"],
    ],
)
async def test_a_step_that_does_not_follow_is_refused(house, cast, steps):
    running = await make.trajectory(house, cast)
    for purpose in make.TO_SEND:
        await people_make.consent(house, cast, running.coachee_id, purpose)
    plan = await make.proposed_plan(house, cast, running.id)
    *before, last = [getattr(checkins, f"{step}_plan") for step in steps]
    for action in before:
        await do(house, plan, action)
    with pytest.raises(WrongState):
        await do(house, plan, last)


@pytest.mark.usefixtures("quiet")
async def test_pausing_cancels_what_is_planned_and_what_is_open(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    clock.now = (await check_ins(house, plan))[0].due_at
    await checkins.send_due(sweep_house)
    paused = await do(house, plan, checkins.pause_plan)
    assert (paused.state, paused.materialise_at) == (PlanState.PAUSED, None)
    rows = await check_ins(house, plan)
    assert {(row.state, row.reason, row.closed_at) for row in rows} == {
        (CheckInState.CANCELLED, Reason.PLAN_NOT_RUNNING, clock())
    }
    async with begin(house, cast.practice_id, OPERATOR) as work:
        told = await work.session.scalars(select(Event.subject_id).where(Event.kind == "check_in_cancelled"))
        assert set(told.all()) == {row.id for row in rows}
        [mail] = (await work.session.scalars(select(Message).where(Message.kind == "check_in"))).all()
        assert (mail.state, mail.address) == ("cancelled", None)
    clock.move(days=2)
    assert await checkins.send_due(sweep_house) == (0, 0)


@pytest.mark.usefixtures("quiet")
async def test_a_resumed_plan_goes_on_from_now_with_the_kinds_in_order(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    clock.now = (await check_ins(house, plan))[0].due_at
    await checkins.send_due(sweep_house)
    await do(house, plan, checkins.pause_plan)
    clock.move(days=5)
    await do(house, plan, checkins.resume_plan)
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    first, *rest = await check_ins(house, plan)
    assert (first.local_day, first.state) == (date(2026, 3, 2), CheckInState.CANCELLED)
    assert {row.state for row in rest} == {CheckInState.PLANNED}
    assert rest[0].due_at > clock()
    assert rest[-1].local_day == date(2026, 3, 20)
    assert [row.kind for row in [first, *rest][:3]] == [Kind.SUCCESS] * 3


@pytest.mark.usefixtures("quiet")
async def test_an_ended_plan_sends_nothing_more(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    ended = await do(house, plan, checkins.end_plan)
    assert (ended.state, ended.ended_at) == (PlanState.ENDED, clock())
    clock.move(days=20)
    assert await checkins.materialise_due(sweep_house) == (0, 0)
    assert await checkins.send_due(sweep_house) == (0, 0)


@pytest.mark.usefixtures("quiet")
async def test_a_consent_withdrawn_later_leaves_an_open_check_in_answerable(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    clock.now = (await check_ins(house, plan))[0].due_at
    await checkins.send_due(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(people.Consent).where(people.Consent.purpose == Purpose.CHECK_INS)
        consent = (await work.session.scalars(query)).one()
        await people.withdraw_consent(work, plan.coachee_id, consent.id)
    first, second = (await check_ins(house, plan))[:2]
    assert first.state == CheckInState.SENT
    clock.now = second.due_at
    await checkins.send_due(sweep_house)
    assert (await check_ins(house, plan))[1].reason == Reason.CONSENT_WITHDRAWN


@pytest.mark.usefixtures("quiet")
async def test_no_obstacles_are_planned_without_consent_to_them(house, sweep_house, cast):
    plan = await make.accepted_plan(house, cast, obstacles=False)
    await checkins.materialise_due(sweep_house)
    assert Kind.OBSTACLE not in {row.kind for row in await check_ins(house, plan)}


async def test_a_coach_sees_the_plans_and_check_ins_of_her_own_trajectories(house, cast, sweep_house):
    plan = await make.accepted_plan(house, cast)
    cas = Actor(ActorKind.STAFF, cast.staff[Role.COACH], Role.COACH)
    other = Actor(ActorKind.STAFF, cast.staff[Role.OWNER], Role.COACH)
    assert (await do(house, plan, checkins.get_plan, cas)).id == plan.id
    with pytest.raises(PlanNotFound):
        await do(house, plan, checkins.get_plan, other)


async def test_more_patience_between_channels_asks_nothing_and_a_new_channel_does():
    one, two = make.terms(), make.terms(channels=(Channel.EMAIL, Channel.PUSH))
    patient = make.terms(channels=two.channels, escalate_after_minutes=60)
    assert asks_more(one, two)
    assert not asks_more(two, patient)
    assert asks_more(patient, two)
    assert not asks_more(two, one)
