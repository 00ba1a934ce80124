import pytest

from domain.practice import Role
from tests.availability import make

pytestmark = pytest.mark.anyio


async def test_a_practice_that_set_no_rules_has_the_defaults(cas):
    rules = (await cas.get("/v1/calendar")).json()
    assert (rules["version"], rules["grid_minutes"], rules["horizon_days"]) == (1, 15, 365)
    assert rules["holidays_country"] is None


async def test_rules_are_changed_by_version(omar, cas):
    changed = await omar.patch("/v1/calendar", json={"grid_minutes": 30}, headers={"If-Match": '"v1"'})
    assert (changed.status_code, changed.json()["grid_minutes"], changed.headers["etag"]) == (200, 30, '"v2"')
    stale = await omar.patch("/v1/calendar", json={"grid_minutes": 60}, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-changed")
    assert (await cas.patch("/v1/calendar", json={}, headers={"If-Match": "*"})).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"holidays_country": "ZZ"}, "/holidays_country"),
        ({"holidays_country": "BE", "holidays_subdivision": "BB"}, "/holidays_subdivision"),
        ({"holidays_subdivision": "BB"}, "/holidays_subdivision"),
    ],
)
async def test_holidays_that_nobody_knows_are_refused(omar, wrong, pointer):
    answer = await omar.patch("/v1/calendar", json=wrong, headers={"If-Match": '"v1"'})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-holidays")
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_coach_sets_her_own_hours_and_the_office_those_of_all(cas, omar, cast):
    await make.work(cas, cast, make.hours(1), make.hours(2, kinds=["intro"], zone="Europe/London"))
    await make.work(omar, cast, make.hours(3), role=Role.OWNER)
    read = (await cas.get(f"/v1/coaches/{cast.staff[Role.COACH]}/hours")).json()
    assert [one["weekday"] for one in read["hours"]] == [1, 2]
    assert (read["hours"][1]["kinds"], read["hours"][1]["zone"]) == (["intro"], "Europe/London")
    path = f"/v1/coaches/{cast.staff[Role.OWNER]}"
    off = {"kind": "off", "first_day": "2026-03-03", "last_day": "2026-03-03"}
    for refused in (
        await cas.put(f"{path}/hours", json={"hours": []}),
        await cas.post(f"{path}/exceptions", json=off),
    ):
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/hours-of-another")


@pytest.mark.parametrize(
    ("week", "problem", "pointer"),
    [
        ([make.hours(2), make.hours(2, "11:00", "13:00")], "hours-overlap", "/hours/1"),
        ([make.hours(2, "12:00", "12:00")], "hours-overlap", "/hours/0"),
        ([make.hours(2, kinds=["surf"])], "unknown-session-type", "/hours/0/kinds"),
        ([make.hours(2, zone="Europe/Atlantis")], "unknown-zone", "/hours/0/zone"),
    ],
)
async def test_a_week_that_cannot_be_is_refused_by_field(cas, cast, week, problem, pointer):
    answer = await cas.put(f"/v1/coaches/{cast.staff[Role.COACH]}/hours", json={"hours": week})
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}"), answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_stale_week_is_refused(cas, cast):
    await make.work(cas, cast)
    path = f"/v1/coaches/{cast.staff[Role.COACH]}/hours"
    stale = await cas.put(path, json={"hours": []}, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-changed")


@pytest.mark.parametrize(
    ("wrong", "problem", "pointer"),
    [
        ({"last_day": "2026-03-02"}, "exception-incomplete", "/last_day"),
        ({"kind": "extra"}, "exception-incomplete", "/from_time"),
        ({"from_time": "09:00"}, "exception-incomplete", "/from_time"),
        ({"from_time": "09:00", "to_time": "09:00"}, "exception-incomplete", "/to_time"),
        ({"first_day": "0026-03-03"}, "day-out-of-range", "/first_day"),
    ],
)
async def test_an_exception_that_cannot_be_is_refused_by_field(cas, cast, wrong, problem, pointer):
    body = {"kind": "off", "first_day": "2026-03-03", "last_day": "2026-03-03"} | wrong
    answer = await cas.post(f"/v1/coaches/{cast.staff[Role.COACH]}/exceptions", json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}"), answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_an_exception_is_listed_until_it_is_dropped(cas, cast):
    day_off = await make.day_off(cas, cast)
    path = f"/v1/coaches/{cast.staff[Role.COACH]}/exceptions"
    assert [one["id"] for one in (await cas.get(path)).json()["items"]] == [day_off]
    assert (await cas.delete(f"/v1/hours-exceptions/{day_off}")).status_code == 204
    assert (await cas.get(path)).json()["items"] == []
    again = await cas.delete(f"/v1/hours-exceptions/{day_off}")
    assert (again.status_code, again.json()["type"]) == (404, "/problems/hours-exception-not-found")


async def test_a_practice_words_and_measures_its_kinds_of_session(omar, cas):
    first = {one["key"]: one for one in (await cas.get("/v1/session-types")).json()["items"]}
    assert (first["intro"]["minutes"], first["guidance"]["minutes"]) == ([30], [60, 90, 120])
    assert set(first["intro"]["labels"]) == {"nl", "fr", "en", "de"}
    walk = {"key": "walk", "labels": make.LABELS, "minutes": [75], "counts_as": "guidance"}
    for _ in range(2):
        assert (await omar.put("/v1/session-types", json=walk)).status_code == 200
    assert (await omar.put("/v1/session-types", json=walk | {"key": "intro", "counts_as": "intro"})).status_code == 200
    now = {one["key"]: one for one in (await cas.get("/v1/session-types")).json()["items"]}
    assert (list(now), now["intro"]["minutes"]) == (["intro", "guidance", "aftercare", "walk"], [75])
    refused = await omar.put("/v1/session-types", json=walk | {"key": "intro"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/counts-already")


async def test_locations_have_names_of_their_own(omar, cas):
    room = await make.location(omar)
    taken = await omar.post("/v1/locations", json={"name": "De kamer", "kind": "online"})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/location-name-taken")
    named = await omar.patch(f"/v1/locations/{room}", json={"name": "De tuin"}, headers={"If-Match": '"v1"'})
    assert named.json()["name"] == "De tuin"
    archived = await omar.post(f"/v1/locations/{room}/archive")
    assert archived.json()["archived_at"] is not None
    assert (await cas.get(f"/v1/locations/{room}")).content == archived.content
    assert [one["id"] for one in (await cas.get("/v1/locations")).json()["items"]] == [room]
    unknown = await omar.get(f"/v1/locations/{room[:-4]}0000")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/location-not-found")
