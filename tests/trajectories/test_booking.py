import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from domain.practice import Role
from scheduler.main import SWEEPS
from scheduler.sweep import Tools, run
from tests.availability import make as availability
from tests.messaging.make import SENDER, read_events
from tests.people import make as people
from tests.trajectories import make

pytestmark = pytest.mark.anyio

TUESDAY = {"kind": "guidance", "day": "2026-03-03", "time": "09:00", "minutes": 60}
CONTESTS = [
    pytest.param(10, id="ten rounds"),
    pytest.param(1000, id="a thousand rounds", marks=pytest.mark.soak),
]
SEEDS = [*range(25), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(25, 500))]


@pytest.fixture
async def running(house, cast):
    """A running trajectory of Amir's with Cas."""
    return await make.trajectory(house, cast)


async def starts(client, cast, *, days=("2026-03-03", "2026-03-03"), kind="guidance", role=Role.COACH, **more):
    wanted = {"coach_id": str(cast.staff[role]), "kind": kind, "from_day": days[0], "to_day": days[1], **more}
    answer = await client.get("/v1/availability", params=wanted)
    assert answer.status_code == 200, answer.text
    return [f"{one['day'][5:]} {one['time']}" for one in answer.json()["coaches"][0]["starts"]]


async def book(client, running, **wanted):
    return await client.post(f"/v1/trajectories/{running}/sessions", json=TUESDAY | wanted)


def refused(answer, status, problem):
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), answer.text
    return answer.json()


async def test_what_is_free_is_open_and_not_taken(cas, house, cast, running):
    await availability.work(cas, cast)
    assert await starts(cas, cast, kind="guidance", minutes=120) == [
        *("03-03 09:00", "03-03 09:15", "03-03 09:30", "03-03 09:45", "03-03 10:00")
    ]
    await make.session(house, cast, running, at="10:00")
    assert await starts(cas, cast) == ["03-03 09:00", "03-03 11:00"]
    assert await starts(cas, cast, minutes=90) == []


async def test_several_coaches_are_asked_for_at_once(omar, cas, cast):
    await availability.work(cas, cast)
    await availability.work(omar, cast, availability.hours(2, "14:00", "15:00"), role=Role.OWNER)
    asked = [str(cast.staff[role]) for role in (Role.OWNER, Role.COACH)]
    day = {"from_day": "2026-03-03", "to_day": "2026-03-03"}
    answer = await omar.get("/v1/availability", params={"coach_id": asked, **day})
    assert answer.status_code == 200, answer.text
    found = {one["coach_id"]: one["starts"][0]["time"] for one in answer.json()["coaches"]}
    assert found == dict(zip(asked, ("14:00", "09:00"), strict=True))


async def test_an_offer_says_whether_hours_bind_a_coach_and_begins_today_by_the_practices_clock(
    lena, omar, cas, cast, clock
):
    await availability.work(cas, cast, *(availability.hours(day, "08:00", "23:00") for day in range(1, 8)))
    changed = {"zone": "America/New_York"}
    etag = (await lena.get("/v1/practice")).headers["etag"]
    assert (await lena.patch("/v1/practice", json=changed, headers={"If-Match": etag})).status_code == 200
    clock.now = datetime(2026, 3, 3, 1, tzinfo=UTC)  # in New York it is Monday still, 20:00
    found = {one["coach_id"]: one for one in (await omar.get("/v1/availability")).json()["coaches"]}
    bound, free = found[str(cast.staff[Role.COACH])], found[str(cast.staff[Role.OWNER])]
    assert (bound["has_hours"], free["has_hours"]) == (True, False)
    days = [one["day"] for one in bound["starts"]]
    assert (bound["starts"][0]["time"], days[0], days[-1]) == ("20:00", "2026-03-02", "2026-03-15")


async def test_buffers_holidays_and_exceptions_narrow_it(lena, omar, cas, house, cast, running):
    await availability.work(cas, cast, availability.hours(5), availability.hours(2))
    await availability.rule(omar, grid_minutes=60, buffer_before_minutes=30, buffer_after_minutes=30)
    await make.session(house, cast, running, at="11:00")
    assert await starts(cas, cast) == ["03-03 09:00"]
    refused(await book(cas, running, time="10:00"), 409, "coach-not-free")
    assert await starts(cas, cast, days=("2026-05-01", "2026-05-01")) != []
    await availability.rule(omar, holidays_country="BE")
    assert await starts(cas, cast, days=("2026-05-01", "2026-05-01")) == []
    holiday = refused(await book(cas, running, day="2026-05-01"), 422, "outside-hours")
    assert holiday["facts"]["holiday"] == "Dag van de Arbeid"  # as the practice speaks
    extra = {"kind": "extra", "first_day": "2026-05-01", "last_day": "2026-05-01", "from_time": "14:00"}
    await availability.made(cas, f"coaches/{cast.staff[Role.COACH]}/exceptions", **extra, to_time="15:00")
    assert await starts(cas, cast, days=("2026-05-01", "2026-05-01")) == ["05-01 14:00"]
    await availability.day_off(cas, cast, day="2026-03-10")
    assert await starts(cas, cast, days=("2026-03-10", "2026-03-10")) == []


async def test_the_coachee_and_the_room_may_be_avoided_too(omar, cas, house, cast, running):
    await availability.work(cas, cast)
    other = await make.trajectory(house, cast, coach=Role.OWNER)
    room = await availability.location(omar)
    taken = await book(omar, other, time="09:00", location_id=room)
    assert taken.status_code == 201, taken.text
    coachee_id = taken.json()["coachee_id"]
    assert (await starts(omar, cast))[0] == "03-03 09:00"
    assert (await starts(omar, cast, coachee_id=coachee_id))[0] == "03-03 10:00"
    assert (await starts(omar, cast, location_id=room))[0] == "03-03 10:00"
    problem = refused(await book(omar, running, location_id=room), 409, "room-not-free")
    assert problem["facts"]["session_ids"] == [taken.json()["id"]]
    unseen = {
        "coach_id": str(cast.staff[Role.COACH]),
        "kind": "intro",
        "from_day": "2026-03-03",
        "to_day": "2026-03-03",
    }
    refused(await cas.get("/v1/availability", params=unseen | {"coachee_id": coachee_id}), 422, "no-such-coachee")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"to_day": "2026-03-02"}, "period-backwards"),
        ({"to_day": "2026-05-03"}, "period-too-long"),
        ({"kind": "surf"}, "unknown-session-type"),
        ({"minutes": 61}, "length-not-offered"),
        ({"from_day": "0026-03-03"}, "day-out-of-range"),
        ({"coach_id": "019ca91e-7a80-7c3e-9b1a-5f2d8c6e4a10"}, "not-a-coach"),
        ({"location_id": "019ca91e-7a80-7c3e-9b1a-5f2d8c6e4a10"}, "no-such-location"),
    ],
)
async def test_a_question_that_cannot_be_is_refused(cas, cast, wrong, problem):
    asked = {"coach_id": str(cast.staff[Role.COACH]), "kind": "guidance"}
    asked |= {"from_day": "2026-03-03", "to_day": "2026-03-03"}
    refused(await cas.get("/v1/availability", params=asked | wrong), 422, problem)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"time": "08:00"}, "outside-hours"),
        ({"time": "11:30"}, "outside-hours"),
        ({"day": "2026-03-04"}, "outside-hours"),
        ({"time": "09:10"}, "not-on-grid"),
        ({"minutes": 50}, "length-not-offered"),
        ({"day": "2026-03-02", "time": "12:15"}, "notice-too-short"),
        ({"day": "2027-03-30"}, "beyond-horizon"),
        ({"session_type": "surf"}, "unknown-session-type"),
        ({"session_type": "intro"}, "type-of-another-kind"),
    ],
)
async def test_booking_keeps_the_rules_that_availability_keeps(omar, cas, cast, running, wrong, problem):
    await availability.work(cas, cast)
    await availability.rule(omar, notice_minutes=120)
    refused(await book(cas, running, **wrong), 422, problem)
    made = (await book(cas, running, day="2026-03-10")).json()
    if "session_type" not in wrong:
        refused(await cas.patch(f"/v1/sessions/{made['id']}", json=wrong), 422, problem)


async def test_what_was_held_already_is_written_down_in_hindsight(cas, cast, running):
    await availability.work(cas, cast)
    past = {"day": "2026-03-01", "time": "20:10"}
    refused(await book(cas, running, **past), 422, "in-the-past")
    made = await book(cas, running, **past, in_hindsight=True)
    assert (made.status_code, made.json()["state"]) == (201, "planned")
    assert (await cas.post(f"/v1/sessions/{made.json()['id']}/hold")).json()["state"] == "held"
    refused(await book(cas, running, **past, in_hindsight=True), 409, "coach-not-free")


async def test_a_hold_keeps_its_place_until_it_is_confirmed(cas, house, cast, running):
    hold = await cas.post(f"/v1/trajectories/{running}/holds", json=TUESDAY)
    assert (hold.status_code, hold.json()["state"]) == (201, "on_hold")
    assert hold.json()["hold_expires_at"] == "2026-03-02T11:05:00Z"
    hold_id = hold.json()["id"]
    problem = refused(await book(cas, running), 409, "coach-not-free")
    assert problem["facts"]["session_ids"] == [hold_id]
    refused(await cas.get(f"/v1/sessions/{hold_id}"), 404, "session-not-found")
    assert (await cas.get("/v1/sessions")).json()["items"] == []
    assert len((await cas.get("/v1/sessions?state=on_hold")).json()["items"]) == 1
    confirmed = await cas.post(f"/v1/holds/{hold_id}/confirm")
    assert (confirmed.json()["state"], confirmed.json()["hold_expires_at"]) == ("planned", None)
    refused(await cas.post(f"/v1/holds/{hold_id}/confirm"), 404, "hold-not-found")
    assert (await cas.get(f"/v1/sessions/{hold_id}")).json()["state"] == "planned"


async def test_a_hold_that_is_released_or_expired_is_free_at_once(cas, cast, running, clock):
    hold = (await cas.post(f"/v1/trajectories/{running}/holds", json=TUESDAY)).json()
    assert (await cas.delete(f"/v1/holds/{hold['id']}")).status_code == 204
    late = (await cas.post(f"/v1/trajectories/{running}/holds", json=TUESDAY)).json()
    assert "03-03 09:00" not in await starts(cas, cast)
    clock.move(minutes=5)
    assert "03-03 09:00" in await starts(cas, cast)
    refused(await cas.post(f"/v1/holds/{late['id']}/confirm"), 409, "hold-expired")
    assert (await book(cas, running)).status_code == 201
    refused(await cas.post(f"/v1/holds/{late['id']}/confirm"), 404, "hold-not-found")


async def test_an_expired_hold_is_swept_away(quiet, house, sweep_house, clock, anonymous):
    from tests.conftest import speaking_as  # noqa: PLC0415
    from tests.factories import found_cast  # noqa: PLC0415

    cast = await found_cast(house)
    lena = speaking_as(anonymous, cast.keys[Role.OWNER])
    running = await make.trajectory(house, cast)
    await make.hold(house, cast, running)
    [sweep] = [one for one in SWEEPS if one.name == "expire holds"]
    for wait, left in ((4, 1), (1, 0)):
        clock.move(minutes=wait)
        outcome = await run(sweep, Tools(sweep_house, None, SENDER))
        assert outcome.done == 1 - left
        assert len((await lena.get("/v1/sessions?state=on_hold")).json()["items"]) == left
    assert "hold_expired" in {one["kind"] for one in await read_events(lena, house, cast)}


async def deadlocks(house):
    """How many the server has had to break in this database, once each of our connections has told what it met."""
    async with AsyncExitStack() as stack:
        for _ in range(house.engine.pool.checkedin()):
            connection = await stack.enter_async_context(house.engine.connect())
            await connection.execute(text("SELECT pg_stat_force_next_flush()"))
    async with house.engine.connect() as connection:
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return (await connection.execute(text(query))).scalar_one()


@pytest.mark.parametrize("rounds", CONTESTS)
async def test_of_twenty_who_want_one_place_one_gets_it_round_after_round(cas, house, cast, rounds):
    """Sessions and holds alike; the others hear which one is in the way. `pytest -n0 -s` shows the counts."""
    trajectory_ids = [await make.trajectory(house, cast) for _ in range(4)]
    chance, counted, before = random.Random(7), Counter(), await deadlocks(house)
    for number in range(rounds):
        day, hour = date.fromordinal(date(2026, 3, 3).toordinal() + number // 8), 9 + number % 8
        wanted = TUESDAY | {"day": str(day), "time": f"{hour:02}:00"}
        paths = [
            f"/v1/trajectories/{chance.choice(trajectory_ids)}/{chance.choice(['sessions', 'holds'])}"
            for _ in range(20)
        ]
        answers = await asyncio.gather(*(cas.post(path, json=wanted) for path in paths))
        [won] = [answer.json()["id"] for answer in answers if answer.status_code == 201]
        for answer in answers:
            counted[answer.status_code] += 1
            if answer.status_code != 201:
                assert refused(answer, 409, "coach-not-free")["facts"]["session_ids"] == [won]
    met = await deadlocks(house) - before
    print(f"{rounds} rounds of 20: {counted[201]} winners, {counted[409]} refused by name, {met} deadlocks")  # noqa: T201
    assert (counted, met) == ({201: rounds, 409: 19 * rounds}, 0)


@pytest.mark.parametrize("rounds", [1, pytest.param(100, id="a hundred rounds", marks=pytest.mark.soak)])
async def test_twenty_who_want_twenty_places_all_get_theirs(cas, house, cast, rounds):
    """Not even those that touch are in each other's way, in whichever order they come."""
    trajectory_ids = [await make.trajectory(house, cast) for _ in range(4)]
    chance, before = random.Random(7), await deadlocks(house)
    for number in range(rounds):
        day = str(date.fromordinal(date(2026, 3, 3).toordinal() + number))
        slots = [TUESDAY | {"day": day, "time": f"{hour:02}:{half}"} for hour in range(8, 18) for half in ("00", "30")]
        chance.shuffle(slots)
        paths = [f"/v1/trajectories/{chance.choice(trajectory_ids)}/sessions" for _ in slots]
        calls = (cas.post(path, json=slot | {"minutes": 30}) for path, slot in zip(paths, slots, strict=True))
        assert [answer.status_code for answer in await asyncio.gather(*calls)] == [201] * 20
    assert await deadlocks(house) == before


async def test_of_two_coaches_who_want_one_room_one_gets_it(omar, house, cast):
    room = await availability.location(omar)
    of = [await make.trajectory(house, cast), await make.trajectory(house, cast, coach=Role.OWNER)]
    for hour in range(9, 14):
        calls = [book(omar, of[n % 2], time=f"{hour:02}:00", location_id=room) for n in range(8)]
        counted = Counter(answer.status_code for answer in await asyncio.gather(*calls))
        assert counted == {201: 1, 409: 7}


@pytest.fixture
async def with_both(house, cast):
    """Amir's trajectory with Cas, another of his with Lena, and a session of that one."""
    coachee_id = await people.coachee(house, cast)
    running = await make.trajectory(house, cast, coachee_id=coachee_id)
    other = await make.trajectory(house, cast, coachee_id=coachee_id, coach=Role.OWNER)
    return running, other, await make.session(house, cast, other)


async def test_a_coachee_is_in_one_place_at_a_time(omar, cas, with_both):
    running, _, taken = with_both
    problem = refused(await book(cas, running, time="09:30"), 409, "coachee-not-free")
    assert (problem["facts"]["session_ids"], problem["errors"][0]["pointer"]) == ([str(taken)], "/time")
    refused(await cas.post(f"/v1/trajectories/{running}/holds", json=TUESDAY), 409, "coachee-not-free")
    beside = await book(cas, running, time="10:00")
    assert beside.status_code == 201, beside.text
    path = f"/v1/sessions/{beside.json()['id']}"
    refused(await cas.patch(path, json={"time": "09:45"}), 409, "coachee-not-free")
    assert (await cas.patch(path, json={"time": "10:15"})).status_code == 200
    over = await omar.post(f"/v1/trajectories/{running}/overlapping-sessions", json=TUESDAY)
    assert (over.status_code, over.json()["overlap_allowed"]) == (201, True), over.text
    await omar.post(f"/v1/sessions/{taken}/cancel", json={})
    await omar.post(f"/v1/sessions/{over.json()['id']}/cancel", json={})
    assert (await book(cas, running)).status_code == 201


async def test_a_series_names_the_days_on_which_the_coachee_is_elsewhere(cas, with_both):
    running, _, taken = with_both
    series = await cas.post(f"/v1/trajectories/{running}/series", json=TUESDAY | {"rule": "FREQ=WEEKLY;COUNT=3"})
    [day] = refused(series, 409, "occurrences-refused")["facts"]["occurrences"]
    assert (day["day"], day["code"], day["session_ids"]) == ("2026-03-03", "coachee-not-free", [str(taken)])


async def test_an_expired_hold_with_another_coach_keeps_nobody_waiting(omar, cas, with_both, clock):
    running, other, _ = with_both
    at = {"time": "14:00"}
    hold = await omar.post(f"/v1/trajectories/{other}/holds", json=TUESDAY | at)
    assert refused(await book(cas, running, **at), 409, "coachee-not-free")["facts"]["session_ids"] == [
        hold.json()["id"]
    ]
    clock.move(minutes=5)
    assert (await book(cas, running, **at)).status_code == 201


async def test_of_two_coaches_who_want_one_coachee_one_gets_her(omar, with_both):
    for hour in range(11, 16):
        calls = [book(omar, with_both[n % 2], time=f"{hour}:00") for n in range(8)]
        counted = Counter(answer.status_code for answer in await asyncio.gather(*calls))
        assert counted == {201: 1, 409: 7}


async def test_an_overlap_needs_its_own_scope_and_is_told(omar, lena, cas, house, cast, running):
    first = await make.session(house, cast, running)
    path = f"/v1/trajectories/{running}/overlapping-sessions"
    refused(await cas.post(path, json=TUESDAY), 403, "scope-missing")
    over = await omar.post(path, json=TUESDAY)
    assert (over.status_code, over.json()["overlap_allowed"]) == (201, True), over.text
    ids = refused(await book(cas, running), 409, "coach-not-free")["facts"]["session_ids"]
    assert set(ids) == {str(first), over.json()["id"]}
    audit = (await lena.get("/v1/audit-entries?limit=100")).json()["items"]
    told = {one["action"]: one["facts"] for one in audit if one["subject_id"] == over.json()["id"]}
    assert told["session_planned"]["overlapping"]
    assert told["session_overlap_allowed"]["session_ids"] == str(first)


@pytest.mark.parametrize(
    ("by", "hours", "late"), [("coachee", 23, True), ("coachee", 24, False), ("coach", 1, False), (None, 1, False)]
)
async def test_who_cancels_late_is_told_by_the_practices_rules(omar, cas, house, cast, running, clock, by, hours, late):
    session_id = await make.session(house, cast, running)
    clock.now = datetime(2026, 3, 3, 8, tzinfo=UTC)
    clock.move(hours=-hours)
    cancelled = (await cas.post(f"/v1/sessions/{session_id}/cancel", json={"by": by, "reason": "Ziek"})).json()
    assert (cancelled["cancelled_by"], cancelled["late_cancel"], cancelled["policy_version"]) == (by, late, 1)


async def test_a_missed_session_keeps_the_version_of_the_rules(omar, cas, house, cast, running, clock):
    await availability.rule(omar, cancel_free_hours=48)
    session_id = await make.session(house, cast, running)
    clock.move(days=2)
    missed = (await cas.post(f"/v1/sessions/{session_id}/no-show")).json()
    assert (missed["state"], missed["policy_version"]) == ("no_show", 2)


@pytest.mark.parametrize("seed", SEEDS)
async def test_availability_offers_what_booking_takes_and_nothing_else(omar, cas, house, cast, running, seed):
    """Every start that is offered can be held, and what is not is refused; also where the clock changes."""
    case = drawn(seed)
    weekday = date.fromisoformat(case["day"]).isoweekday()
    days = {(weekday, begin, length) for begin, length in case["week"]}
    week = [availability.hours(d, f"{begin:02}:00", f"{begin + length:02}:00") for d, begin, length in sorted(days)]
    answer = await cas.put(f"/v1/coaches/{cast.staff[Role.COACH]}/hours", json={"hours": week})
    if answer.status_code == 422:
        refused(answer, 422, "hours-overlap")
        week = week[:1]
        await availability.work(cas, cast, *week)
    rules = {"grid_minutes": case["grid"], "notice_minutes": case["notice"], "buffer_after_minutes": case["buffer"]}
    await availability.rule(omar, **rules)
    if case["day"] != "2026-03-02":
        taken = {"day": case["day"], "time": f"{case['taken']:02}:10", "in_hindsight": True}
        await omar.post(f"/v1/trajectories/{running}/overlapping-sessions", json=TUESDAY | taken)
    offered = {one[6:] for one in await starts(cas, cast, days=(case["day"], case["day"]))}
    begins = [begin * 60 + 15 * step for _, begin, length in days for step in range(length * 4)]
    tried = {*begins, *(15 * one for one in case["chosen"])}
    for minute in sorted(one for one in tried if one < 24 * 60):
        at = f"{minute // 60:02}:{minute % 60:02}"
        held = await cas.post(f"/v1/trajectories/{running}/holds", json=TUESDAY | {"day": case["day"], "time": at})
        assert (held.status_code == 201) == (at in offered), (case, at, held.text)
        if held.status_code == 201:
            await cas.delete(f"/v1/holds/{held.json()['id']}")


def drawn(seed):
    """One case: hours, rules, and what is taken already, on an ordinary day or one on which the clock changes."""
    chance = random.Random(seed)
    return {
        "week": [(chance.randint(0, 20), chance.randint(1, 3)) for _ in range(chance.randint(1, 3))],
        "grid": chance.choice([15, 20, 30, 60]),
        "buffer": chance.choice([0, 10, 30]),
        "notice": chance.choice([0, 90, 1440]),
        "day": chance.choice(["2026-03-02", "2026-03-03", "2026-03-29", "2026-10-25"]),
        "taken": chance.randint(0, 22),
        "chosen": [chance.randint(0, 95) for _ in range(6)],
    }
