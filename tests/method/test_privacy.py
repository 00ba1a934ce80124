"""What a coach writes down of a coachee is for that coach alone, and only as long as the coachee's key exists."""

import pytest
from sqlalchemy import select, text

from domain.audit import AuditEntry
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event
from domain.practice import Role
from domain.trajectories import TrajectoryState
from tests.method import make
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio

OF_COACHEE = ("qualities", "ideals", "obstacles")
BODIES = dict(zip(OF_COACHEE, (make.OWN_QUALITY, make.IDEAL, make.OBSTACLE), strict=True))


@pytest.fixture
async def things(cas, amir, trajectory):
    """The addresses of one of each of Amir's, made by Cas."""
    ids = [await make.added(cas, amir, kind, body) for kind, body in BODIES.items()]
    paths = [f"/v1/{kind}/{id_}" for kind, id_ in zip(("coachee-qualities", *OF_COACHEE[1:]), ids, strict=True)]
    assert (await cas.post(f"{paths[0]}/evidence", json={"source_type": "other", "note": make.SEEN})).status_code == 201
    return paths


async def tries(client, amir, things):
    """Every read and write of what is Amir's."""
    answers = []
    for kind, body in BODIES.items():
        answers += [await client.get(f"/v1/coachees/{amir}/{kind}"), await make.add(client, amir, kind, body)]
    on_things = []
    for path in things:
        on_things += [
            await client.get(path),
            await client.patch(path, json={}, headers={"If-Match": '"v1"'}),
        ]
    for path in things[1:]:
        on_things.append(await client.post(f"{path}/archive"))
    on_things += [
        await client.get(f"{things[0]}/history"),
        await client.get(f"{things[0]}/evidence"),
        await client.post(f"{things[0]}/evidence", json={"source_type": "other"}),
    ]
    return answers, on_things


async def test_who_leads_the_practice_but_does_not_coach_the_coachee_reads_nothing(lena, amir, things):
    for answers in await tries(lena, amir, things):
        for answer in answers:
            assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-coachee")


async def test_to_another_coach_what_is_in_a_colleague_s_file_is_not_found(lena, cas, house, cast):
    noor = await people.coachee(house, cast)
    await trajectories.trajectory(house, cast, coachee_id=noor, coach=Role.OWNER)
    ids = [await make.added(lena, noor, kind, body) for kind, body in BODIES.items()]
    paths = [f"/v1/{kind}/{id_}" for kind, id_ in zip(("coachee-qualities", *OF_COACHEE[1:]), ids, strict=True)]
    lists, things = await tries(cas, noor, paths)
    assert {(answer.status_code, answer.json()["type"]) for answer in lists} == {(403, "/problems/not-your-coachee")}
    assert {answer.status_code for answer in things} == {404}


async def test_the_office_has_no_scope_for_it(omar, bea, amir, things):
    for client in (omar, bea):
        for answers in await tries(client, amir, things):
            for answer in answers:
                assert (answer.status_code, answer.json()["type"]) == (403, "/problems/scope-missing")


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (TrajectoryState.PROPOSED, 403),
        (TrajectoryState.DECLINED, 403),
        (TrajectoryState.PAUSED, 200),
        (TrajectoryState.COMPLETED, 200),
        (TrajectoryState.STOPPED, 200),
    ],
)
async def test_a_file_opens_to_a_coach_with_whom_the_coachee_agreed(lena, house, cast, amir, things, state, status):
    await trajectories.trajectory(house, cast, coachee_id=amir, coach=Role.OWNER, state=state)
    assert (await lena.get(f"/v1/coachees/{amir}/ideals")).status_code == status


async def test_every_reading_is_kept_in_the_audit_trail(cas, house, cast, amir, things):
    for path in (*things, f"{things[0]}/history", f"{things[0]}/evidence"):
        assert (await cas.get(path)).status_code == 200
    for kind in OF_COACHEE:
        assert (await cas.get(f"/v1/coachees/{amir}/{kind}")).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(AuditEntry).where(AuditEntry.action.endswith("_read"))
        entries = (await work.session.scalars(query.order_by(AuditEntry.id))).all()
    assert [entry.action for entry in entries] == [
        "quality_read",
        "ideal_read",
        "obstacle_read",
        "ladder_read",
        "quality_evidence_read",
        "qualities_read",
        "ideals_read",
        "obstacles_read",
    ]
    assert {entry.actor_id for entry in entries} == {cast.staff[Role.COACH]}


async def test_every_change_is_an_event_without_what_it_is_about(cas, house, cast, amir, things):
    for path in things:
        assert (await cas.patch(path, json={"version": 1})).status_code in {400, 428}
    await cas.patch(things[0], json={"status": "felt"}, headers={"If-Match": '"v1"'})
    await cas.patch(things[1], json={"text": make.WISH}, headers={"If-Match": '"v1"'})
    await cas.patch(things[2], json={"awareness": "noticed_after"}, headers={"If-Match": '"v1"'})
    for path in things[1:]:
        await cas.post(f"{path}/archive")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        events = (await work.session.scalars(select(Event).order_by(Event.id))).all()
        entries = (await work.session.scalars(select(AuditEntry))).all()
    told = [event.kind for event in events if event.facts.get("coachee_id") == str(amir)]
    assert told[-9:] == [
        "quality_named",
        "ideal_added",
        "obstacle_added",
        "quality_evidence_added",
        "quality_changed",
        "ideal_changed",
        "obstacle_changed",
        "ideal_archived",
        "obstacle_archived",
    ]
    for line in (*events, *entries):
        assert set(line.facts.values()).isdisjoint({"felt", "noticed_after", "desire", "internal", "limiting_belief"})
        assert not [private for private in make.PRIVATE if private in str(line.facts)]


async def test_no_private_text_lies_open_in_the_database(cas, house, cast, amir, things):
    headers = {"Idempotency-Key": "one"}
    for kind, body in BODIES.items():
        await cas.post(f"/v1/coachees/{amir}/{kind}", json=body, headers=headers | {"Idempotency-Key": kind})
    async with begin(house, cast.practice_id, OPERATOR) as work:
        names = await work.session.scalars(
            text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^alembic'")
        )
        for name in list(names):
            for row in await work.session.scalars(text(f"SELECT t::text FROM {name} t")):
                for private in make.PRIVATE:
                    assert private not in row, name
                    assert private.encode().hex() not in row, name


async def test_once_the_text_is_destroyed_nobody_reads_or_writes_any_of_it(lena, cas, amir, things):
    assert (await lena.post(f"/v1/coachees/{amir}/destroy-private-text")).status_code == 200
    for answers in await tries(cas, amir, things):
        for answer in answers:
            assert (answer.status_code, answer.json()["type"]) == (409, "/problems/text-destroyed")


async def test_nothing_new_begins_in_an_archived_file(lena, cas, amir, things):
    assert (await lena.post(f"/v1/coachees/{amir}/archive")).status_code == 200
    adding = [await make.add(cas, amir, kind, body) for kind, body in BODIES.items()]
    adding.append(await cas.post(f"{things[0]}/evidence", json={"source_type": "other"}))
    for answer in adding:
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/coachee-archived")
    assert (await cas.get(things[1])).json()["text"] == make.WISH
