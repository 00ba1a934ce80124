import asyncio
from datetime import date

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text

from domain.kit.work import OPERATOR, begin
from domain.people import Purpose
from domain.practice import Role
from domain.trajectories import Segment, hints_of, hints_texts, joined, parted
from tests.people import make as people
from tests.trajectories import make

pytestmark = pytest.mark.anyio

FIRST, SECOND = "Ze merkt rust.", "Haar baas\n\nbelt te vaak."
SEGMENTS = [
    {"text": FIRST, "focus": "strength", "dimension": "feeling", "layer": "core", "phase": "ideal_and_quality"},
    {"text": SECOND, "principle": "promote_or_hinder"},
]
UNTAGGED = dict.fromkeys(("focus", "dimension", "layer", "phase", "principle"))


@pytest.fixture
async def trajectory(house, cast):
    coachee_id = await people.coachee(house, cast)
    await people.consent(house, cast, coachee_id, Purpose.SESSION_NOTES)
    return await make.trajectory(house, cast, coachee_id=coachee_id)


@pytest.fixture
async def session(house, cast, trajectory):
    return await make.session(house, cast, trajectory)


async def written(client, session, **body):
    answer = await client.post(f"/v1/sessions/{session}/notes", json={"visibility": "shared"} | body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def told(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_segments_come_out_of_the_text_as_they_went_in(texts):
    segments = [Segment(text=text) for text in texts]
    assert parted(*joined(segments)) == segments


async def test_a_note_is_written_in_segments_that_may_be_tagged(cas, session):
    note = await written(cas, session, segments=SEGMENTS)
    assert FIRST not in str(note)
    read = (await cas.get(f"/v1/notes/{note['id']}")).json()
    assert read["text"] == f"{FIRST}\n\n{SECOND}"
    assert read["segments"] == [UNTAGGED | segment for segment in SEGMENTS]


async def test_a_note_of_one_text_is_one_segment_without_tags(cas, session):
    note = await written(cas, session, text=FIRST)
    assert (await cas.get(f"/v1/notes/{note['id']}")).json()["segments"] == [UNTAGGED | {"text": FIRST}]


async def test_a_principle_that_there_is_not_is_refused_where_it_stands(cas, session):
    segments = [{"text": FIRST, "principle": "luck"}]
    refused = await cas.post(f"/v1/sessions/{session}/notes", json={"visibility": "shared", "segments": segments})
    assert told(refused) == (400, "invalid-request")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/segments/0/principle"]


@pytest.mark.parametrize("body", [{}, {"text": FIRST, "segments": SEGMENTS}])
async def test_a_note_is_a_text_or_segments(cas, session, body):
    answer = await cas.post(f"/v1/sessions/{session}/notes", json={"visibility": "shared"} | body)
    assert told(answer) == (422, "text-or-segments")


async def test_a_change_keeps_what_the_note_was(cas, clock, cast, session):
    note = await written(cas, session, segments=SEGMENTS)
    path = f"/v1/notes/{note['id']}"
    for number, words in enumerate(("twee", "drie"), start=1):
        clock.move(hours=1)
        changed = await cas.patch(path, json={"text": words}, headers={"If-Match": f'"v{number}"'})
        assert (changed.status_code, changed.json()["version"]) == (200, number + 1)
        assert words not in changed.text
    assert (await cas.get(path)).json()["text"] == "drie"
    versions = (await cas.get(f"{path}/versions")).json()["items"]
    assert [(old["version"], old["text"]) for old in versions] == [(1, f"{FIRST}\n\n{SECOND}"), (2, "twee")]
    assert versions[0]["segments"] == [UNTAGGED | segment for segment in SEGMENTS]
    assert {old["author_id"] for old in versions} == {str(cast.staff[Role.COACH])}
    assert versions[0]["written_at"] < versions[1]["written_at"] < (await cas.get(path)).json()["written_at"]


async def test_of_two_changes_at_once_one_is_refused(cas, session):
    path = f"/v1/notes/{(await written(cas, session, text=FIRST))['id']}"
    both = [cas.patch(path, json={"text": words}, headers={"If-Match": '"v1"'}) for words in ("a", "b")]
    assert sorted([answer.status_code for answer in await asyncio.gather(*both)]) == [200, 412]
    assert len((await cas.get(f"{path}/versions")).json()["items"]) == 1


async def test_nobody_but_its_own_coach_reads_or_changes_a_note(cas, lena, house, cast, session):
    path = f"/v1/notes/{(await written(cas, session, text=FIRST))['id']}"
    change = {"json": {"text": "x"}, "headers": {"If-Match": '"v1"'}}
    for answer in (await lena.get(path), await lena.get(f"{path}/versions"), await lena.patch(path, **change)):
        assert told(answer) == (403, "not-your-coachee")
    theirs = await make.session(house, cast, await make.trajectory(house, cast, coach=Role.OWNER))
    other = f"/v1/notes/{await make.note(house, cast, theirs, 'Rustig.')}"
    for answer in (await cas.get(other), await cas.patch(other, **change)):
        assert told(answer) == (404, "note-not-found")


async def test_a_shared_note_goes_to_the_next_coach_and_a_working_one_does_not(cas, lena, house, cast, trajectory):
    session = await make.session(house, cast, trajectory, day=date(2026, 2, 25), held=True)
    shared = await written(cas, session, text=FIRST)
    working = await written(cas, session, text=SECOND, visibility="working")
    to = {"coach_id": str(cast.staff[Role.OWNER]), "reason": "Verlof"}
    assert (await cas.post(f"/v1/trajectories/{trajectory}/hand-overs", json=to)).is_success
    change = {"json": {"text": "Nieuw."}, "headers": {"If-Match": '"v1"'}}
    changed = await lena.patch(f"/v1/notes/{shared['id']}", **change)
    assert (changed.status_code, changed.json()["author_id"]) == (200, str(cast.staff[Role.OWNER]))
    assert told(await lena.get(f"/v1/notes/{working['id']}")) == (404, "note-not-found")
    assert (await cas.get(f"/v1/notes/{working['id']}")).json()["text"] == SECOND
    assert told(await cas.patch(f"/v1/notes/{working['id']}", **change))[1] in {"not-your-coachee", "note-not-found"}


async def test_no_version_of_a_note_lies_open_in_the_database(cas, house, cast, session):
    path = f"/v1/notes/{(await written(cas, session, segments=SEGMENTS))['id']}"
    assert (await cas.patch(path, json={"text": "twee"}, headers={"If-Match": '"v1"'})).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        rows = await work.session.scalars(
            text("SELECT t::text FROM note_versions t UNION ALL SELECT t::text FROM notes t")
        )
        for row in rows:
            assert FIRST not in row
            assert FIRST.encode().hex() not in row


def about(*focus: str, dimension: str | None = None):
    return [{"length": 1, "focus": word} | ({"dimension": dimension} if dimension else {}) for word in focus]


@pytest.mark.parametrize(
    ("sessions", "keys"),
    [
        ([], []),
        ([about("problem")] * 2, []),
        ([about("problem")] * 3, ["tunnel_vision"]),
        ([about("problem", "obstacle", "obstacle", "ideal", "strength")] * 3, []),
        ([about("problem", "obstacle", "obstacle", "ideal")] * 3, ["tunnel_vision"]),
        ([about("strength")] * 3 + [about("problem")] * 9, []),
        ([about("problem"), [{"length": 1}], about("problem"), about("problem")], ["tunnel_vision"]),
        ([about("ideal", dimension="thinking")] * 3, ["feeling_left_out", "wanting_left_out"]),
    ],
)
def test_hints_look_at_the_last_three_sessions_with_tags(sessions, keys):
    assert [hint.key for hint in hints_of(sessions).hints] == keys


def test_hints_are_told_in_every_language_and_never_of_the_coachee_as_a_score():
    for words in hints_texts().values():
        assert set(words) == {"nl", "fr", "en", "de"}
        assert not any(char.isdigit() or char == "%" for sentence in words.values() for char in sentence)


async def test_a_coach_sees_hints_of_her_own_conversations_alone(cas, lena, house, cast, trajectory):
    problem = [{"text": FIRST, "focus": "problem", "dimension": "thinking"}]
    for day in (23, 24, 25):
        held = await make.session(house, cast, trajectory, day=date(2026, 2, day), held=True)
        await written(cas, held, segments=problem)
    path = f"/v1/trajectories/{trajectory}/hints"
    found = (await cas.get(path)).json()
    assert (found["sessions"], found["focus"]["problem"], found["dimensions"]["thinking"]) == (3, 3, 3)
    assert [hint["key"] for hint in found["hints"]] == ["tunnel_vision", "feeling_left_out", "wanting_left_out"]
    assert FIRST not in str(found)
    assert told(await lena.get(path)) == (403, "not-your-coachee")
