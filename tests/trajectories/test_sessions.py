import asyncio
from collections import Counter
from datetime import date

import pytest

from domain.kit.ids import new_id
from domain.practice import Role
from domain.trajectories import SessionKind, TrajectoryState
from tests.trajectories import make

pytestmark = pytest.mark.anyio

MORNING = {"kind": "guidance", "day": "2026-03-03", "time": "09:00", "minutes": 60}


@pytest.fixture
async def running(house, cast):
    """A running trajectory of Amir's with Cas."""
    return await make.trajectory(house, cast)


async def test_a_session_is_planned_by_the_clock_on_the_wall(cas, running, cast):
    answer = await cas.post(f"/v1/trajectories/{running}/sessions", json=MORNING | {"place": "Gent"})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["time"], made["zone"], made["state"]) == ("09:00", "Europe/Brussels", "planned")
    assert (made["starts_at"], made["ends_at"]) == ("2026-03-03T08:00:00Z", "2026-03-03T09:00:00Z")
    assert made["coach_id"] == str(cast.staff[Role.COACH])
    read = await cas.get(f"/v1/sessions/{made['id']}")
    assert (read.content, read.headers["etag"]) == (answer.content, '"v1"')
    listed = await cas.get("/v1/sessions")
    assert listed.content == b'{"items":[' + answer.content + b'],"next_cursor":null}'


@pytest.mark.parametrize(
    ("wrong", "status", "problem", "pointer"),
    [
        ({"time": "02:30", "day": "2026-03-29"}, 422, "time-skipped", "/time"),
        ({"time": "02:30", "day": "2026-10-25"}, 422, "time-ambiguous", "/time"),
        ({"day": "2026-03-01"}, 422, "in-the-past", "/day"),
        ({"location_id": str(new_id())}, 422, "no-such-location", "/location_id"),
        ({"day": "2028-03-03"}, 422, "too-far-ahead", "/day"),
        ({"day": "0026-03-03"}, 422, "day-out-of-range", "/day"),
        ({"day": "9999-12-31"}, 422, "day-out-of-range", "/day"),
        ({"zone": "Europe/Atlantis"}, 422, "unknown-zone", "/zone"),
        ({"time": "24:00"}, 400, "invalid-request", "/time"),
        ({"time": "9:00"}, 400, "invalid-request", "/time"),
        ({"time": "09:00:00"}, 400, "invalid-request", "/time"),
        ({"minutes": 4}, 400, "invalid-request", "/minutes"),
        ({"minutes": 481}, 400, "invalid-request", "/minutes"),
        ({"day": "2026-02-30"}, 400, "invalid-request", "/day"),
        ({"starts_at": "2026-03-03T09:00:00"}, 400, "invalid-request", "/starts_at"),
        ({"place": "a\u0000b"}, 400, "invalid-request", "/place"),
    ],
)
async def test_a_session_that_cannot_be_is_refused_by_field(cas, running, house, cast, wrong, status, problem, pointer):
    session_id = await make.session(house, cast, running, at="20:00")
    for answer in (
        await cas.post(f"/v1/trajectories/{running}/sessions", json=MORNING | wrong),
        await cas.patch(f"/v1/sessions/{session_id}", json=wrong),
    ):
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), answer.text
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_the_zone_may_be_another(cas, running):
    answer = await cas.post(f"/v1/trajectories/{running}/sessions", json=MORNING | {"zone": "Africa/Kinshasa"})
    assert (answer.json()["zone"], answer.json()["starts_at"]) == ("Africa/Kinshasa", "2026-03-03T08:00:00Z")


@pytest.mark.parametrize("state", ["proposed", "running", "paused", "completed", "stopped", "declined"])
@pytest.mark.parametrize("kind", list(SessionKind))
async def test_sessions_are_planned_while_a_trajectory_runs_with_an_intro_before_and_aftercare_after(
    cas, house, cast, state, kind
):
    trajectory_id = await make.trajectory(house, cast, state=TrajectoryState(state))
    answer = await cas.post(f"/v1/trajectories/{trajectory_id}/sessions", json=MORNING | {"kind": kind})
    if state == "running" or (state, kind) in {("proposed", "intro"), ("completed", "aftercare")}:
        assert answer.status_code == 201, answer.text
    else:
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/trajectory-not-running")


@pytest.mark.parametrize("state", ["stopped", "completed"])
async def test_what_an_ended_trajectory_left_open_is_corrected_but_not_planned_anew(cas, house, cast, state):
    trajectory_id = await make.trajectory(house, cast)
    session_id = await make.session(house, cast, trajectory_id, day=date(2026, 2, 2))
    verb, body = {"stopped": ("stop", make.BODIES["stop"]), "completed": ("complete", make.REVIEWED)}[state]
    assert (await cas.post(f"/v1/trajectories/{trajectory_id}/{verb}", json=body)).json()["state"] == state
    refused = await cas.patch(f"/v1/sessions/{session_id}", json={"day": "2026-06-01"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/trajectory-not-running")
    assert refused.json()["errors"][0]["pointer"] == "/day"
    corrected = await cas.patch(f"/v1/sessions/{session_id}", json={"day": "2026-02-03", "minutes": 90})
    assert (corrected.status_code, corrected.json()["day"]) == (200, "2026-02-03"), corrected.text


async def test_what_is_planned_may_move_while_its_trajectory_is_paused(cas, house, cast, running):
    session_id = await make.session(house, cast, running)
    await cas.post(f"/v1/trajectories/{running}/pause")
    moved = await cas.patch(f"/v1/sessions/{session_id}", json={"day": "2026-06-01"})
    assert (moved.status_code, moved.json()["day"]) == (200, "2026-06-01"), moved.text


async def test_aftercare_outlives_the_end_that_frees_the_rest(cas, house, cast, running):
    aftercare = await make.session(house, cast, running, kind=SessionKind.AFTERCARE, at="09:00")
    guidance = await make.session(house, cast, running, at="11:00")
    await cas.post(f"/v1/trajectories/{running}/complete", json=make.REVIEWED)
    states = [(await cas.get(f"/v1/sessions/{one}")).json()["state"] for one in (aftercare, guidance)]
    assert states == ["planned", "cancelled"]


async def test_moving_sessions_and_ending_their_trajectory_never_wait_for_one_another(cas, house, cast):
    for _ in range(5):
        trajectory_id = await make.trajectory(house, cast)
        sessions = [await make.session(house, cast, trajectory_id, at=f"{hour:02}:00") for hour in (9, 11, 13)]
        answers = await asyncio.gather(
            *(cas.patch(f"/v1/sessions/{one}", json={"minutes": 50}) for one in sessions),
            cas.post(f"/v1/trajectories/{trajectory_id}/stop", json=make.BODIES["stop"]),
        )
        assert {answer.status_code for answer in answers} <= {200, 409}
        left = [(await cas.get(f"/v1/sessions/{one}")).json()["state"] for one in sessions]
        assert left == ["cancelled"] * 3


async def test_a_declined_trajectory_gives_its_intro_back(cas, house, cast):
    trajectory_id = await make.trajectory(house, cast, state=TrajectoryState.PROPOSED)
    session_id = await make.session(house, cast, trajectory_id, kind=SessionKind.INTRO)
    await cas.post(f"/v1/trajectories/{trajectory_id}/decline")
    assert (await cas.get(f"/v1/sessions/{session_id}")).json()["state"] == "cancelled"


async def test_a_session_over_another_is_refused_and_names_it(cas, running, house, cast):
    other = await make.trajectory(house, cast)
    first = await make.session(house, cast, running, at="09:00", minutes=60)
    for time, minutes in (("09:30", 60), ("08:00", 61), ("09:59", 5), ("08:00", 480)):
        answer = await cas.post(f"/v1/trajectories/{other}/sessions", json=MORNING | {"time": time, "minutes": minutes})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/coach-not-free")
        assert answer.json()["facts"]["session_ids"] == [str(first)]
    for time, minutes in (("08:00", 60), ("10:00", 60)):
        answer = await cas.post(f"/v1/trajectories/{other}/sessions", json=MORNING | {"time": time, "minutes": minutes})
        assert answer.status_code == 201, answer.text


async def test_another_coach_is_free_at_that_time(omar, running, house, cast):
    await make.session(house, cast, running)
    other = await make.trajectory(house, cast, coach=Role.OWNER)
    assert (await omar.post(f"/v1/trajectories/{other}/sessions", json=MORNING)).status_code == 201


async def test_a_cancelled_session_gives_its_time_back(cas, running, house, cast):
    session_id = await make.session(house, cast, running)
    cancelled = await cas.post(f"/v1/sessions/{session_id}/cancel", json={"reason": "Ziek"})
    assert (cancelled.json()["state"], cancelled.json()["reason"]) == ("cancelled", "Ziek")
    assert cancelled.json()["closed_at"] is not None
    assert (await cas.post(f"/v1/trajectories/{running}/sessions", json=MORNING)).status_code == 201


async def test_of_twenty_who_book_one_slot_at_once_one_gets_it(cas, house, cast):
    trajectory_ids = [await make.trajectory(house, cast) for _ in range(5)]
    calls = [cas.post(f"/v1/trajectories/{trajectory_ids[n % 5]}/sessions", json=MORNING) for n in range(20)]
    answers = await asyncio.gather(*calls)
    counted = Counter((answer.status_code, answer.json().get("type")) for answer in answers)
    assert counted == {(201, None): 1, (409, "/problems/coach-not-free"): 19}
    [won] = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert {tuple(a.json()["facts"]["session_ids"]) for a in answers if a.status_code == 409} == {(won,)}
    assert len((await cas.get("/v1/sessions")).json()["items"]) == 1


async def test_of_many_who_move_to_one_slot_at_once_one_gets_it(cas, running, house, cast):
    ids = [await make.session(house, cast, running, at=f"{10 + n}:00") for n in range(8)]
    answers = await asyncio.gather(*[cas.patch(f"/v1/sessions/{one}", json={"time": "08:00"}) for one in ids])
    counted = Counter((answer.status_code, answer.json().get("type")) for answer in answers)
    assert counted == {(200, None): 1, (409, "/problems/coach-not-free"): 7}


async def test_a_planned_session_is_moved_and_may_overlap_only_itself(cas, running, house, cast):
    session_id = await make.session(house, cast, running, at="09:00")
    await make.session(house, cast, running, at="12:00")
    moved = await cas.patch(f"/v1/sessions/{session_id}", json={"time": "09:30", "place": "Brugge"})
    assert moved.status_code == 200, moved.text
    assert (moved.json()["starts_at"], moved.json()["place"]) == ("2026-03-03T08:30:00Z", "Brugge")
    assert (await cas.get(f"/v1/sessions/{session_id}")).content == moved.content
    taken = await cas.patch(f"/v1/sessions/{session_id}", json={"time": "11:30"})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/coach-not-free")
    stale = await cas.patch(f"/v1/sessions/{session_id}", json={"time": "07:00"}, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-changed")


@pytest.mark.parametrize("verb", ["hold", "cancel", "no-show"])
async def test_a_closed_session_stays_as_it_is(cas, running, house, cast, clock, verb):
    session_id = await make.session(house, cast, running)
    clock.move(days=2)
    body = {"cancel": {}}.get(verb)
    closed = await cas.post(f"/v1/sessions/{session_id}/{verb}", json=body)
    assert closed.status_code == 200, closed.text
    for other in ("hold", "cancel", "no-show"):
        again = await cas.post(f"/v1/sessions/{session_id}/{other}", json={} if other == "cancel" else None)
        assert (again.status_code, again.json()["type"]) == (409, "/problems/wrong-state")
    moved = await cas.patch(f"/v1/sessions/{session_id}", json={"time": "10:00"})
    assert (moved.status_code, moved.json()["type"]) == (409, "/problems/wrong-state")


@pytest.mark.parametrize("verb", ["hold", "no-show"])
async def test_a_session_is_held_or_missed_only_once_it_has_begun(cas, running, house, cast, clock, verb):
    session_id = await make.session(house, cast, running, day=make.date(2026, 3, 2), at="13:00")
    early = await cas.post(f"/v1/sessions/{session_id}/{verb}")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/session-not-started")
    clock.move(hours=1)
    assert (await cas.post(f"/v1/sessions/{session_id}/{verb}")).status_code == 200


@pytest.mark.parametrize("verb", ["hold", "cancel", "no-show"])
async def test_a_verb_on_stale_data_is_refused(cas, running, house, cast, verb):
    session_id = await make.session(house, cast, running)
    await cas.patch(f"/v1/sessions/{session_id}", json={"place": "Gent"})
    body = {} if verb == "cancel" else None
    answer = await cas.post(f"/v1/sessions/{session_id}/{verb}", json=body, headers={"If-Match": '"v1"'})
    assert (answer.status_code, answer.json()["type"]) == (412, "/problems/version-changed")


async def test_a_session_is_not_planned_on_a_stale_trajectory(cas, running):
    path = f"/v1/trajectories/{running}/sessions"
    answer = await cas.post(path, json=MORNING, headers={"If-Match": '"v1"'})
    assert (answer.status_code, answer.json()["type"]) == (412, "/problems/version-changed")


async def test_a_session_of_a_colleague_or_of_another_practice_is_not_found(cas, bo, house, cast):
    trajectory_id = await make.trajectory(house, cast, coach=Role.OWNER)
    session_id = await make.session(house, cast, trajectory_id)
    for client in (cas, bo):
        path = f"/v1/sessions/{session_id}"
        for answer in (
            await client.get(path),
            await client.patch(path, json={"place": "Gent"}),
            await client.post(f"{path}/hold"),
            await client.post(f"{path}/cancel", json={}),
            await client.post(f"{path}/no-show"),
        ):
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/session-not-found")
        assert (await client.get("/v1/sessions")).json()["items"] == []


async def test_the_list_runs_in_the_order_of_time_and_pages_through(omar, running, house, cast):
    hers = await make.trajectory(house, cast, coach=Role.OWNER)
    late = await make.session(house, cast, running, at="16:00")
    same_time = [await make.session(house, cast, one, at="09:00") for one in (running, hers)]
    wanted = [str(one) for one in [*sorted(same_time), late]]
    seen, cursor = [], ""
    while cursor is not None:
        page = (await omar.get(f"/v1/sessions?limit=1{cursor}")).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert seen == wanted


async def test_the_list_is_narrowed_by_each_filter(omar, cas, running, house, cast, clock):
    hers = await make.trajectory(house, cast, coach=Role.OWNER)
    first = str(await make.session(house, cast, running, day=make.date(2026, 2, 2), held=True))
    second = str(await make.session(house, cast, running, day=make.date(2026, 3, 3), at="00:00"))
    third = str(await make.session(house, cast, hers, day=make.date(2026, 3, 4), at="23:30"))

    async def listed(client, query):
        answer = await client.get(f"/v1/sessions?{query}")
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await listed(omar, "") == [first, second, third]
    assert await listed(omar, f"trajectory_id={running}") == [first, second]
    assert await listed(omar, f"coach_id={cast.staff[Role.OWNER]}") == [third]
    assert await listed(omar, "state=held") == [first]
    assert await listed(omar, "from_day=2026-03-03") == [second, third]
    assert await listed(omar, "to_day=2026-03-03") == [first, second]
    assert await listed(omar, "from_day=2026-03-04&to_day=2026-03-04") == [third]
    assert await listed(omar, f"trajectory_id={running}&state=planned&from_day=2026-03-01&limit=1") == [second]
    assert await listed(cas, f"coach_id={cast.staff[Role.OWNER]}") == []
    assert await listed(cas, "from_day=2026-03-01") == [second]


async def test_a_cursor_and_a_day_of_the_list_are_checked(omar, running, house, cast):
    for at in ("09:00", "11:00"):
        await make.session(house, cast, running, at=at)
    cursor = (await omar.get("/v1/sessions?limit=1")).json()["next_cursor"]
    for query, status, problem in (
        (f"state=planned&cursor={cursor}", 422, "invalid-cursor"),
        ("cursor=AAAA", 422, "invalid-cursor"),
        ("from_day=0001-01-01", 422, "day-out-of-range"),
        ("to_day=9999-12-31", 422, "day-out-of-range"),
        ("state=lost", 400, "invalid-request"),
        (f"coachee_id={new_id()}", 400, "invalid-request"),
        ("limit=101", 400, "invalid-request"),
    ):
        answer = await omar.get(f"/v1/sessions?{query}")
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), query


async def test_a_double_submit_plans_one_session(cas, running):
    path = f"/v1/trajectories/{running}/sessions"
    answers = [await cas.post(path, json=MORNING, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert len((await cas.get("/v1/sessions")).json()["items"]) == 1


async def test_nothing_is_planned_for_an_archived_coachee(omar, house, cast):
    trajectory_id = await make.trajectory(house, cast)
    coachee_id = (await omar.get(f"/v1/trajectories/{trajectory_id}")).json()["coachee_id"]
    await omar.post(f"/v1/coachees/{coachee_id}/archive")
    answer = await omar.post(f"/v1/trajectories/{trajectory_id}/sessions", json=MORNING)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/coachee-archived")


async def test_nothing_is_planned_with_a_coach_who_left(omar, house, cast):
    trajectory_id = await make.trajectory(house, cast)
    await omar.post(f"/v1/staff/{cast.staff[Role.COACH]}/leave")
    answer = await omar.post(f"/v1/trajectories/{trajectory_id}/sessions", json=MORNING)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/coach-has-left")
