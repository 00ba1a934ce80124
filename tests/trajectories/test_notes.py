import pytest
from sqlalchemy import select, text

from domain import people as people_slice
from domain.audit import AuditEntry
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event
from domain.people import Purpose
from domain.practice import Role
from domain.trajectories import Visibility
from tests.people import make as people
from tests.trajectories import make

pytestmark = pytest.mark.anyio

SECRET = "Ze slaapt slecht sinds de fusie."
NOTE = {"text": SECRET, "visibility": "working"}


@pytest.fixture
async def amir(house, cast):
    coachee_id = await people.coachee(house, cast)
    await people.consent(house, cast, coachee_id, Purpose.SESSION_NOTES)
    return coachee_id


@pytest.fixture
async def trajectory(house, cast, amir):
    return await make.trajectory(house, cast, coachee_id=amir)


@pytest.fixture
async def session(house, cast, trajectory):
    return await make.session(house, cast, trajectory)


async def test_a_note_is_read_back_by_its_own_coach_and_answered_without_text(cas, session, cast):
    written = await cas.post(f"/v1/sessions/{session}/notes", json=NOTE)
    assert written.status_code == 201, written.text
    assert SECRET not in written.text
    [read] = (await cas.get(f"/v1/sessions/{session}/notes")).json()["items"]
    assert read == written.json() | {"text": SECRET, "segments": read["segments"]}
    assert (read["author_id"], read["visibility"]) == (str(cast.staff[Role.COACH]), Visibility.WORKING)


async def test_nobody_but_the_sessions_own_coach_writes_or_reads_notes(lena, omar, bea, house, cast, session):
    await make.note(house, cast, session, SECRET)
    path = f"/v1/sessions/{session}/notes"
    for answer in (await lena.get(path), await lena.post(path, json=NOTE)):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-coachee")
    for client in (omar, bea):
        for answer in (await client.get(path), await client.post(path, json=NOTE)):
            assert (answer.status_code, answer.json()["type"]) == (403, "/problems/scope-missing")


async def test_another_coach_reads_no_notes(cas, house, cast):
    session_id = await make.session(house, cast, await make.trajectory(house, cast, coach=Role.OWNER))
    await make.note(house, cast, session_id, SECRET)
    path = f"/v1/sessions/{session_id}/notes"
    for answer in (await cas.get(path), await cas.post(path, json=NOTE)):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/session-not-found")
    assert SECRET not in answer.text


async def test_notes_of_another_practice_are_not_found(bo, session):
    path = f"/v1/sessions/{session}/notes"
    for answer in (await bo.get(path), await bo.post(path, json=NOTE)):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/session-not-found")


async def test_notes_need_the_coachees_consent_until_it_is_withdrawn(cas, house, cast):
    coachee_id = await people.coachee(house, cast)
    session_id = await make.session(house, cast, await make.trajectory(house, cast, coachee_id=coachee_id))
    path = f"/v1/sessions/{session_id}/notes"
    without = await cas.post(path, json=NOTE)
    assert (without.status_code, without.json()["type"]) == (409, "/problems/notes-not-consented")
    yes = {"purpose": "session_notes", "wording_version": 1, "given_via": "conversation"}
    given = (await cas.post(f"/v1/coachees/{coachee_id}/consents", json=yes)).json()
    assert (await cas.post(path, json=NOTE)).status_code == 201
    await cas.post(f"/v1/coachees/{coachee_id}/consents/{given['id']}/withdraw")
    after = await cas.post(path, json=NOTE)
    assert (after.status_code, after.json()["type"]) == (409, "/problems/notes-not-consented")


async def test_every_reading_is_kept_in_the_audit_trail(cas, house, cast, session):
    await make.note(house, cast, session, SECRET)
    for _ in range(2):
        assert (await cas.get(f"/v1/sessions/{session}/notes")).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(AuditEntry).where(AuditEntry.action == "notes_read")
        entries = (await work.session.scalars(query)).all()
    assert [(entry.subject_id, entry.actor_id, entry.facts["notes"]) for entry in entries] == [
        (session, cast.staff[Role.COACH], 1)
    ] * 2


async def test_notes_come_in_pages_bound_to_their_session(cas, house, cast, trajectory, session):
    other = await make.session(house, cast, trajectory, at="11:00")
    for words in ("een", "twee", "drie"):
        await make.note(house, cast, session, words)
    first = (await cas.get(f"/v1/sessions/{session}/notes?limit=2")).json()
    second = (await cas.get(f"/v1/sessions/{session}/notes?limit=2&cursor={first['next_cursor']}")).json()
    assert [note["text"] for note in first["items"] + second["items"]] == ["een", "twee", "drie"]
    wrong = await cas.get(f"/v1/sessions/{other}/notes?cursor={first['next_cursor']}")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/invalid-cursor")


async def test_no_private_text_lies_open_in_the_database(cas, house, cast, session):
    headers = {"Idempotency-Key": "note"}
    assert (await cas.post(f"/v1/sessions/{session}/notes", json=NOTE, headers=headers)).status_code == 201
    async with begin(house, cast.practice_id, OPERATOR) as work:
        names = await work.session.scalars(
            text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^alembic'")
        )
        for name in list(names):
            rows = await work.session.scalars(text(f"SELECT t::text FROM {name} t"))
            for row in rows:
                for private in (SECRET, make.QUESTION):
                    assert private not in row, name
                    assert private.encode().hex() not in row, name


async def test_a_sealed_note_does_not_open_as_another(cas, house, cast, session):
    first, second = [await make.note(house, cast, session, words) for words in ("een", "twee")]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(
            text("UPDATE notes SET sealed_text = (SELECT sealed_text FROM notes WHERE id = :first) WHERE id = :second"),
            {"first": first, "second": second},
        )
    assert (await cas.get(f"/v1/sessions/{session}/notes")).status_code == 500


async def test_once_the_text_is_destroyed_nobody_reads_or_writes_it(lena, cas, house, cast, amir, trajectory, session):
    await make.note(house, cast, session, SECRET)
    await lena.post(f"/v1/coachees/{amir}/destroy-private-text")
    notes, path = f"/v1/sessions/{session}/notes", f"/v1/trajectories/{trajectory}"
    proposal = {"coachee_id": str(amir), "coach_id": str(cast.staff[Role.COACH]), "domain": "both"}
    version = {"If-Match": '"v2"'}
    for answer in (
        await cas.get(notes),
        await cas.post(notes, json=NOTE),
        await cas.patch(path, json={"key_question": "Nieuw?"}, headers=version),
        await cas.post("/v1/trajectories", json=proposal | {"key_question": "Nieuw?", "planned_minutes": 60}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/text-destroyed")
    read = await cas.get(path)
    assert (read.status_code, read.json()["key_question"]) == (200, None)
    changed = await cas.patch(path, json={"planned_minutes": 60}, headers=version)
    assert (changed.status_code, changed.json()["key_question"]) == (200, None)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        with pytest.raises(people_slice.TextDestroyed):
            await people_slice.unseal(work, amir, b"", "anything")


async def test_events_and_audit_hold_no_private_text(cas, house, cast, session):
    await cas.post(f"/v1/sessions/{session}/notes", json=NOTE)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        facts = [
            *(await work.session.scalars(select(Event.facts))),
            *(await work.session.scalars(select(AuditEntry.facts))),
        ]
    assert SECRET not in str(facts)
    assert make.QUESTION not in str(facts)
