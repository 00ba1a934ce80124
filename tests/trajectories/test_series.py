import asyncio
from contextlib import suppress
from cProfile import Profile
from datetime import UTC, date, datetime, time, timedelta
from pstats import Stats

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import given, strategies as st
from icalendar import Calendar

from domain.kit.calendar import TimeAmbiguous, TimeSkipped, existing_instant
from domain.practice import Role
from domain.trajectories.recurrence import NoOccurrence, days_of
from tests.api.scratch import is_problem
from tests.availability import make as availability
from tests.feeds import make as feeds
from tests.trajectories import make

pytestmark = pytest.mark.anyio

WEEKLY = {"kind": "guidance", "day": "2026-03-17", "time": "09:00", "minutes": 60, "rule": "FREQ=WEEKLY;COUNT=5"}


@pytest.fixture
async def running(house, cast):
    return await make.trajectory(house, cast)


@pytest.fixture
def plan(cas, running):
    return lambda **others: cas.post(f"/v1/trajectories/{running}/series", json=WEEKLY | others)


def planned(series):
    return [(one["day"], one["time"]) for one in series["sessions"] if one["state"] == "planned"]


async def change(client, series, **body):
    seen = await client.get(f"/v1/series/{series['id']}")
    return await client.patch(f"/v1/series/{series['id']}", json=body, headers={"If-Match": seen.headers["etag"]})


async def test_a_series_keeps_its_wall_time_over_the_change_of_the_clock(cas, plan):
    answer = await plan()
    assert answer.status_code == 201, answer.text
    made = answer.json()
    days = ["2026-03-17", "2026-03-24", "2026-03-31", "2026-04-07", "2026-04-14"]
    assert planned(made) == [(day, "09:00") for day in days]
    assert [one["starts_at"][11:16] for one in made["sessions"]] == ["08:00", "08:00", "07:00", "07:00", "07:00"]
    assert {one["series_id"] for one in made["sessions"]} == {made["id"]}
    assert (await cas.get(f"/v1/series/{made['id']}")).json() == made
    assert len((await cas.get("/v1/sessions")).json()["items"]) == 5


async def test_exceptions_take_days_away_and_add_none(plan):
    made = (await plan(except_days=["2026-03-24", "2026-12-25"])).json()
    assert [day for day, _ in planned(made)] == ["2026-03-17", "2026-03-31", "2026-04-07", "2026-04-14"]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("FREQ=WEEKLY", "rule-without-end"),
        ("FREQ=DAILY;COUNT=10000", "too-many-occurrences"),
        ("FREQ=DAILY;COUNT=201", "too-many-occurrences"),
        ("FREQ=DAILY;UNTIL=20270601", "too-many-occurrences"),
        ("FREQ=MONTHLY;COUNT=36", "too-far-ahead"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", "no-occurrence"),
        ("FREQ=WEEKLY;UNTIL=20260301", "no-occurrence"),
        ("FREQ=WEEKLY;UNTIL=20261399", "rule-unreadable"),
        ("FREQ=WEEKLY;COUNT=0", "rule-unreadable"),
        ("FREQ=WEEKLY;INTERVAL=0;COUNT=2", "rule-unreadable"),
        ("FREQ=WEEKLY;COUNT=2;COUNT=3", "rule-unreadable"),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20260601", "rule-unreadable"),
        ("FREQ=WEEKLY;BYDAY=2TU;COUNT=2", "rule-unreadable"),
        ("FREQ=WEEKLY;BYSETPOS=1;COUNT=2", "rule-unreadable"),
        ("FREQ=HOURLY;COUNT=2", "rule-unreadable"),
        ("FREQ=DAILY;BYHOUR=9,10;COUNT=2", "rule-unreadable"),
        ("COUNT=2", "rule-unreadable"),
        ("nonsense", "rule-unreadable"),
        (";", "rule-unreadable"),
    ],
)
async def test_a_rule_that_cannot_be_followed_is_refused_by_name(cas, plan, rule, problem):
    answer = await plan(rule=rule)
    assert is_problem(answer, 422, problem), answer.text
    assert answer.json()["errors"][0]["pointer"] == "/rule"
    assert (await cas.get("/v1/sessions")).json()["items"] == []


async def test_a_series_ends_within_two_hundred_sessions(plan):
    assert len((await plan(rule="FREQ=DAILY;COUNT=200", minutes=15)).json()["sessions"]) == 200


def refused(answer):
    """The days that were refused, and why."""
    assert is_problem(answer, 409, "occurrences-refused"), answer.text
    return [(one["day"], one["code"]) for one in answer.json()["facts"]["occurrences"]]


async def test_a_series_does_not_begin_in_the_past(plan):
    assert refused(await plan(day="2026-02-23")) == [("2026-02-23", "in-the-past"), ("2026-03-02", "in-the-past")]


async def test_a_day_that_skips_the_hour_is_named_and_may_be_left_out(plan):
    body = {"day": "2026-03-22", "time": "02:30"}
    assert refused(await plan(**body)) == [("2026-03-29", "time-skipped")]
    made = await plan(**body, except_days=["2026-03-29"])
    assert [day for day, _ in planned(made.json())] == ["2026-03-22", "2026-04-05", "2026-04-12", "2026-04-19"]


async def test_a_clash_names_every_session_in_the_way_and_plans_none(cas, house, cast, running, plan):
    taken = [str(await make.session(house, cast, running, day=day)) for day in (date(2026, 3, 24), date(2026, 4, 7))]
    answer = await plan()
    assert refused(answer) == [("2026-03-24", "coach-not-free"), ("2026-04-07", "coach-not-free")]
    assert [one["session_ids"] for one in answer.json()["facts"]["occurrences"]] == [[one] for one in taken]
    assert len((await cas.get("/v1/sessions")).json()["items"]) == 2


async def test_each_session_keeps_the_rules_of_a_session(cas, omar, house, cast, clock, running, plan):
    await availability.work(cas, cast)
    await availability.rule(omar, buffer_before_minutes=30)
    await availability.day_off(cas, cast, day="2026-03-24")
    room, other = await availability.location(omar), await make.trajectory(house, cast, coach=Role.OWNER)
    near = await make.session(house, cast, running, day=date(2026, 3, 31), at="10:15")
    elsewhere = {"kind": "guidance", "day": "2026-04-07", "time": "09:30", "minutes": 60, "location_id": room}
    taken = (await omar.post(f"/v1/trajectories/{other}/sessions", json=elsewhere)).json()["id"]
    kept = elsewhere | {"day": "2026-04-14", "location_id": None}
    held = (await cas.post(f"/v1/trajectories/{running}/holds", json=kept)).json()["id"]
    answer = await plan(location_id=room)
    assert refused(answer) == [
        ("2026-03-24", "outside-hours"),
        ("2026-03-31", "coach-not-free"),
        ("2026-04-07", "room-not-free"),
        ("2026-04-14", "coach-not-free"),
    ]
    ways = [one.get("session_ids") for one in answer.json()["facts"]["occurrences"]]
    assert ways == [None, [str(near)], [taken], [held]]
    clock.move(minutes=6)
    made = (await plan(location_id=room, except_days=["2026-03-24", "2026-03-31", "2026-04-07"])).json()
    assert [(one["day"], one["location_id"]) for one in made["sessions"]] == [
        ("2026-03-17", room),
        ("2026-04-14", room),
    ]
    assert refused(await change(cas, made, time="11:30")) == [(day, "outside-hours") for day, _ in planned(made)]
    assert planned((await change(cas, made, time="11:00", from_day="2026-04-01")).json())[1] == ("2026-04-14", "11:00")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"minutes": 61}, "length-not-offered"),
        ({"zone": "Europe/Gent"}, "unknown-zone"),
        ({"day": "0026-03-17"}, "day-out-of-range"),
        ({"session_type": "surf"}, "unknown-session-type"),
        ({"session_type": "intro"}, "type-of-another-kind"),
        ({"location_id": "019ca91e-7a80-7c3e-9b1a-5f2d8c6e4a10"}, "no-such-location"),
    ],
)
async def test_what_is_wrong_with_all_is_said_once(cas, cast, plan, wrong, problem):
    await availability.work(cas, cast)
    assert is_problem(await plan(**wrong), 422, problem)


async def test_a_series_goes_along_to_another_coach(cas, lena, cast, running, plan):
    made = (await plan()).json()
    to = {"coach_id": str(cast.staff[Role.OWNER]), "reason": "Moved"}
    assert (await cas.post(f"/v1/trajectories/{running}/hand-overs", json=to)).is_success
    assert is_problem(await cas.get(f"/v1/series/{made['id']}"), 404, "series-not-found")
    assert len(planned((await change(lena, made, shift_days=1)).json())) == 5


async def test_to_move_one_moves_one_and_makes_none(cas, plan):
    made = (await plan()).json()
    one = made["sessions"][1]
    assert (await cas.patch(f"/v1/sessions/{one['id']}", json={"day": "2026-03-25"})).status_code == 200
    after = (await cas.get(f"/v1/series/{made['id']}")).json()
    assert [day for day, _ in planned(after)] == ["2026-03-17", "2026-03-25", "2026-03-31", "2026-04-07", "2026-04-14"]
    assert [one["id"] for one in after["sessions"]] == [one["id"] for one in made["sessions"]]


async def test_this_and_following_move_and_what_was_moved_by_itself_stays(cas, plan):
    made = (await plan()).json()
    await cas.patch(f"/v1/sessions/{made['sessions'][3]['id']}", json={"time": "18:00"})
    after = (await change(cas, made, from_day="2026-03-31", time="10:30", shift_days=1)).json()
    assert planned(after) == [
        ("2026-03-17", "09:00"),
        ("2026-03-24", "09:00"),
        ("2026-04-01", "10:30"),
        ("2026-04-07", "18:00"),
        ("2026-04-15", "10:30"),
    ]


async def test_all_move_by_less_than_they_last(cas, plan):
    made = (await plan(rule="FREQ=DAILY;COUNT=20", minutes=480)).json()
    for shift in ({"shift_days": 1}, {"shift_days": -1}, {"time": "12:00"}):
        answer = await change(cas, made, **shift)
        assert answer.status_code == 200, answer.text
    assert len(planned(answer.json())) == 20


async def test_moving_all_into_another_session_moves_none(cas, house, cast, running, plan):
    made = (await plan()).json()
    taken = await make.session(house, cast, running, day=date(2026, 4, 14), at="11:00")
    answer = await change(cas, made, time="11:30")
    assert refused(answer) == [("2026-04-14", "coach-not-free")]
    assert answer.json()["facts"]["occurrences"][0]["session_ids"] == [str(taken)]
    assert (await cas.get(f"/v1/series/{made['id']}")).json() == made


async def test_cancelling_all_cancels_all_that_is_to_come(cas, plan, clock):
    made = (await plan()).json()
    clock.now = datetime(2026, 3, 25, tzinfo=UTC)
    for _ in range(2):
        answer = await cas.post(f"/v1/series/{made['id']}/cancel", json={"reason": "Ill"})
        assert answer.status_code == 200
        states = [one["state"] for one in answer.json()["sessions"]]
        assert states == ["planned", "planned", "cancelled", "cancelled", "cancelled"]
    assert answer.json()["version"] == made["version"] + 1


async def test_of_a_series_that_a_coachee_cancels_late_is_what_is_too_near(cas, plan, clock):
    made = (await plan(rule="FREQ=DAILY;COUNT=3")).json()
    clock.now = datetime.fromisoformat(made["sessions"][0]["starts_at"]) - timedelta(hours=23)
    answer = await cas.post(f"/v1/series/{made['id']}/cancel", json={"by": "coachee"})
    told = [(one["cancelled_by"], one["late_cancel"], one["policy_version"]) for one in answer.json()["sessions"]]
    assert told == [("coachee", True, 1), ("coachee", False, 1), ("coachee", False, 1)]


async def test_cancelling_from_a_day_on_leaves_what_comes_before(cas, plan):
    made = (await plan()).json()
    answer = await cas.post(f"/v1/series/{made['id']}/cancel", json={"from_day": "2026-04-07"})
    assert len(planned(answer.json())) == 3


async def test_a_double_submit_plans_one_series(cas, running):
    path = f"/v1/trajectories/{running}/series"
    answers = [await cas.post(path, json=WEEKLY, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert len((await cas.get("/v1/sessions")).json()["items"]) == 5


async def test_of_many_who_plan_the_same_at_once_one_does(plan, cas):
    answers = await asyncio.gather(*(plan() for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    assert len((await cas.get("/v1/sessions")).json()["items"]) == 5


async def test_of_two_changes_on_one_reading_one_is_refused(cas, plan):
    made = (await plan()).json()
    path, headers = f"/v1/series/{made['id']}", {"If-Match": '"v1"'}
    answers = await asyncio.gather(
        *(cas.patch(path, json={"time": at}, headers=headers) for at in ("10:00", "11:00", "12:00"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    after = (await cas.get(path)).json()
    assert len(planned(after)) == 5
    assert len({at for _, at in planned(after)}) == 1


async def test_a_colleagues_series_is_not_found(cas, lena, house, cast):
    theirs = await make.trajectory(house, cast, coach=Role.OWNER)
    series_id = await make.series(lena, theirs)
    assert is_problem(await cas.get(f"/v1/series/{series_id}"), 404, "series-not-found")
    assert is_problem(await cas.post(f"/v1/series/{series_id}/cancel", json={}), 404, "series-not-found")


async def test_nothing_is_planned_again_in_a_trajectory_that_ended(plan, cas, running):
    made = (await plan()).json()
    await cas.post(f"/v1/trajectories/{running}/stop", json={"reason": "moved away"})
    assert is_problem(await plan(), 409, "trajectory-not-running")
    assert planned((await cas.get(f"/v1/series/{made['id']}")).json()) == []


async def test_the_feed_tells_the_same_days_as_the_rule_read_by_others(cas, anonymous, plan):
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=12"
    made = (await plan(day="2026-03-31", rule=rule)).json()
    shown = feeds.between(
        await feeds.look(anonymous, await feeds.address(cas)),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2028, 1, 1, tzinfo=UTC),
    )
    calendar = "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:x", "DTSTAMP:20260301T000000Z",
        "DTSTART;TZID=Europe/Brussels:20260331T090000", "DURATION:PT1H", f"RRULE:{rule}", "END:VEVENT", "END:VCALENDAR",
    ])  # fmt: skip
    read = recurring_ical_events.of(Calendar.from_ical(calendar)).between(datetime(2026, 1, 1), datetime(2028, 1, 1))  # noqa: DTZ001
    starts = {one["DTSTART"].dt.astimezone(UTC) for one in read}
    assert {one["DTSTART"].dt.astimezone(UTC) for one in shown} == starts
    assert {datetime.fromisoformat(one["starts_at"]) for one in made["sessions"]} == starts
    assert len(starts) == 12


WEEKDAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR"]), min_size=1, max_size=3, unique=True).map(",".join)
RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 3), WEEKDAYS),
    st.builds("FREQ=MONTHLY;BYDAY={}{}".format, st.sampled_from([1, 2, 3, -1]), st.sampled_from(["MO", "TH"])),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.sampled_from([1, 15, 31, -1])),
    st.builds("FREQ=MONTHLY;BYDAY={};BYSETPOS={}".format, WEEKDAYS, st.sampled_from([1, -1])),
)


ZONES = [
    "Europe/Brussels",
    "America/New_York",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
]


@given(
    rule=RULES,
    count=st.integers(1, 30),
    first=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    at=st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45])),
    zone=st.sampled_from(ZONES),
)
def test_calendar_programs_find_the_same_instants_in_any_zone(rule, count, first, at, zone):
    last = first + timedelta(days=3660)
    [begin] = days_of(f"{rule};COUNT=1", first, at, zone, last=last)  # where DTSTART is not of its rule, readers differ
    days = days_of(f"{rule};COUNT={count}", begin, at, zone, last=last)
    calendar = "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:x", "DTSTAMP:20260301T000000Z",
        f"DTSTART;TZID={zone}:{begin:%Y%m%d}T{at:%H%M%S}", "DURATION:PT1H", f"RRULE:{rule};COUNT={count}",
        "END:VEVENT", "END:VCALENDAR",
    ])  # fmt: skip
    until = days[-1] + timedelta(days=400)
    found = recurring_ical_events.of(Calendar.from_ical(calendar)).between(begin - timedelta(days=2), until)
    assert sorted(one["DTSTART"].dt.date() for one in found) == days
    for one in found:  # a session is refused where the clock skips its time or shows it twice
        start = one["DTSTART"].dt
        with suppress(TimeSkipped, TimeAmbiguous):
            assert start.astimezone(UTC) == existing_instant(start.date(), at, zone, field="time")


@given(rule=RULES, count=st.integers(1, 40), first=st.dates(date(2026, 1, 1), date(2027, 1, 1)), left=st.integers(0, 3))
def test_the_days_are_those_of_dateutil_on_the_wall_clock(rule, count, first, left):
    start = datetime.combine(first, time(9))
    told = [moment.date() for moment in rrulestr(f"{rule};COUNT={count}", dtstart=start)]
    but = told[:: left + 1][1:] if left else []
    last = first + timedelta(days=3660)
    wanted = [day for day in told if day not in but]
    assert days_of(f"{rule};COUNT={count}", first, time(9), "Europe/Brussels", but=but, last=last) == wanted


@pytest.mark.parametrize(
    "rule", ["DAILY;BYMONTH=2;BYMONTHDAY=30", "DAILY;BYDAY=TU;BYSETPOS=2", "MONTHLY;BYDAY=2TU;BYMONTHDAY=1"]
)
def test_a_day_that_never_comes_is_not_looked_for_long(rule):
    with Profile() as watched, pytest.raises(NoOccurrence):
        days_of(f"FREQ={rule};COUNT=3", date(2026, 3, 2), time(9), "Europe/Brussels", last=date(2030, 1, 1))
    assert Stats(watched).total_calls < 2_000_000  # to the year 9999 it is seven million and more


@given(day=st.dates(date(2026, 3, 1), date(2026, 11, 30)))
def test_until_is_a_day_or_an_instant_and_holds_its_end(day):
    def days(until):
        return days_of(f"FREQ=DAILY;UNTIL={until}", day, time(9), "Europe/Brussels", last=date(2030, 1, 1))

    end = day + timedelta(days=7)
    assert len(days(f"{end:%Y%m%d}")) == 8
    assert len(days(f"{end:%Y%m%d}T235959Z")) == 8
    assert len(days(f"{end:%Y%m%d}T000000Z")) == 7
