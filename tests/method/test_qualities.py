import pytest
from asyncpg import RestrictViolationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.checkins import Kind
from domain.kit.database import connect
from domain.kit.ids import new_id
from domain.people import Purpose
from domain.practice import Role
from tests.method import make
from tests.people import make as people
from tests.phone import make as phone
from tests.trajectories import make as trajectories

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("trajectory")]


async def test_a_quality_of_the_catalogue_is_named_and_read_back(cas, amir, cast):
    named = await make.add(cas, amir, "qualities", make.QUALITY)
    assert named.status_code == 201, named.text
    [read] = (await cas.get(f"/v1/coachees/{amir}/qualities")).json()["items"]
    assert read == named.json() | {"label": None}
    assert (read["catalogue_key"], read["status"], read["added_by"]) == (
        "calm",
        "suggested",
        str(cast.staff[Role.COACH]),
    )


async def test_a_quality_in_own_words_comes_back_to_who_reads_it_and_not_in_the_answer_to_the_post(cas, amir):
    named = await make.add(cas, amir, "qualities", make.OWN_QUALITY)
    assert make.OWN_WORD not in named.text
    read = await cas.get(f"/v1/coachee-qualities/{named.json()['id']}")
    assert read.json() == named.json() | {"label": make.OWN_WORD}
    assert (read.json()["dimension"], read.json()["named_by"]) == ("feeling", "coachee")
    reworded = {"label": "baken"}
    changed = await cas.patch(read.request.url.path, json=reworded, headers={"If-Match": read.headers["etag"]})
    assert changed.json()["version"] == 2
    assert (await cas.get(read.request.url.path)).json()["label"] == "baken"


@pytest.mark.parametrize("body", [make.QUALITY | {"label": "x"}, make.QUALITY | {"catalogue_key": None}])
async def test_a_quality_has_a_key_or_a_label_and_not_both(cas, amir, body):
    answer = await make.add(cas, amir, "qualities", body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-or-label")


async def test_a_key_that_the_catalogue_does_not_have_is_refused(cas, amir):
    answer = await make.add(cas, amir, "qualities", make.QUALITY | {"catalogue_key": "perfect"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/no-such-quality")
    assert answer.json()["errors"][0]["pointer"] == "/catalogue_key"


async def test_a_quality_of_the_catalogue_is_named_once_for_a_coachee(cas, house, cast, amir):
    assert (await make.add(cas, amir, "qualities", make.QUALITY)).status_code == 201
    again = await make.add(cas, amir, "qualities", make.QUALITY)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/quality-already-named")
    other = await people.coachee(house, cast)
    await trajectories.trajectory(house, cast, coachee_id=other)
    assert (await make.add(cas, other, "qualities", make.QUALITY)).status_code == 201


async def test_the_catalogue_words_its_own_qualities(cas, amir):
    path = f"/v1/coachee-qualities/{await make.added(cas, amir, 'qualities', make.QUALITY)}"
    answer = await cas.patch(path, json={"label": "kalmpjes"}, headers={"If-Match": '"v1"'})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/label-of-catalogue")


async def test_a_quality_goes_up_and_down_the_ladder_and_every_rung_is_dated(cas, clock, cast, amir):
    path = f"/v1/coachee-qualities/{await make.added(cas, amir, 'qualities', make.QUALITY)}"
    moves = ["used_consciously", "recognised", "recognised", "felt"]
    for version, rung in enumerate(moves, start=1):
        clock.move(days=1)
        answer = await cas.patch(
            path, json={"status": rung, "dimension": "wanting"}, headers={"If-Match": f'"v{min(version, 3)}"'}
        )
        assert (answer.status_code, answer.json()["status"]) == (200, rung), answer.text
    first = (await cas.get(f"{path}/history?limit=3")).json()
    second = (await cas.get(f"{path}/history?limit=3&cursor={first['next_cursor']}")).json()
    steps = [(step["status"], step["noted_at"][:10]) for step in first["items"] + second["items"]]
    assert steps == [
        ("suggested", "2026-03-02"),
        ("used_consciously", "2026-03-03"),
        ("recognised", "2026-03-04"),
        ("felt", "2026-03-06"),
    ]
    assert {step["noted_by"] for step in first["items"]} == {str(cast.staff[Role.COACH])}


async def test_the_database_refuses_to_change_a_step_on_the_ladder(cas, database, amir):
    await make.added(cas, amir, "qualities", make.QUALITY)
    owner = connect(database, role=None, pool_size=1)
    for statement in ("UPDATE ladder_steps SET status = 'felt'", "DELETE FROM ladder_steps"):
        with pytest.raises(DBAPIError) as refused:
            async with owner.begin() as connection:
                await connection.execute(text(statement))
        assert isinstance(refused.value.orig.__cause__, RestrictViolationError)
    await owner.dispose()


async def test_a_change_needs_the_version_that_was_read(cas, amir):
    path = f"/v1/coachee-qualities/{await make.added(cas, amir, 'qualities', make.QUALITY)}"
    assert (await cas.patch(path, json={"status": "felt"})).status_code == 428
    assert (await cas.patch(path, json={"status": "felt"}, headers={"If-Match": '"v1"'})).status_code == 200
    stale = await cas.patch(path, json={"status": "suggested"}, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-changed")


async def test_evidence_links_a_quality_to_the_session_where_it_was_seen(cas, house, cast, amir, trajectory):
    quality = await make.added(cas, amir, "qualities", make.QUALITY)
    session = str(await trajectories.session(house, cast, trajectory))
    path = f"/v1/coachee-qualities/{quality}/evidence"
    added = await cas.post(path, json={"source_type": "session", "source_id": session, "note": make.SEEN})
    assert added.status_code == 201, added.text
    assert make.SEEN not in added.text
    assert (await cas.post(path, json={"source_type": "experience"})).status_code == 201
    first, second = (await cas.get(path)).json()["items"]
    assert first == added.json() | {"note": make.SEEN}
    assert (first["source_id"], second["source_id"], second["note"]) == (session, None, None)
    told = await cas.post(path, json={"source_type": "other", "named_by": "other"})
    assert [one["named_by"] for one in (first, second, told.json())] == ["coach", "coach", "other"]


async def test_evidence_links_a_quality_to_a_check_in_once_it_is_answered(house, cast, anonymous, lena):
    shares = (Purpose.SHARE_CHECK_INS_WITH_COACH,)
    asked = await phone.plant(house, cast, kind=Kind.SUCCESS, coach=Role.OWNER, consents=shares)
    coachee = (await lena.get(f"/v1/check-ins/{asked.check_in_id}")).json()["coachee_id"]
    quality = await make.added(lena, coachee, "qualities", make.QUALITY)
    path, seen = f"/v1/coachee-qualities/{quality}/evidence", {"source_type": "check_in"}
    seen["source_id"] = str(asked.check_in_id)
    open_still = await lena.post(path, json=seen)
    assert (open_still.status_code, open_still.json()["type"]) == (422, "/problems/no-such-source")
    await anonymous.post(asked.page, data={"text": "Gelukt.", "sharing": "with_coach"})
    added = await lena.post(path, json=seen)
    assert (added.status_code, added.json()["source_id"]) == (201, seen["source_id"])
    assert added.json()["named_by"] == "coachee"


async def test_evidence_names_a_source_of_the_same_coachee_or_none_at_all(cas, house, cast, amir):
    quality = await make.added(cas, amir, "qualities", make.QUALITY)
    others = str(await trajectories.session(house, cast, await trajectories.trajectory(house, cast)))
    for source in (
        {"source_type": "session", "source_id": others},
        {"source_type": "session", "source_id": str(new_id())},
        {"source_type": "session"},
        {"source_type": "check_in"},
        {"source_type": "check_in", "source_id": str(new_id())},
        {"source_type": "other", "source_id": others},
    ):
        answer = await cas.post(f"/v1/coachee-qualities/{quality}/evidence", json=source)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/no-such-source"), source
        assert answer.json()["errors"][0]["pointer"] == "/source_id"
