"""What was found on the way, in dates and counts, for the own coach alone."""

import pytest
from sqlalchemy import update

from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.trajectories import Note, Session, SessionState
from tests.method import make
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio


@pytest.fixture
async def amir(house, cast):
    return await people.coachee(house, cast)


@pytest.fixture
async def trajectory(house, cast, amir):
    return await trajectories.trajectory(house, cast, coachee_id=amir)


@pytest.fixture
def address(trajectory):
    return f"/v1/trajectories/{trajectory}/reports/method"


async def test_layers_qualities_and_the_dated_history_are_told_without_a_word_of_them(cas, amir, address, clock):
    await make.file(cas, amir)
    obstacle = await make.added(cas, amir, "obstacles", make.OBSTACLE | {"layer": None})
    clock.move(days=7)
    noticed = await cas.patch(
        f"/v1/obstacles/{obstacle}", json={"awareness": "noticed_during"}, headers={"If-Match": '"v1"'}
    )
    assert noticed.status_code == 200
    await make.added(cas, amir, "alignment-scans", make.ALIGNMENT_SCAN | {"scanned_on": "2026-02-01", "core": 2})
    answer = await cas.get(address)
    report = answer.json()
    assert (report["obstacles"], report["layers"]["beliefs"], sum(report["layers"].values())) == (3, 2, 2)
    assert [(one["named_by"], one["qualities"]) for one in report["qualities"]] == [
        ("coachee", 0),
        ("coach", 1),
        ("other", 0),
    ]
    mine = [step["status"] for step in report["awareness"] if step["thing_id"] == obstacle]
    assert mine == ["unaware", "noticed_during"]
    assert [step["status"] for step in report["tensions"]] == ["noticed"]
    assert [report[which]["scores"]["core"] for which in ("first_scan", "last_scan")] == [2, 6]
    assert not [private for private in make.PRIVATE if private in answer.text]


async def test_dimensions_are_those_of_the_tagged_notes_by_month(cas, house, cast, trajectory, address):
    session = await trajectories.session(house, cast, trajectory)
    note = await trajectories.note(house, cast, session, "Ik voel het, en ik wil het.")
    tags = [{"length": 9, "dimension": "feeling"}, {"length": 9, "dimension": "wanting"}, {"length": 9}]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Note).where(Note.id == note).values(segments=tags))
        await work.session.execute(update(Session).where(Session.id == session).values(state=SessionState.HELD))
    [month] = (await cas.get(address)).json()["dimensions"]
    assert (month["tagged"], month["counts"]) == (2, {"thinking": 0, "feeling": 1, "wanting": 1})
    assert month["month"].endswith("-01")


async def test_only_the_own_coach_reads_it_until_the_text_is_destroyed(lena, omar, bea, cas, amir, address):
    for client, code in ((lena, "not-your-coachee"), (omar, "scope-missing"), (bea, "scope-missing")):
        answer = await client.get(address)
        assert (answer.status_code, answer.json()["type"]) == (403, f"/problems/{code}")
    missing = await cas.get(f"/v1/trajectories/{new_id()}/reports/method")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/trajectory-not-found")
    assert (await lena.post(f"/v1/coachees/{amir}/destroy-private-text")).status_code == 200
    gone = await cas.get(address)
    assert (gone.status_code, gone.json()["type"]) == (409, "/problems/text-destroyed")
