"""Teams: who is in them, what they follow, what they find, and who may know of it."""

import asyncio

import pytest
from sqlalchemy import text

from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from tests.people import make as people
from tests.teams import make

pytestmark = pytest.mark.anyio
IDEAL = "Samen een markt voor de hele wijk openen."


@pytest.fixture
async def group(cas, house, cast):
    """Of Cas, with two members."""
    return await make.team(cas, house, cast, members=2)


async def refused(client, path, body=None, *, code, status=None, method="POST", **asked):
    answer = await client.request(method, path, json=body, **asked)
    assert answer.json()["type"] == f"/problems/{code}", answer.text
    assert status is None or answer.status_code == status
    return answer.json()


async def test_a_team_has_a_coach_a_sponsor_and_members_who_come_and_go(cas, house, cast, group, clock):
    sponsor_id = await people.sponsor(house, cast)
    seen = await cas.get(group.path)
    change = {"name": "De winkel", "sponsor_id": str(sponsor_id)}
    changed = await cas.patch(group.path, json=change, headers={"If-Match": seen.headers["etag"]})
    assert (changed.status_code, changed.json()["name"], changed.json()["sponsor_id"]) == (
        200,
        "De winkel",
        str(sponsor_id),
    )
    clock.move(days=1)
    first = (await cas.get(f"{group.path}/members?limit=1")).json()
    assert first["next_cursor"]
    for _ in range(2):
        left = await cas.post(f"/v1/team-members/{first['items'][0]['id']}/leave")
        assert (left.status_code, left.json()["left_at"][:10]) == (200, "2026-03-03")
    again = await make.created(cas, f"{group.path}/members", {"coachee_id": str(group.coachees[0])})
    assert again["left_at"] is None
    members = (await cas.get(f"{group.path}/members")).json()["items"]
    assert [bool(member["left_at"]) for member in members] == [True, False, False]
    assert [one["id"] for one in (await cas.get("/v1/teams")).json()["items"]] == [group.id]


async def test_a_coachee_comes_into_a_team_once_however_many_ask_at_once(cas, house, cast, group):
    coachee_id = str(await people.coachee(house, cast))
    path = f"{group.path}/members"
    answers = await asyncio.gather(*(cas.post(path, json={"coachee_id": coachee_id}) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {"/problems/already-in-team"}


async def test_what_cannot_be_in_a_team_is_refused_by_name(cas, lena, house, cast, group):
    path = f"{group.path}/members"
    await refused(cas, path, {"coachee_id": str(new_id())}, code="no-such-coachee", status=422)
    assert (await lena.post(f"/v1/coachees/{group.coachees[0]}/archive")).status_code == 200
    await refused(cas, path, {"coachee_id": str(group.coachees[0])}, code="coachee-archived", status=409)
    await refused(cas, f"/v1/team-members/{new_id()}/leave", code="team-member-not-found", status=404)
    await refused(
        cas, f"/v1/teams/{new_id()}/members", {"coachee_id": str(new_id())}, code="team-not-found", status=404
    )


async def test_a_coach_makes_teams_of_her_own_and_the_office_of_any_coach(cas, omar, cast, group):
    lena = str(cast.staff[Role.OWNER])
    new = {"name": "De winkel", "coach_id": lena}
    await refused(cas, "/v1/teams", new, code="team-of-another-coach", status=403)
    made = await make.created(omar, "/v1/teams", new)
    await refused(omar, "/v1/teams", new | {"coach_id": str(cast.staff[Role.BILLING])}, code="not-a-coach")
    await refused(omar, "/v1/teams", new | {"sponsor_id": str(new_id())}, code="sponsor-not-found")
    assert (await cas.get(f"/v1/teams/{made['id']}")).status_code == 404
    give = {"json": {"coach_id": lena}, "headers": {"If-Match": '"v1"'}}
    assert (await cas.patch(group.path, **give)).json()["type"] == "/problems/team-of-another-coach"
    assert (await omar.patch(group.path, **give)).json()["coach_id"] == lena
    stale = await omar.patch(group.path, json={"name": "Te laat"}, headers={"If-Match": '"v1"'})
    assert stale.json()["type"] == "/problems/version-changed"


async def test_one_trajectory_of_a_team_runs_at_a_time_and_its_coach_alone_reads_the_question(cas, omar, cast, group):
    path, new = f"{group.path}/trajectories", {"key_question": make.QUESTION, "planned_minutes": 600}
    await refused(omar, path, new, code="not-your-team", status=403)
    answers = await asyncio.gather(*(cas.post(path, json=new) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    started = next(answer.json() for answer in answers if answer.status_code == 201)
    assert "key_question" not in started
    await refused(cas, path, new, code="team-trajectory-runs", status=409)
    assert (await cas.get(path)).json()["items"][0]["key_question"] == make.QUESTION
    assert (await omar.get(path)).json()["items"][0]["key_question"] is None
    done = await cas.post(f"/v1/team-trajectories/{started['id']}/complete")
    assert (done.status_code, done.json()["state"]) == (200, "completed")
    await refused(cas, f"/v1/team-trajectories/{started['id']}/stop", code="wrong-state", status=409)
    second = await make.created(cas, path, new)
    assert (await cas.post(f"/v1/team-trajectories/{second['id']}/stop")).json()["state"] == "stopped"
    await refused(cas, f"/v1/team-trajectories/{new_id()}/stop", code="team-trajectory-not-found", status=404)


async def test_the_next_coach_takes_over_the_trajectory_and_the_private_text(cas, omar, lena, cast, group):
    path = f"{group.path}/trajectories"
    await make.created(cas, path, {"key_question": make.QUESTION, "planned_minutes": 600})
    given = await omar.patch(group.path, json={"coach_id": str(cast.staff[Role.OWNER])}, headers={"If-Match": '"v1"'})
    assert given.status_code == 200
    [running] = (await lena.get(path)).json()["items"]
    assert (running["coach_id"], running["key_question"]) == (str(cast.staff[Role.OWNER]), make.QUESTION)
    assert (await cas.get(path)).status_code == 404


async def test_a_team_keeps_qualities_and_ideals_that_its_coach_alone_reads(cas, omar, lena, house, cast, group):
    path = f"{group.path}/findings"
    for body in (
        {"kind": "quality", "catalogue_key": "patient"},
        {"kind": "quality", "text": "Wij lachen samen."},
        {"kind": "ideal", "text": IDEAL},
    ):
        assert "text" not in await make.created(cas, path, body)
    found = (await cas.get(path)).json()["items"]
    assert [(one["kind"], one["catalogue_key"], one["text"]) for one in found] == [
        ("quality", "patient", None),
        ("quality", None, "Wij lachen samen."),
        ("ideal", None, IDEAL),
    ]
    for _ in range(2):
        assert (await cas.post(f"/v1/team-findings/{found[0]['id']}/archive")).json()["archived_at"] is not None
    await refused(lena, path, code="not-your-team", method="GET", status=403)
    await refused(lena, f"/v1/team-findings/{found[1]['id']}/archive", code="not-your-team", status=403)
    await refused(cas, f"/v1/team-findings/{new_id()}/archive", code="team-finding-not-found", status=404)
    await refused(cas, path, {"kind": "ideal", "catalogue_key": "patient"}, code="ideal-in-own-words", status=422)
    await refused(cas, path, {"kind": "quality"}, code="key-or-label", status=422)
    await refused(cas, path, {"kind": "quality", "catalogue_key": "nothing_such"}, code="no-such-quality", status=422)


async def test_no_text_of_a_team_is_readable_in_the_database(cas, house, cast, group):
    await make.created(cas, f"{group.path}/trajectories", {"key_question": make.QUESTION, "planned_minutes": 600})
    await make.created(cas, f"{group.path}/findings", {"kind": "ideal", "text": IDEAL})
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for table in ("team_trajectories", "team_findings", "events", "audit_entries", "idempotency_keys"):
            if await work.session.scalar(text("SELECT to_regclass(:name)"), {"name": table}) is None:
                continue
            kept = str((await work.session.execute(text(f"SELECT * FROM {table}"))).all())
            assert IDEAL not in kept, table
            assert make.QUESTION not in kept, table
