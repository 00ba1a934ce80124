"""The sweeps of check-ins on committed rows of several practices, alone and against one another."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, text, update

from domain import checkins
from domain.audit import AuditEntry
from domain.checkins import CheckIn, CheckInState, Kind, Plan, PlanState, Reason, Window
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.kit.secrets import digest
from domain.kit.work import OPERATOR, begin, transaction
from domain.messaging import Event, Message
from domain.people import Coachee, Consent, Purpose
from domain.trajectories import Trajectory, TrajectoryState
from tests.checkins import make
from tests.patience import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]


async def everything(house, table):
    async with house.sessions() as session:
        return list((await session.scalars(select(table))).all())


async def change(house, table, *where, **values):
    async with transaction(house.sessions) as session:
        await session.execute(update(table).where(*where).values(**values))


async def one(house, check_in_id):
    [found] = [check_in for check_in in await everything(house, CheckIn) if check_in.id == check_in_id]
    return found


async def send_all(house, limit=500):
    """Send until nothing is left, as the scheduler does; the total of what each run did."""
    done = failed = 0
    while sum(sent := await checkins.send_due(house, limit)):
        done, failed = done + sent.done, failed + sent.failed
    return done, failed


@asynccontextmanager
async def another_scheduler(database, house):
    engine = connect(database, role=SWEEP_ROLE)
    yield make_house(engine, house.clock, house.vault)
    await engine.dispose()


async def test_what_is_due_is_sent_with_its_mail_its_event_and_its_audit_line(house, sweep_house, cast, other_cast):
    [amir] = await make.plant(house, cast)
    [eva] = await make.plant(house, other_cast)
    assert await checkins.send_due(sweep_house) == (2, 0)
    for practice_id, person in ((cast.practice_id, amir), (other_cast.practice_id, eva)):
        [check_in_id] = person.check_in_ids
        sent = await one(sweep_house, check_in_id)
        assert (sent.state, sent.sent_at, sent.reason) == (CheckInState.SENT, house.clock(), None)
        async with begin(house, practice_id, OPERATOR) as work:
            [mail] = (await work.session.scalars(select(Message))).all()
            [event] = (await work.session.scalars(select(Event).where(Event.kind == "check_in_sent"))).all()
            [line] = (await work.session.scalars(select(AuditEntry).where(AuditEntry.action == "check_in_sent"))).all()
        assert (mail.kind, mail.recipient_id, mail.language) == ("check_in", person.coachee_id, "nl")
        assert mail.address == f"{person.coachee_id}@example.org"
        assert mail.facts == {"link": f"check_in:{check_in_id}", "good_until": "2026-03-02T15:00:00+00:00"}
        assert mail.id.version == event.id.version == line.id.version == 7
        assert event.subject_id == line.subject_id == check_in_id
        assert event.facts == {"plan_id": str(person.plan_id), "coachee_id": str(person.coachee_id)}
        assert (line.actor_kind, line.actor_id) == ("scheduler", None)


async def test_two_schedulers_at_once_send_each_of_three_hundred_once(database, house, sweep_house, cast):
    planted = await make.plant(house, cast, 300)
    async with another_scheduler(database, sweep_house) as second:
        runs = [send_all(scheduler, 20) for scheduler in (sweep_house, second, sweep_house, second)]
        totals = await asyncio.gather(*runs)
    assert sum(done for done, _ in totals) == 300
    assert sum(failed for _, failed in totals) == 0
    mails = Counter(mail.recipient_id for mail in await everything(sweep_house, Message))
    assert mails == Counter(person.coachee_id for person in planted)
    events = Counter(event.subject_id for event in await everything(sweep_house, Event) if "check_in" in event.kind)
    assert events == Counter(check_in_id for person in planted for check_in_id in person.check_in_ids)
    assert {check_in.state for check_in in await everything(sweep_house, CheckIn)} == {CheckInState.SENT}


async def test_two_schedulers_at_once_open_one_check_in_for_each_coachee(database, house, sweep_house, cast):
    await make.plant(house, cast, 60, each=3)
    async with another_scheduler(database, sweep_house) as second:
        runs = [send_all(scheduler, 7) for scheduler in (sweep_house, second, sweep_house, second)]
        await asyncio.gather(*runs)
        await send_all(sweep_house)
    rows = await everything(sweep_house, CheckIn)
    assert Counter(row.state for row in rows) == {CheckInState.SENT: 60, CheckInState.MISSED: 120}
    assert len({row.coachee_id for row in rows if row.state == CheckInState.SENT}) == 60
    assert {row.reason for row in rows if row.state == CheckInState.MISSED} == {Reason.ANOTHER_OPEN}
    assert len(await everything(sweep_house, Message)) == 60


async def test_what_lies_in_the_future_is_left_alone(house, sweep_house, cast, clock):
    await make.plant(house, cast, due_at=clock() + timedelta(seconds=1))
    assert await checkins.send_due(sweep_house) == (0, 0)
    async with sweep_house.sessions() as session:
        assert await checkins.next_sending_at(session) == clock() + timedelta(seconds=1)
    clock.move(seconds=1)
    assert await checkins.send_due(sweep_house) == (1, 0)


async def test_past_its_expiry_it_is_missed_and_not_sent_after_all(house, sweep_house, cast, clock):
    [amir] = await make.plant(house, cast)
    clock.move(hours=4)
    assert await checkins.send_due(sweep_house) == (1, 0)
    missed = await one(sweep_house, amir.check_in_ids[0])
    assert (missed.state, missed.reason, missed.closed_at) == (CheckInState.MISSED, Reason.LATE, clock())
    assert not await everything(sweep_house, Message)
    [event] = [event for event in await everything(sweep_house, Event) if event.subject_id == missed.id]
    assert (event.kind, event.facts["reason"]) == ("check_in_missed", "late")


async def test_of_two_due_at_once_the_earlier_is_sent_and_the_later_missed(house, sweep_house, cast):
    [amir] = await make.plant(house, cast, each=2)
    assert await checkins.send_due(sweep_house) == (2, 0)
    earlier, later = [await one(sweep_house, check_in_id) for check_in_id in amir.check_in_ids]
    assert earlier.state == CheckInState.SENT
    assert (later.state, later.reason) == (CheckInState.MISSED, Reason.ANOTHER_OPEN)


async def test_while_one_is_open_the_next_is_missed(house, sweep_house, cast):
    [amir] = await make.plant(house, cast, each=2)
    first, second = amir.check_in_ids
    await change(sweep_house, CheckIn, CheckIn.id == first, state="sent", sent_at=house.clock())
    assert await checkins.send_due(sweep_house) == (1, 0)
    assert (await one(sweep_house, second)).reason == Reason.ANOTHER_OPEN


async def test_one_that_has_run_out_does_not_stand_in_the_way_of_the_next(house, sweep_house, cast, clock):
    [amir] = await make.plant(house, cast, each=2)
    first, second = amir.check_in_ids
    yesterday = clock() - timedelta(days=1)
    run_out = {"state": "sent", "sent_at": yesterday, "due_at": yesterday, "expires_at": clock() - timedelta(hours=9)}
    await change(sweep_house, CheckIn, CheckIn.id == first, **run_out)
    assert await send_all(sweep_house) == (0, 0)  # it stepped aside first
    assert await send_all(sweep_house) == (1, 0)
    assert (await one(sweep_house, first)).state == CheckInState.EXPIRED
    assert (await one(sweep_house, second)).state == CheckInState.SENT


@pytest.mark.parametrize("purpose", [Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL])
async def test_nothing_is_sent_once_consent_is_withdrawn(house, sweep_house, cast, clock, purpose):
    [amir] = await make.plant(house, cast)
    hers = (Consent.coachee_id == amir.coachee_id, Consent.purpose == purpose)
    await change(sweep_house, Consent, *hers, withdrawn_at=clock())
    assert await checkins.send_due(sweep_house) == (1, 0)
    cancelled = await one(sweep_house, amir.check_in_ids[0])
    assert (cancelled.state, cancelled.reason) == (CheckInState.CANCELLED, Reason.CONSENT_WITHDRAWN)
    assert not await everything(sweep_house, Message)


async def test_without_consent_for_obstacles_a_planned_one_asks_for_a_success(house, sweep_house, cast, clock):
    [amir, eva] = await make.plant(house, cast, 2, before=3, kind=Kind.OBSTACLE)
    hers = (Consent.coachee_id == amir.coachee_id, Consent.purpose == Purpose.OBSTACLE_PROMPTS)
    await change(sweep_house, Consent, *hers, withdrawn_at=clock())
    assert await checkins.send_due(sweep_house) == (2, 0)
    assert (await one(sweep_house, amir.check_in_ids[0])).kind == Kind.SUCCESS
    assert (await one(sweep_house, eva.check_in_ids[0])).kind == Kind.OBSTACLE


async def test_nothing_is_sent_of_a_plan_a_trajectory_or_a_coachee_that_has_stopped(house, sweep_house, cast, clock):
    paused, stopped, archived = await make.plant(house, cast, 3)
    await change(sweep_house, Plan, Plan.id == paused.plan_id, state=PlanState.PAUSED)
    await change(sweep_house, Trajectory, Trajectory.id == stopped.trajectory_id, state=TrajectoryState.STOPPED)
    await change(sweep_house, Coachee, Coachee.id == archived.coachee_id, archived_at=clock())
    assert await checkins.send_due(sweep_house) == (3, 0)
    reasons = [(await one(sweep_house, person.check_in_ids[0])).reason for person in (paused, stopped, archived)]
    assert reasons == [Reason.PLAN_NOT_RUNNING, Reason.TRAJECTORY_CLOSED, Reason.COACHEE_ARCHIVED]


@pytest.mark.parametrize("state", [TrajectoryState.PROPOSED, TrajectoryState.PAUSED])
async def test_nothing_is_sent_while_its_trajectory_does_not_run(house, sweep_house, cast, clock, state):
    [amir] = await make.plant(house, cast)
    decided = None if state is TrajectoryState.PROPOSED else clock()
    await change(sweep_house, Trajectory, Trajectory.id == amir.trajectory_id, state=state, decided_at=decided)
    assert await checkins.send_due(sweep_house) == (1, 0)
    cancelled = await one(sweep_house, amir.check_in_ids[0])
    assert (cancelled.state, cancelled.reason) == (CheckInState.CANCELLED, Reason.PLAN_NOT_RUNNING)
    assert not await everything(sweep_house, Message)
    assert not await everything(sweep_house, Message)


@pytest.mark.parametrize(
    ("hour", "minute", "state"), [(19, 59, "sent"), (20, 0, "missed"), (6, 59, "missed"), (7, 0, "sent")]
)
async def test_nothing_is_sent_between_nine_in_the_evening_and_eight(
    house, sweep_house, cast, clock, hour, minute, state
):
    clock.now = clock.now.replace(hour=hour, minute=minute)  # in Brussels it is an hour later
    [amir] = await make.plant(house, cast)
    assert await checkins.send_due(sweep_house) == (1, 0)
    check_in = await one(sweep_house, amir.check_in_ids[0])
    assert (check_in.state, check_in.reason) == (state, None if state == "sent" else Reason.QUIET_HOURS)


async def test_a_mail_that_is_held_up_is_no_good_once_the_quiet_hours_begin(house, sweep_house, cast, clock):
    await make.plant(house, cast, expires_at=clock() + timedelta(hours=12))
    await checkins.send_due(sweep_house)
    [mail] = await everything(sweep_house, Message)
    assert mail.facts["good_until"] == "2026-03-02T20:00:00+00:00"  # nine in the evening in Brussels


async def test_someone_who_travels_is_left_alone_in_the_night_of_where_she_is(house, sweep_house, cast):
    [amir] = await make.plant(house, cast)
    await change(sweep_house, Coachee, Coachee.id == amir.coachee_id, zone="Pacific/Auckland")
    assert await checkins.send_due(sweep_house) == (1, 0)
    assert (await one(sweep_house, amir.check_in_ids[0])).reason == Reason.QUIET_HOURS


async def test_a_poison_row_is_set_aside_and_the_rest_is_sent(house, sweep_house, cast, caplog):
    good = await make.plant(house, cast, 5)
    [poison] = await make.plant(house, cast, zone="Mars/Phobos", due_at=house.clock() - timedelta(minutes=5))
    assert await checkins.send_due(sweep_house) == (5, 1)
    set_aside = await one(sweep_house, poison.check_in_ids[0])
    assert (set_aside.state, set_aside.reason) == (CheckInState.FAILED, Reason.PROBLEM)
    assert set_aside.problem == "InvalidParameterValueError 22023"
    assert len(await everything(sweep_house, Message)) == len(good)
    assert await checkins.send_due(sweep_house) == (0, 0)
    assert str(set_aside.id) in caplog.text


async def test_a_coachee_without_an_address_is_set_aside_and_the_rest_is_sent(database, house, sweep_house, cast):
    good, poison = await make.plant(house, cast, 2)
    owner = connect(database, role=None, pool_size=1)
    async with owner.begin() as connection:
        await connection.execute(
            text("ALTER TABLE messages ADD CONSTRAINT has_address CHECK (address <> '') NOT VALID")
        )
    await change(sweep_house, Coachee, Coachee.id == poison.coachee_id, email="")
    try:
        assert await checkins.send_due(sweep_house) == (1, 1)
    finally:
        async with owner.begin() as connection:
            await connection.execute(text("ALTER TABLE messages DROP CONSTRAINT has_address"))
        await owner.dispose()
    assert (await one(sweep_house, good.check_in_ids[0])).state == CheckInState.SENT
    assert (await one(sweep_house, poison.check_in_ids[0])).problem == "CheckViolationError 23514 has_address"


async def test_what_is_not_answered_in_time_expires(house, sweep_house, cast, clock):
    [amir, eva] = await make.plant(house, cast, 2)
    await checkins.send_due(sweep_house)
    await change(sweep_house, CheckIn, CheckIn.id == eva.check_in_ids[0], state="answered", answered_at=clock())
    assert await checkins.expire_due(sweep_house) == (0, 0)
    async with sweep_house.sessions() as session:
        assert await checkins.next_expiry_at(session) == clock() + timedelta(hours=4)
    clock.move(hours=4)
    assert await checkins.expire_due(sweep_house) == (1, 0)
    expired = await one(sweep_house, amir.check_in_ids[0])
    assert (expired.state, expired.closed_at) == (CheckInState.EXPIRED, clock())
    assert (await one(sweep_house, eva.check_in_ids[0])).state == CheckInState.ANSWERED
    [event] = [event for event in await everything(sweep_house, Event) if event.kind == "check_in_expired"]
    assert event.subject_id == expired.id
    assert await checkins.expire_due(sweep_house) == (0, 0)


async def test_two_schedulers_at_once_expire_each_once(database, house, sweep_house, cast, clock):
    await make.plant(house, cast, 40)
    await send_all(sweep_house)
    clock.move(hours=5)
    async with another_scheduler(database, sweep_house) as second:
        totals = await asyncio.gather(*(checkins.expire_due(each, 25) for each in (sweep_house, second) * 3))
    assert sum(done for done, _ in totals) == 40
    assert len([event for event in await everything(sweep_house, Event) if event.kind == "check_in_expired"]) == 40


async def test_an_accepted_plan_is_made_sent_and_made_again(house, sweep_house, cast, clock):
    await make.accepted_plan(house, cast, windows=(Window(start=time(14), end=time(15)),))
    async with sweep_house.sessions() as session:
        assert await checkins.next_materialisation_at(session) == clock()
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    made = sorted(await everything(sweep_house, CheckIn), key=lambda row: row.due_at)
    assert [row.local_day.day for row in made] == list(range(2, 16))
    assert {row.state for row in made} == {CheckInState.PLANNED}
    assert [row.kind for row in made[:3]] == [Kind.SUCCESS] * 3
    assert Kind.OBSTACLE in {row.kind for row in made}
    assert made[0].token_digest == digest(house.vault.token("check_in", str(made[0].id)))
    assert await checkins.materialise_due(sweep_house) == (0, 0)
    clock.now = made[0].due_at
    assert await checkins.send_due(sweep_house) == (1, 0)
    clock.move(days=7)
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    made = sorted(await everything(sweep_house, CheckIn), key=lambda row: row.due_at)
    assert [row.local_day.day for row in made] == list(range(2, 23))
    kinds = [row.kind for row in made]
    assert kinds == [row.decision["chosen"] for row in made]
    assert (Kind.OBSTACLE, Kind.OBSTACLE) not in set(pairwise(kinds))
    events = [event for event in await everything(sweep_house, Event) if event.kind == "check_ins_planned"]
    assert [event.facts["count"] for event in sorted(events, key=lambda event: event.at)] == [14, 7]


async def stored(house, plan):
    [found] = [row for row in await everything(house, Plan) if row.id == plan.id]
    return found


async def test_two_schedulers_at_once_make_each_day_once(database, house, sweep_house, cast, clock):
    await make.plant(house, cast, 30, due_at=clock() - timedelta(hours=1))
    await change(sweep_house, Plan, materialise_at=clock(), starts_on=clock().date() + timedelta(days=1))
    async with another_scheduler(database, sweep_house) as second:
        totals = await asyncio.gather(*(checkins.materialise_due(each, 20) for each in (sweep_house, second) * 3))
    assert sum(done for done, _ in totals) == 30
    days = Counter((row.plan_id, row.local_day) for row in await everything(sweep_house, CheckIn))
    assert set(days.values()) == {1}
    assert len(days) == 30 * 14


async def test_a_plan_follows_the_person_to_another_zone(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    await change(sweep_house, Coachee, Coachee.id == plan.coachee_id, zone="Asia/Kolkata")
    await checkins.materialise_due(sweep_house)
    assert {row.zone for row in await everything(sweep_house, CheckIn)} == {"Asia/Kolkata"}
    moved = await stored(sweep_house, plan)
    assert (moved.zone, moved.version) == ("Asia/Kolkata", plan.version + 1)


async def test_a_plan_ends_by_itself_after_its_last_day(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast, ends_on=clock().date() + timedelta(days=2))
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    assert len(await everything(sweep_house, CheckIn)) == 3
    clock.move(days=2)
    assert await checkins.materialise_due(sweep_house) == (0, 0)
    clock.move(days=1)
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    assert (await stored(sweep_house, plan)).state == PlanState.ENDED
    assert await checkins.materialise_due(sweep_house) == (0, 0)


async def test_a_plan_ends_with_its_trajectory(house, sweep_house, cast, clock):
    plan = await make.accepted_plan(house, cast)
    await checkins.materialise_due(sweep_house)
    await change(sweep_house, Trajectory, Trajectory.id == plan.trajectory_id, state=TrajectoryState.COMPLETED)
    clock.move(days=10)
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    assert (await stored(sweep_house, plan)).state == PlanState.ENDED
    assert {row.reason for row in await everything(sweep_house, CheckIn)} == {Reason.TRAJECTORY_CLOSED}


async def test_a_plan_that_cannot_be_made_waits_an_hour_and_the_others_are_made(house, sweep_house, cast, clock):
    good = await make.accepted_plan(house, cast)
    bad = await make.accepted_plan(house, cast)
    await change(sweep_house, Coachee, Coachee.id == bad.coachee_id, zone="Mars/Phobos")
    assert await checkins.materialise_due(sweep_house) == (1, 1)
    assert {row.plan_id for row in await everything(sweep_house, CheckIn)} == {good.id}
    assert await checkins.materialise_due(sweep_house) == (0, 0)
    await change(sweep_house, Coachee, Coachee.id == bad.coachee_id, zone="Europe/Brussels")
    clock.move(hours=1)
    assert await checkins.materialise_due(sweep_house) == (1, 0)
    assert {row.plan_id for row in await everything(sweep_house, CheckIn)} == {good.id, bad.id}


async def test_accepting_a_plan_wakes_the_schedulers(database, house, cast):
    heard = asyncio.Event()
    owner = connect(database, role=None, pool_size=1)
    pooled = await owner.raw_connection()
    await pooled.driver_connection.add_listener("krachtlijn_due", lambda *_: heard.set())
    await make.accepted_plan(house, cast)
    await asyncio.wait_for(heard.wait(), PATIENCE)
    pooled.close()
    await owner.dispose()
