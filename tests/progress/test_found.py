"""What was found on the way, in dates and counts, for the own coach alone."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.checkins import CheckInState, Kind, Source
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.people import let_see
from domain.practice import Role
from domain.trajectories import Note, Session, SessionState
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.checkins import make as plans
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
async def talents(lena):
    """The catalogue that a talent profile of the file speaks of."""
    assert (await make.talents(lena)).status_code == 201


@pytest.fixture
def address(trajectory):
    return f"/v1/trajectories/{trajectory}/reports/method"


async def test_layers_qualities_and_the_dated_history_are_told_without_a_word_of_them(
    cas, amir, address, clock, talents
):
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


async def test_the_ladder_the_share_she_named_and_where_obstacles_come_from_are_told(
    cas, amir, address, clock, talents
):
    quality, *_ = await make.file(cas, amir)
    clock.move(days=1)
    moved = await cas.patch(f"/v1/coachee-qualities/{quality}", json={"status": "felt"}, headers={"If-Match": '"v1"'})
    assert moved.status_code == 200, moved.text
    named = {"catalogue_key": "handy", "named_by": "coachee", "discovered_via": "values"}
    assert (await cas.post(f"/v1/coachees/{amir}/qualities", json=named)).status_code == 201
    within = make.OBSTACLE | {"locus": "internal", "external_kind": None}
    first = await make.added(cas, amir, "obstacles", within)
    await make.added(cas, amir, "obstacles", within | {"triggered_by_id": first})
    for ideal in (None, "Rustig zeggen wat ik wil."):
        await make.added(
            cas, amir, "experiences", {"kind": "obstacle", "source": "self", "situation": "x", "ideal_text": ideal}
        )
    report = (await cas.get(address)).json()
    steps = [step["status"] for step in report["ladder"] if step["thing_id"] == str(quality)]
    assert steps[-1] == "felt"
    assert len(steps) == 2
    share = report["autonomy"]["named_by_herself"]
    assert (share["count"], share["total"]) == (1, 2)
    about = report["about_obstacles"]
    assert about["reactions"] == 1
    assert about["locus"]["internal"] >= 2
    assert about["switched"]["count"] == about["switched"]["total"] - 1


async def test_what_she_answers_looking_back_is_a_series_of_three(
    cas, anonymous, house, trajectory, amir, address, clock, sweep_house
):
    assert (await cas.post(f"/v1/trajectories/{trajectory}/complete", json=trajectories.REVIEWED)).status_code == 200
    for moves, deep in ((0, 7), (92, 8), (92, 9)):
        clock.move(days=moves)
        for sweep in SWEEPS:
            if sweep.name in {"plan reviews", "send reviews"}:
                await sweep.act(Tools(sweep_house, None, None))
        reviews = (await cas.get(f"/v1/coachees/{amir}/reviews")).json()["items"]
        [sent] = [one for one in reviews if one["state"] == "sent"]
        page = f"/r/{house.vault.token('review', sent['id'])}"
        words = {"deep": deep, "durable": 6, "behaviour": 5, "deep_example": make.SEEN}
        assert (await anonymous.post(page, data=words)).status_code == 200
    answer = await cas.get(address)
    found = answer.json()["looked_back"]
    assert [(one["moment"], one["deep"]) for one in found] == [
        ("at_the_end", 7),
        ("after_3_months", 8),
        ("after_6_months", 9),
    ]
    assert make.SEEN not in answer.text


async def test_autonomy_counts_what_she_began_herself_by_month(cas, house, cast):
    [planted] = await plans.plant(house, cast, each=3)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for check_in_id, source in zip(
            planted.check_in_ids, (Source.PROMPTED, Source.PROMPTED, Source.SELF_INITIATED), strict=True
        ):
            check_in = await plans.checkins.get_check_in(work, check_in_id, lock=True)
            check_in.state, check_in.source, check_in.sent_at = CheckInState.ANSWERED, source, work.now
            check_in.answered_at = work.now
        await let_see(work, planted.coachee_id, [cast.staff[Role.COACH]])
    report = (await cas.get(f"/v1/trajectories/{planted.trajectory_id}/reports/method")).json()
    assert report["autonomy"]["months"] == [{"month": "2026-03-01", "prompted": 2, "self_initiated": 1}]
    assert report["autonomy"]["self_initiated"]["share"] == 0.3333
    assert report["looked_back"] == []


async def test_resilience_tells_how_long_after_an_obstacle_a_success_followed(cas, house, cast):
    [planted] = await plans.plant(house, cast, each=5)
    told = (("success", 0), ("obstacle", 2), ("obstacle", 8), ("success", 26), ("obstacle", 30))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for check_in_id, (kind, hours) in zip(planted.check_in_ids, told, strict=True):
            check_in = await plans.checkins.get_check_in(work, check_in_id, lock=True)
            check_in.kind, check_in.state, check_in.sent_at = Kind(kind), CheckInState.ANSWERED, work.now
            check_in.answered_at = work.now + timedelta(hours=hours)
        await let_see(work, planted.coachee_id, [cast.staff[Role.COACH]])
    report = (await cas.get(f"/v1/trajectories/{planted.trajectory_id}/reports/method")).json()
    assert report["resilience"] == {"obstacles": 3, "followed": 2, "median_hours": 21.0}


async def test_resilience_says_nothing_where_nothing_was_told(cas, address):
    assert (await cas.get(address)).json()["resilience"] == {"obstacles": 0, "followed": 0, "median_hours": None}


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
