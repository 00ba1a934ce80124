import pytest
from sqlalchemy import select

from domain import trajectories
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event
from domain.practice import Role
from domain.trajectories import SessionKind, SessionState, TrajectoryState
from tests.people import make as people
from tests.trajectories import make

pytestmark = pytest.mark.anyio

NEXT = {
    ("proposed", "accept"): "running",
    ("proposed", "decline"): "declined",
    ("running", "pause"): "paused",
    ("running", "complete"): "completed",
    ("running", "stop"): "stopped",
    ("paused", "resume"): "running",
    ("paused", "stop"): "stopped",
}
VERBS = ("accept", "decline", "pause", "resume", "complete", "stop")
DONE = dict(zip(VERBS, ("accepted", "declined", "paused", "resumed", "completed", "stopped"), strict=True))


@pytest.fixture
def proposal(cast):
    """A body that Cas may send for a coachee."""

    def body(coachee_id, **values):
        new = {
            "coachee_id": str(coachee_id),
            "coach_id": str(cast.staff[Role.COACH]),
            "format": "trajectory",
            "domain": "both",
            "key_question": make.QUESTION,
            "planned_minutes": 480,
        }
        return new | values

    return body


async def test_a_proposal_is_answered_without_its_private_question(cas, house, cast, proposal):
    answer = await cas.post("/v1/trajectories", json=proposal(await people.coachee(house, cast)))
    assert answer.status_code == 201, answer.text
    assert make.QUESTION not in answer.text
    assert (answer.json()["state"], answer.json()["decided_at"], answer.json()["version"]) == ("proposed", None, 1)


async def test_a_trajectory_says_by_what_method_it_is_guided(cas, house, cast, proposal):
    made = await cas.post("/v1/trajectories", json=proposal(await people.coachee(house, cast)))
    assert made.json()["method"] == "krachtgericht"
    path = f"/v1/trajectories/{made.json()['id']}"
    changed = await cas.patch(path, json={"method": "other"}, headers={"If-Match": made.headers["etag"]})
    assert (changed.status_code, changed.json()["method"], (await cas.get(path)).json()["method"]) == (
        200,
        "other",
        "other",
    )
    unknown = await cas.post("/v1/trajectories", json=proposal(await people.coachee(house, cast), method="astrology"))
    assert unknown.status_code == 400
    assert [error["pointer"] for error in unknown.json()["errors"]] == ["/method"]


async def test_only_its_own_coach_reads_the_key_question(lena, omar, cas, bea, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    own = await cas.get(path)
    assert own.json()["key_question"] == make.QUESTION
    assert own.headers["etag"] == '"v2"'
    for client in (lena, omar, bea):
        assert (await client.get(path)).json() == own.json() | {"key_question": None}


async def test_a_change_answers_exactly_what_reading_answers(cas, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    changed = await cas.patch(
        path, json={"key_question": "Een andere vraag?", "planned_minutes": 0}, headers={"If-Match": '"v2"'}
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["key_question"], changed.json()["planned_minutes"]) == ("Een andere vraag?", 0)
    read = await cas.get(path)
    assert (read.content, read.headers["etag"]) == (changed.content, changed.headers["etag"])
    assert (await cas.get(path, headers={"If-None-Match": '"v3"'})).status_code == 304


async def test_a_change_must_name_the_version_that_was_read(omar, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    assert (await omar.patch(path, json={"domain": "both"})).status_code == 428
    stale = await omar.patch(path, json={"domain": "both"}, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-changed")


async def test_nobody_but_its_own_coach_changes_the_key_question(omar, lena, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    for client in (omar, lena):
        answer = await client.patch(path, json={"key_question": "Mijn vraag?"}, headers={"If-Match": '"v2"'})
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-coachee")


@pytest.mark.parametrize("role", ["billing", "administrator"])
async def test_who_coaches_no_more_neither_reads_nor_changes_a_key_question(omar, cas, house, cast, role):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    assert (await cas.get(path)).json()["key_question"] == make.QUESTION
    await omar.patch(f"/v1/staff/{cast.staff[Role.COACH]}", json={"role": role})
    assert (await cas.get(path)).json()["key_question"] is None
    answer = await cas.patch(path, json={"key_question": "Mijn vraag?"}, headers={"If-Match": '"v2"'})
    assert answer.status_code == 403
    await omar.patch(f"/v1/staff/{cast.staff[Role.COACH]}", json={"role": "coach"})
    assert (await cas.get(path)).json()["key_question"] == make.QUESTION


@pytest.mark.parametrize("state", ["proposed", "running", "paused", "completed", "stopped", "declined"])
@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_leads_where_it_should_or_is_refused(omar, house, cast, state, verb):
    trajectory_id = await make.trajectory(house, cast, state=TrajectoryState(state))
    answer = await omar.post(f"/v1/trajectories/{trajectory_id}/{verb}", json=make.BODIES.get(verb))
    wanted = NEXT.get((state, verb))
    if wanted is None:
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/wrong-state")
        return
    assert (answer.status_code, answer.json()["state"]) == (200, wanted), answer.text
    async with begin(house, cast.practice_id, OPERATOR) as work:
        last = await work.session.scalar(
            select(Event).where(Event.subject_id == trajectory_id).order_by(Event.id.desc()).limit(1)
        )
    assert last.kind == f"trajectory_{DONE[verb]}"


async def test_a_verb_on_stale_data_is_refused(omar, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    for verb in VERBS:
        answer = await omar.post(f"{path}/{verb}", json=make.BODIES.get(verb), headers={"If-Match": '"v1"'})
        assert (answer.status_code, answer.json()["type"]) == (412, "/problems/version-changed")


@pytest.mark.parametrize("role", [Role.BILLING, Role.ADMINISTRATOR, None])
async def test_who_does_not_coach_gets_no_trajectory(omar, house, cast, proposal, role):
    coach_id = cast.staff[role] if role else new_id()
    body = proposal(await people.coachee(house, cast), coach_id=str(coach_id))
    answer = await omar.post("/v1/trajectories", json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-a-coach")
    assert answer.json()["errors"][0]["pointer"] == "/coach_id"


async def test_a_coach_who_left_gets_no_trajectory(omar, house, cast, proposal):
    coachee_id = await people.coachee(house, cast)
    await omar.post(f"/v1/staff/{cast.staff[Role.COACH]}/leave")
    answer = await omar.post("/v1/trajectories", json=proposal(coachee_id))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-a-coach")


async def test_a_coach_proposes_for_herself_only_and_the_office_for_all(cas, omar, house, cast, proposal):
    body = proposal(await people.coachee(house, cast), coach_id=str(cast.staff[Role.OWNER]))
    answer = await cas.post("/v1/trajectories", json=body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/for-another-coach")
    assert (await omar.post("/v1/trajectories", json=body)).status_code == 201


async def test_a_proposal_needs_a_coachee_of_this_practice(cas, house, other_cast, proposal):
    answer = await cas.post("/v1/trajectories", json=proposal(await people.coachee(house, other_cast)))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/no-such-coachee")
    assert answer.json()["errors"][0]["pointer"] == "/coachee_id"


async def test_nothing_is_proposed_to_an_archived_coachee(omar, house, cast, proposal):
    coachee_id = await people.coachee(house, cast)
    await omar.post(f"/v1/coachees/{coachee_id}/archive")
    answer = await omar.post("/v1/trajectories", json=proposal(coachee_id))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/coachee-archived")


@pytest.mark.parametrize("minutes", [-1, 60_001, 2**70, 1.5, "480"])
async def test_planned_minutes_have_bounds(cas, house, cast, proposal, minutes):
    answer = await cas.post("/v1/trajectories", json=proposal(new_id(), planned_minutes=minutes))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/planned_minutes")


async def test_a_colleagues_trajectory_is_not_found(cas, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast, coach=Role.OWNER)}"
    answers = [
        await cas.get(path),
        *[
            await cas.patch(path, json={"domain": "both"}, headers={"If-Match": version})
            for version in ('"v2"', '"v9"')
        ],
        *[await cas.post(f"{path}/{verb}", json=make.BODIES.get(verb)) for verb in VERBS],
        await cas.post(
            f"{path}/sessions", json={"kind": "guidance", "day": "2026-03-03", "time": "09:00", "minutes": 60}
        ),
    ]
    assert {(answer.status_code, answer.json()["type"]) for answer in answers} == {
        (404, "/problems/trajectory-not-found")
    }


async def test_a_trajectory_of_another_practice_is_not_found(bo, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    answers = [
        await bo.get(path),
        await bo.patch(path, json={"domain": "both"}, headers={"If-Match": '"v2"'}),
        *[await bo.post(f"{path}/{verb}", json=make.BODIES.get(verb)) for verb in VERBS],
        await bo.post(
            f"{path}/sessions", json={"kind": "guidance", "day": "2026-03-03", "time": "09:00", "minutes": 60}
        ),
    ]
    assert {(answer.status_code, answer.json()["type"]) for answer in answers} == {
        (404, "/problems/trajectory-not-found")
    }
    assert (await bo.get("/v1/trajectories")).json()["items"] == []


async def test_the_list_is_filtered_and_shows_a_coach_her_own(lena, cas, house, cast):
    coachee_id = await people.coachee(house, cast)
    mine = await make.trajectory(house, cast, coachee_id=coachee_id)
    hers = await make.trajectory(house, cast, coach=Role.OWNER, state=TrajectoryState.PROPOSED)

    async def listed(client, query=""):
        return [item["id"] for item in (await client.get(f"/v1/trajectories{query}")).json()["items"]]

    assert await listed(cas) == [str(mine)]
    assert await listed(cas, f"?coach_id={cast.staff[Role.OWNER]}") == []
    assert await listed(lena) == [str(mine), str(hers)]
    assert await listed(lena, "?state=proposed") == [str(hers)]
    assert await listed(lena, f"?coachee_id={coachee_id}") == [str(mine)]
    assert await listed(lena, f"?coach_id={cast.staff[Role.OWNER]}&limit=1") == [str(hers)]


async def test_a_list_without_private_questions_refuses_a_foreign_cursor(cas, house, cast):
    for _ in range(2):
        await make.trajectory(house, cast)
    first = await cas.get("/v1/trajectories?limit=1")
    assert make.QUESTION not in first.text
    wrong = await cas.get(f"/v1/trajectories?state=running&cursor={first.json()['next_cursor']}")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/invalid-cursor")


async def test_nothing_begins_for_a_coachee_whose_file_is_archived(omar, house, cast):
    trajectory_id = await make.trajectory(house, cast, state=TrajectoryState.PROPOSED)
    coachee_id = (await omar.get(f"/v1/trajectories/{trajectory_id}")).json()["coachee_id"]
    await omar.post(f"/v1/coachees/{coachee_id}/archive")
    answer = await omar.post(f"/v1/trajectories/{trajectory_id}/accept")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/coachee-archived")


@pytest.mark.parametrize("verb", ["complete", "stop"])
async def test_the_end_of_a_trajectory_frees_what_was_still_to_come(omar, house, cast, clock, verb):
    trajectory_id = await make.trajectory(house, cast)
    past = await make.session(house, cast, trajectory_id, at="09:00")
    coming = await make.session(house, cast, trajectory_id, at="15:00")
    clock.move(days=1)
    await omar.post(f"/v1/trajectories/{trajectory_id}/{verb}", json=make.BODIES[verb])
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert (await trajectories.get_session(work, past)).state == SessionState.PLANNED
        assert (await trajectories.get_session(work, coming)).state == SessionState.CANCELLED


async def test_a_refused_end_leaves_the_sessions_alone(omar, house, cast):
    trajectory_id = await make.trajectory(house, cast)
    session_id = await make.session(house, cast, trajectory_id)
    await omar.post(f"/v1/trajectories/{trajectory_id}/pause")
    assert (await omar.post(f"/v1/trajectories/{trajectory_id}/complete", json={})).status_code == 409
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert (await trajectories.get_session(work, session_id)).state == SessionState.PLANNED


async def test_minutes_held_count_held_sessions_only(house, cast):
    trajectory_id = await make.trajectory(house, cast)
    day = make.date(2026, 2, 2)
    await make.session(house, cast, trajectory_id, day=day, at="09:00", minutes=90, held=True)
    await make.session(house, cast, trajectory_id, day=day, at="11:00", kind=SessionKind.AFTERCARE, held=True)
    await make.session(house, cast, trajectory_id, day=day, at="13:00")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await trajectories.minutes_held(work, trajectory_id) == 150
        assert await trajectories.minutes_held(work, trajectory_id, kind=SessionKind.GUIDANCE) == 90
