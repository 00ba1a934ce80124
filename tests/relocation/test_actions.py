"""A practice that changes its zone: nine in the morning stays nine in the morning."""

from datetime import date

import pytest

from domain.practice import Role
from tests.trajectories import make

pytestmark = pytest.mark.anyio

NEW_YORK = {"zone": "America/New_York"}


@pytest.fixture
async def running(house, cast):
    return await make.trajectory(house, cast)


async def read(client, session_id):
    return (await client.get(f"/v1/sessions/{session_id}")).json()


@pytest.mark.parametrize(
    ("zone", "starts_at", "ends_at"), [("America/New_York", "13:00", "14:00"), ("Asia/Tokyo", "00:00", "01:00")]
)
async def test_sessions_to_come_keep_their_wall_time_in_the_new_zone(
    lena, house, cast, running, zone, starts_at, ends_at
):
    day = date(2026, 6, 2)
    sessions = [await make.session(house, cast, running, day=day, at=f"{hour:02}:00") for hour in range(9, 18)]
    moved = await lena.patch("/v1/practice", json={"zone": zone})
    assert (moved.status_code, moved.json()["zone"]) == (200, zone), moved.text
    for number, session_id in enumerate(sessions):
        now = await read(lena, session_id)
        assert (now["time"], now["zone"], now["version"]) == (f"{9 + number:02}:00", zone, 2)
    first = await read(lena, sessions[0])
    assert (first["starts_at"], first["ends_at"]) == (f"2026-06-02T{starts_at}:00Z", f"2026-06-02T{ends_at}:00Z")


async def test_what_has_passed_or_hangs_on_another_clock_stays_where_it_is(lena, house, cast, clock, running):
    held = await make.session(house, cast, running, day=date(2026, 2, 2), held=True)
    path = f"/v1/trajectories/{running}/sessions"
    tokyo = {"kind": "guidance", "day": "2026-06-02", "time": "09:00", "minutes": 60, "zone": "Asia/Tokyo"}
    elsewhere = (await lena.post(path, json=tokyo)).json()
    before = await read(lena, held)
    assert (await lena.patch("/v1/practice", json=NEW_YORK)).status_code == 200
    assert await read(lena, held) == before
    assert await read(lena, elsewhere["id"]) == elsewhere


async def test_a_move_that_would_put_two_sessions_of_a_coach_together_is_refused_whole(lena, house, cast, running):
    session_id = await make.session(house, cast, running, day=date(2026, 6, 2), at="09:00")
    fixed = {"kind": "guidance", "day": "2026-06-02", "time": "13:00", "minutes": 60, "zone": "UTC"}
    assert (await lena.post(f"/v1/trajectories/{running}/sessions", json=fixed)).status_code == 201
    refused = await lena.patch("/v1/practice", json=NEW_YORK)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/coach-not-free")
    assert (await lena.get("/v1/practice")).json()["zone"] == "Europe/Brussels"
    assert (await read(lena, session_id))["starts_at"] == "2026-06-02T07:00:00Z"


async def test_sessions_of_every_coach_follow(lena, house, cast, running):
    own = await make.trajectory(house, cast, coach=Role.OWNER)
    sessions = [await make.session(house, cast, one, day=date(2026, 6, 2)) for one in (running, own)]
    await lena.patch("/v1/practice", json=NEW_YORK)
    assert [(await read(lena, one))["starts_at"] for one in sessions] == ["2026-06-02T13:00:00Z"] * 2
