"""What users of other calendars complain of in public, each as it is here.

The numbers are the rows of our list of peers' threads: redguava/cliniko-api 108 (4), 180 (5), 250 (6) and 248 (12);
calcom/cal.diy 13397 (13), 29958 and 10789 (14), 21169 and 20683 (17), 12461, 6281 and 5431 (18), 23529 (19) and
19929 (20). The race of row 13 is in test_booking.
"""

import asyncio
import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from domain.kit.work import OPERATOR, begin
from domain.people import Purpose
from domain.practice import Role
from tests.availability import make as availability
from tests.feeds import make as feeds
from tests.messaging.make import messages, read_events
from tests.people import make as people
from tests.trajectories import make

pytestmark = pytest.mark.anyio

TUESDAY = {"kind": "guidance", "day": "2026-03-03", "time": "09:00", "minutes": 60}


@pytest.fixture
async def amir(house, cast):
    coachee_id = await people.coachee(house, cast)
    await people.consent(house, cast, coachee_id, Purpose.CHANNEL_EMAIL)
    return coachee_id


@pytest.fixture
async def running(house, cast, amir):
    return await make.trajectory(house, cast, coachee_id=amir)


async def traces(house, cast):
    """How much was written down: nothing half done leaves more."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        counts = "(SELECT count(*) FROM sessions), (SELECT count(*) FROM session_series), (SELECT count(*) FROM events)"
        return tuple((await work.session.execute(text(f"SELECT {counts}, (SELECT count(*) FROM messages)"))).one())


async def test_row_4_a_conflict_is_an_error_that_names_what_is_in_the_way(cas, running):
    first = (await cas.post(f"/v1/trajectories/{running}/sessions", json=TUESDAY)).json()["id"]
    answer = await cas.post(f"/v1/trajectories/{running}/sessions", json=TUESDAY | {"time": "09:30"})
    assert (answer.status_code, answer.json()["facts"]["session_ids"]) == (409, [first])


async def test_row_5_who_books_over_the_api_keeps_the_rules_and_the_coachee_hears_of_it(cas, house, cast, running):
    await availability.work(cas, cast)
    path = f"/v1/trajectories/{running}/sessions"
    assert (await cas.post(path, json=TUESDAY | {"time": "13:00"})).json()["type"] == "/problems/outside-hours"
    assert (await cas.post(path, json=TUESDAY)).status_code == 201
    [told] = await messages(house, cast)
    assert (told.kind, told.attachments[0].name) == ("session_planned", "invite.ics")


async def test_row_6_and_12_nobody_is_offered_whose_hours_are_for_another_kind_or_when_the_coachee_is_elsewhere(
    omar, cas, lena, house, cast, amir, running
):
    await availability.work(cas, cast, availability.hours(2, "09:00", "11:00", kinds=["guidance"]))
    await availability.work(omar, cast, availability.hours(2, "09:00", "10:00", kinds=["intro"]), role=Role.OWNER)
    other = await make.trajectory(house, cast, coachee_id=amir, coach=Role.OWNER)
    day = {"from_day": "2026-03-03", "to_day": "2026-03-03"}

    async def offered(**wanted):
        answer = await lena.get("/v1/availability", params=day | wanted)
        return {one["coach_id"]: [start["time"] for start in one["starts"]] for one in answer.json()["coaches"]}

    coach, owner = (str(cast.staff[role]) for role in (Role.COACH, Role.OWNER))
    guidance = await offered(kind="guidance", minutes=60)
    assert (guidance[coach][0], guidance[owner]) == ("09:00", [])
    assert (await offered(kind="intro"))[coach] == []
    intro = TUESDAY | {"kind": "intro", "minutes": 30}
    assert (await omar.post(f"/v1/trajectories/{other}/sessions", json=intro)).status_code == 201
    assert (await offered(kind="guidance", minutes=60, coachee_id=str(amir)))[coach][0] == "09:30"


async def test_row_14_of_several_who_confirm_a_hold_one_does_and_meanwhile_it_takes_its_place(cas, running):
    hold = (await cas.post(f"/v1/trajectories/{running}/holds", json=TUESDAY)).json()["id"]
    calls = [cas.post(f"/v1/holds/{hold}/confirm") for _ in range(6)]
    calls += [cas.post(f"/v1/trajectories/{running}/sessions", json=TUESDAY) for _ in range(6)]
    counted = Counter(answer.status_code for answer in await asyncio.gather(*calls))
    assert counted == {200: 1, 404: 5, 409: 6}
    assert [one["id"] for one in (await cas.get("/v1/sessions")).json()["items"]] == [hold]


async def test_row_17_a_hold_that_is_confirmed_is_told_as_planned_and_not_as_moved(cas, house, cast, running):
    hold = (await cas.post(f"/v1/trajectories/{running}/holds", json=TUESDAY)).json()["id"]
    assert await messages(house, cast) == []
    await cas.post(f"/v1/holds/{hold}/confirm")
    assert [one.kind for one in await messages(house, cast)] == ["session_planned"]


async def test_row_14_of_a_confirmation_and_a_release_at_once_one_counts(cas, running):
    for hour in range(9, 14):
        wanted = TUESDAY | {"time": f"{hour:02}:00"}
        hold = (await cas.post(f"/v1/trajectories/{running}/holds", json=wanted)).json()["id"]
        answers = await asyncio.gather(cas.delete(f"/v1/holds/{hold}"), cas.post(f"/v1/holds/{hold}/confirm"))
        assert sorted(answer.status_code for answer in answers) in ([200, 404], [204, 404])


async def test_row_17_each_thing_that_happens_to_a_session_is_told_as_what_it_is(lena, cas, house, cast, running):
    made = (await cas.post(f"/v1/trajectories/{running}/sessions", json=TUESDAY)).json()["id"]
    await cas.patch(f"/v1/sessions/{made}", json={"time": "14:00"})
    await cas.post(f"/v1/sessions/{made}/cancel", json={})
    kinds = [one["kind"] for one in await read_events(lena, house, cast)]
    assert [one for one in kinds if one.startswith("session_")] == [
        *("session_planned", "session_changed", "session_cancelled")
    ]
    audit = (await lena.get(f"/v1/audit-entries?limit=100&subject_id={made}")).json()["items"]
    assert [one["action"] for one in audit] == ["session_planned", "session_changed", "session_cancelled"]
    told = [(one.kind, str(one.state)) for one in await messages(house, cast)]
    assert told == [("session_planned", "cancelled"), ("session_moved", "cancelled"), ("session_cancelled", "queued")]


async def test_row_18_moving_one_of_a_series_doubles_none_and_cancelling_all_leaves_none(cas, running):
    rule = TUESDAY | {"rule": "FREQ=WEEKLY;COUNT=4"}
    series = (await cas.post(f"/v1/trajectories/{running}/series", json=rule)).json()
    for number, hour in ((1, "11:00"), (1, "12:00"), (2, "11:00")):
        moved = await cas.patch(f"/v1/sessions/{series['sessions'][number]['id']}", json={"time": hour})
        assert moved.status_code == 200
    assert len((await cas.get("/v1/sessions")).json()["items"]) == 4
    await cas.post(f"/v1/series/{series['id']}/cancel", json={})
    assert Counter(one["state"] for one in (await cas.get("/v1/sessions")).json()["items"]) == {"cancelled": 4}


async def test_row_20_the_hour_on_the_wall_is_the_same_before_and_after_the_clock_changes(
    anonymous, cas, cast, running
):
    """In the offer, in the session and in the calendar that others read."""
    await availability.work(cas, cast, *(availability.hours(day, "09:00", "10:00") for day in range(1, 8)))
    asked = {"coach_id": str(cast.staff[Role.COACH]), "from_day": "2026-03-28", "to_day": "2026-03-30"}
    offered = (await cas.get("/v1/availability", params=asked)).json()["coaches"][0]["starts"]
    assert [(one["day"], one["time"]) for one in offered] == [(f"2026-03-{day}", "09:00") for day in (28, 29, 30)]
    for one in offered:
        wanted = TUESDAY | {"day": one["day"], "time": one["time"]}
        made = (await cas.post(f"/v1/trajectories/{running}/sessions", json=wanted)).json()
        assert datetime.fromisoformat(made["starts_at"]) == datetime.fromisoformat(one["starts_at"])
    content = await feeds.look(anonymous, await feeds.address(cas))
    read = feeds.between(content, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    starts = sorted(one["DTSTART"].dt for one in read)
    assert [one.hour for one in starts] == [9, 9, 9]
    assert [after.astimezone(UTC) - before.astimezone(UTC) for before, after in itertools.pairwise(starts)] == [
        timedelta(hours=23),
        timedelta(hours=24),
    ]


SERIES = {"rule": "FREQ=WEEKLY;COUNT=3"}


@pytest.mark.parametrize(
    ("wrong", "status", "problem"),
    [
        ({"day": "2026-03-01"}, 422, "in-the-past"),
        ({"day": "2026-03-29", "time": "02:30"}, 422, "time-skipped"),
        ({"day": "2026-10-25", "time": "02:30"}, 422, "time-ambiguous"),
        ({"day": "2026-03-04"}, 422, "outside-hours"),
        ({"time": "11:30"}, 422, "outside-hours"),
        ({"time": "10:00"}, 409, "coach-not-free"),
        ({"day": "2028-03-07"}, 422, "too-far-ahead"),
        ({"zone": "Europe/Atlantis"}, 422, "unknown-zone"),
        ({"day": "0001-01-01"}, 422, "day-out-of-range"),
        ({"rule": "FREQ=WEEKLY"}, 422, "rule-without-end"),
        ({"rule": "FREQ=DAILY;COUNT=10000"}, 422, "too-many-occurrences"),
        ({"rule": "FREQ=DAILY;UNTIL=99991231"}, 422, "too-many-occurrences"),
        (SERIES | {"time": "10:00"}, 409, "occurrences-refused"),
        (SERIES | {"except_days": ["2026-03-03", "2026-03-10", "2026-03-17"]}, 422, "no-occurrence"),
    ],
)
async def test_row_19_what_cannot_be_planned_has_its_name_and_leaves_nothing_behind(
    cas, house, cast, running, wrong, status, problem
):
    """Over the hold of somebody else too, which stands at ten."""
    await availability.work(cas, cast)
    await cas.post(f"/v1/trajectories/{running}/holds", json=TUESDAY | {"time": "10:00"})
    before = await traces(house, cast)
    ways = ("series",) if "rule" in wrong else ("sessions", "holds")
    for way in ways:
        answer = await cas.post(f"/v1/trajectories/{running}/{way}", json=TUESDAY | wrong)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), answer.text
    assert await traces(house, cast) == before
