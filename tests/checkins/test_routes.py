"""Plans and check-ins over HTTP: who may, what is refused, what a page shows."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain import people, trajectories
from domain.checkins import CheckIn
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.people import Purpose
from domain.practice import Role
from tests.checkins import make
from tests.people import make as people_make

pytestmark = pytest.mark.anyio

PLAN = {
    "weekdays": [1, 3, 5],
    "windows": [{"from": "16:30", "to": "20:30"}],
    "starts_on": "2026-03-03",
    "ends_on": "2026-06-30",
}


TWO = {
    "windows": [{"from": "09:00", "to": "12:00"}, {"from": "16:30", "to": "20:30"}],
    "per_day_max": 2,
}


@pytest.fixture
async def running(house, cast):
    """A running trajectory of Cas the coach."""
    return await make.trajectory(house, cast)


@pytest.fixture
def plans(running):
    return f"/v1/trajectories/{running.id}/check-in-plans"


async def consent(house, cast, running):
    for purpose in make.TO_SEND:
        await people_make.consent(house, cast, running.coachee_id, purpose)


def problem(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def test_a_plan_is_proposed_read_and_listed(cas, plans, running):
    answer = await cas.post(plans, json=PLAN)
    assert answer.status_code == 201, answer.text
    plan = answer.json()
    assert (plan["state"], plan["zone_mode"], plan["zone"]) == ("proposed", "follow_person", "Europe/Brussels")
    assert (plan["windows"], plan["edition"]) == ([{"from": "16:30", "to": "20:30", "slots": 1}], 1)
    assert (plan["quiet_from"], plan["expires_after_minutes"], plan["policy"]) == ("21:00", None, "strength_first_v1")
    assert not {"seed", "token_digest"} & set(plan)
    seen = await cas.get(f"/v1/check-in-plans/{plan['id']}")
    assert seen.headers["etag"] == '"v1"'
    assert seen.json() == plan
    listed = (await cas.get(plans)).json()
    assert listed == {"items": [plan], "next_cursor": None}


async def test_a_preview_tells_which_moments_are_left_to_chance(cas, house, cast, running, plans):
    await consent(house, cast, running)
    body = PLAN | {"trial": {"of": "sending", "probability": 0.5}}
    previewed = body | {"trajectory_id": str(running.id)}
    unlent = (await cas.post("/v1/check-in-plans/preview", json=previewed)).json()["items"]
    assert {one["lot"] for one in unlent} == {None} == {one["skipped"] for one in unlent}
    await people_make.consent(house, cast, running.coachee_id, Purpose.RESEARCH_EXPORT)
    lent = (await cas.post("/v1/check-in-plans/preview", json=previewed)).json()["items"]
    assert {one["lot"]["probability"] for one in lent} == {0.5}
    fell = {(one["lot"]["kept"], one["kind"] is None, one["skipped"]) for one in lent}
    assert fell == {(True, False, None), (False, True, "by_lot")}
    plan = (await cas.post(plans, json=body)).json()
    assert plan["trial"] == body["trial"]
    assert (await cas.get(f"/v1/check-in-plans/{plan['id']}/preview")).json()["items"] == lent
    for trial in ({"of": "sending", "probability": 0.99}, {"of": "all", "probability": 0.5}, {"of": "kind"}):
        assert problem(await cas.post(plans, json=PLAN | {"trial": trial})) == (400, "invalid-request")


async def test_a_plan_goes_through_its_life(cas, house, cast, plans, running):
    await consent(house, cast, running)
    plan = (await cas.post(plans, json=PLAN)).json()
    address = f"/v1/check-in-plans/{plan['id']}"
    for step, state in (("accept", "accepted"), ("pause", "paused"), ("resume", "accepted"), ("end", "ended")):
        answer = await cas.post(f"{address}/{step}")
        assert (answer.status_code, answer.json()["state"]) == (200, state)
        assert answer.headers["etag"] == (await cas.get(address)).headers["etag"]


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"windows": [{"from": "07:30", "to": "09:00"}]}, 422, "window-in-quiet-hours", "/windows"),
        ({"windows": [{"from": "20:30", "to": "21:30"}]}, 422, "window-in-quiet-hours", "/windows"),
        ({"windows": [{"from": "16:30", "to": "16:40"}]}, 422, "window-too-short", "/windows"),
        ({"quiet_from": "20:00"}, 422, "window-in-quiet-hours", "/windows"),
        ({"quiet_from": "22:00"}, 422, "quiet-hours-too-short", "/quiet_from"),
        ({"quiet_until": "07:00"}, 422, "quiet-hours-too-short", "/quiet_until"),
        ({"quiet_weekdays": [5]}, 422, "quiet-day-planned", "/quiet_weekdays"),
        ({"channels": ["email", "email"]}, 422, "channel-twice", "/channels"),
        (TWO | {"per_day_max": 1}, 422, "too-many-slots", "/windows"),
        (TWO, 422, "burst-too-long", "/per_day_max"),
        (TWO | {"windows": list(reversed(TWO["windows"]))}, 422, "windows-overlap", "/windows"),
        (TWO | {"min_gap_minutes": 600}, 422, "gap-too-long", "/min_gap_minutes"),
        ({"weekdays": [1, 1]}, 422, "weekday-twice", "/weekdays"),
        ({"ends_on": "2026-03-02"}, 422, "plan-ends-before-start", "/ends_on"),
        ({"ends_on": "2028-12-31"}, 422, "plan-too-long", "/ends_on"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-03-01"}, 422, "plan-in-past", "/ends_on"),
        ({"starts_on": "0001-01-01"}, 422, "day-out-of-range", "/starts_on"),
        ({"ends_on": "9999-12-31"}, 422, "day-out-of-range", "/ends_on"),
        ({"zone_mode": "fixed"}, 422, "zone-needed", "/zone"),
        ({"zone": "Europe/Brussels"}, 422, "zone-not-wanted", "/zone"),
        ({"zone_mode": "fixed", "zone": "Mars/Phobos"}, 422, "unknown-zone", "/zone"),
        ({"weekdays": []}, 400, "invalid-request", "/weekdays"),
        ({"weekdays": [0]}, 400, "invalid-request", "/weekdays"),
        ({"windows": []}, 400, "invalid-request", "/windows"),
        ({"windows": [{"from": "25:00", "to": "20:00"}]}, 400, "invalid-request", "/windows"),
        ({"windows": [{"from": "16:30\n", "to": "20:00"}]}, 400, "invalid-request", "/windows"),
        ({"windows": [{"from": "16:30", "to": "20:00", "slots": 3}]}, 400, "invalid-request", "/windows"),
        ({"expires_after_minutes": 59}, 400, "invalid-request", "/expires_after_minutes"),
        ({"expires_after_minutes": 2**70}, 400, "invalid-request", "/expires_after_minutes"),
        ({"channels": ["pigeon"]}, 400, "invalid-request", "/channels"),
        ({"escalate_after_minutes": 4}, 400, "invalid-request", "/escalate_after_minutes"),
        ({"policy": "pester"}, 400, "invalid-request", "/policy"),
        ({"ratio": 1}, 400, "invalid-request", "/ratio"),
        ({"slots": 2}, 400, "invalid-request", "/slots"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused_with_the_field_to_mend(
    cas, plans, running, changes, status, code, pointer
):
    for path, body in (
        (plans, PLAN | changes),
        ("/v1/check-in-plans/preview", PLAN | {"trajectory_id": str(running.id)} | changes),
    ):
        answer = await cas.post(path, json=body)
        assert problem(answer) == (status, code)
        assert answer.json()["errors"][0]["pointer"].startswith(pointer)


async def test_a_trajectory_has_one_open_plan(cas, plans):
    assert (await cas.post(plans, json=PLAN)).status_code == 201
    assert problem(await cas.post(plans, json=PLAN)) == (409, "another-plan-active")


async def test_nothing_is_proposed_in_a_trajectory_that_is_over(cas, house, cast, plans, running):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await trajectories.stop_trajectory(work, running.id, "Verhuisd")
    assert problem(await cas.post(plans, json=PLAN)) == (409, "trajectory-closed")


async def test_nothing_is_proposed_to_an_archived_coachee(cas, house, cast, plans, running):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.archive_coachee(work, running.coachee_id)
    assert problem(await cas.post(plans, json=PLAN)) == (409, "coachee-archived")


async def test_accepting_tells_which_consent_is_missing(cas, plans):
    plan = (await cas.post(plans, json=PLAN)).json()
    answer = await cas.post(f"/v1/check-in-plans/{plan['id']}/accept")
    assert problem(answer) == (409, "consent-needed")
    assert answer.json()["facts"] == {"purpose": "check_ins"}


async def test_accepting_is_refused_once_it_cannot_begin_any_more(cas, house, cast, clock, plans, running):
    await consent(house, cast, running)
    address = f"/v1/check-in-plans/{(await cas.post(plans, json=PLAN)).json()['id']}"
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.archive_coachee(work, running.coachee_id)
    assert problem(await cas.post(f"{address}/accept")) == (409, "coachee-archived")
    clock.move(days=150)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await trajectories.stop_trajectory(work, running.id, "Verhuisd")
    assert problem(await cas.post(f"{address}/accept")) == (409, "trajectory-closed")


async def test_a_plan_past_its_last_day_is_neither_accepted_nor_resumed(cas, house, cast, clock, plans, running):
    await consent(house, cast, running)
    proposed = (await cas.post(plans, json=PLAN)).json()
    paused = await make.accepted_plan(house, cast)
    await cas.post(f"/v1/check-in-plans/{paused.id}/pause")
    clock.move(days=150)
    assert problem(await cas.post(f"/v1/check-in-plans/{proposed['id']}/accept")) == (422, "plan-in-past")
    assert problem(await cas.post(f"/v1/check-in-plans/{paused.id}/resume")) == (422, "plan-in-past")


async def test_a_plan_is_not_resumed_once_its_trajectory_is_over(cas, house, cast):
    plan = await make.accepted_plan(house, cast)
    await cas.post(f"/v1/check-in-plans/{plan.id}/pause")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await trajectories.complete_trajectory(work, plan.trajectory_id)
    assert problem(await cas.post(f"/v1/check-in-plans/{plan.id}/resume")) == (409, "trajectory-closed")


@pytest.mark.parametrize("step", ["accept", "pause", "resume"])
async def test_a_step_that_does_not_follow_is_a_conflict(cas, plans, step):
    plan = (await cas.post(plans, json=PLAN)).json()
    address = f"/v1/check-in-plans/{plan['id']}"
    assert (await cas.post(f"{address}/end")).status_code == 200
    assert problem(await cas.post(f"{address}/{step}")) == (409, "wrong-state")
    assert problem(await cas.post(f"{address}/end")) == (409, "wrong-state")


@pytest.mark.parametrize("step", ["accept", "pause", "resume", "end"])
async def test_a_step_on_a_version_that_has_changed_is_refused(cas, plans, step):
    plan = (await cas.post(plans, json=PLAN)).json()
    answer = await cas.post(f"/v1/check-in-plans/{plan['id']}/{step}", headers={"If-Match": '"v9"'})
    assert problem(answer) == (412, "version-changed")


async def test_a_proposal_for_a_trajectory_that_has_changed_is_refused(cas, plans):
    assert problem(await cas.post(plans, json=PLAN, headers={"If-Match": '"v9"'})) == (412, "version-changed")


async def test_what_is_not_there_is_not_found(cas):
    for method, address in (
        ("post", f"/v1/trajectories/{new_id()}/check-in-plans"),
        ("get", f"/v1/trajectories/{new_id()}/check-in-plans"),
        ("get", f"/v1/check-in-plans/{new_id()}"),
        ("get", f"/v1/check-ins/{new_id()}"),
        *(("post", f"/v1/check-in-plans/{new_id()}/{step}") for step in ("accept", "pause", "resume", "end")),
    ):
        body = {"json": PLAN} if address.endswith("plans") and method == "post" else {}
        answer = await cas.request(method, address, **body)
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("-not-found")


async def test_who_may_do_what(anonymous, lena, cas, bea, bo, plans):
    assert (await anonymous.post(plans, json=PLAN)).status_code == 401
    assert problem(await bea.post(plans, json=PLAN)) == (403, "scope-missing")
    assert problem(await bo.post(plans, json=PLAN)) == (404, "trajectory-not-found")
    plan = (await lena.post(plans, json=PLAN)).json()
    address = f"/v1/check-in-plans/{plan['id']}"
    assert (await cas.get(address)).status_code == 200
    assert problem(await bea.get(address)) == (403, "scope-missing")
    assert problem(await bo.get(address)) == (404, "plan-not-found")
    assert problem(await bo.post(f"{address}/end")) == (404, "plan-not-found")


async def test_a_coach_does_not_see_what_is_a_colleagues(lena, cas, house, cast):
    hers = await make.trajectory(house, cast, coach=Role.OWNER)
    plan = await make.proposed_plan(house, cast, hers.id)
    assert problem(await cas.post(f"/v1/trajectories/{hers.id}/check-in-plans", json=PLAN)) == (
        404,
        "trajectory-not-found",
    )
    assert problem(await cas.get(f"/v1/trajectories/{hers.id}/check-in-plans")) == (404, "trajectory-not-found")
    assert problem(await cas.get(f"/v1/check-in-plans/{plan.id}")) == (404, "plan-not-found")
    assert problem(await cas.post(f"/v1/check-in-plans/{plan.id}/end")) == (404, "plan-not-found")
    assert (await lena.get(f"/v1/check-in-plans/{plan.id}")).status_code == 200


async def test_check_ins_are_listed_by_page_and_narrowed(cas, bo, house, cast, clock):
    amir, eva = await make.plant(house, cast, 2, each=3)
    pages, cursor = [], None
    while True:
        page = (await cas.get("/v1/check-ins", params={"limit": 4} | ({"cursor": cursor} if cursor else {}))).json()
        pages.append([item["id"] for item in page["items"]])
        if (cursor := page["next_cursor"]) is None:
            break
    assert [len(page) for page in pages] == [4, 2]
    everything = [check_in_id for page in pages for check_in_id in page]
    assert set(everything) == {str(one) for person in (amir, eva) for one in person.check_in_ids}
    for name, value, count in (
        ("trajectory_id", amir.trajectory_id, 3),
        ("coachee_id", eva.coachee_id, 3),
        ("plan_id", amir.plan_id, 3),
        ("state", "planned", 6),
        ("state", "sent", 0),
        ("from_day", "2026-03-02", 6),
        ("from_day", "2026-03-03", 0),
        ("to_day", "2026-03-01", 0),
    ):
        answer = await cas.get("/v1/check-ins", params={name: str(value)})
        assert len(answer.json()["items"]) == count, (name, value)
    assert (await bo.get("/v1/check-ins")).json()["items"] == []


async def test_a_cursor_belongs_to_its_filters(cas, house, cast):
    await make.plant(house, cast, 1, each=3)
    cursor = (await cas.get("/v1/check-ins?limit=2")).json()["next_cursor"]
    assert problem(await cas.get(f"/v1/check-ins?state=planned&cursor={cursor}")) == (422, "invalid-cursor")
    assert problem(await cas.get("/v1/check-ins?cursor=made-up")) == (422, "invalid-cursor")
    plan = await make.accepted_plan(house, cast)
    answer = await cas.get(f"/v1/trajectories/{plan.trajectory_id}/check-in-plans?cursor=made-up")
    assert problem(answer) == (422, "invalid-cursor")


async def test_a_check_in_is_read_by_its_own_coach_and_the_owner(lena, cas, bo, house, cast):
    [amir] = await make.plant(house, cast)
    address = f"/v1/check-ins/{amir.check_in_ids[0]}"
    seen = (await cas.get(address)).json()
    assert (seen["state"], seen["kind"], seen["wall_time"]) == ("planned", "success", "11:59:01")
    assert not {"token_digest", "answer"} & set(seen)
    assert (await lena.get(address)).status_code == 200
    assert problem(await bo.get(address)) == (404, "check-in-not-found")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        hers = trajectories.Trajectory
        await work.session.execute(update(hers).values(coach_id=cast.staff[Role.OWNER]))
    assert problem(await cas.get(address)) == (404, "check-in-not-found")
    assert (await cas.get("/v1/check-ins")).json()["items"] == []


async def test_a_missed_check_in_tells_why(cas, house, cast, clock):
    [amir] = await make.plant(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        values = {"state": "missed", "reason": "late", "closed_at": clock() - timedelta(minutes=1)}
        await work.session.execute(update(CheckIn).values(**values))
    seen = (await cas.get(f"/v1/check-ins/{amir.check_in_ids[0]}")).json()
    assert (seen["state"], seen["reason"], seen["problem"]) == ("missed", "late", None)
