"""Phases and exercises of a practice's own, and what it makes of those that come with the product."""

import asyncio
import json
import tomllib

import pytest

from domain.catalogues import CatalogueChanged, CatalogueEdition
from domain.kit.work import begin
from domain.messaging import Language
from domain.practice import Role
from tests.assignments import make as assignments
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio

PHASES, EXERCISES = "/v1/phases", "/v1/exercises"
WALK = {
    "key": "walk_outside",
    "labels": [{"language": "nl", "label": "Een wandeling"}],
    "texts": [{"language": "nl", "text": 'Wandel "buiten"\\ een uur. Wat zag je?'}],
}
BOTH = pytest.mark.parametrize("path", [PHASES, EXERCISES])


async def put(client, path, *items, form="json"):
    return await client.put(f"{path}/file?form={form}", content=json.dumps({"items": list(items)}))


async def items_of(client, path):
    return {one["key"]: one for one in (await client.get(path)).json()["items"]}


def told(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


@pytest.fixture
async def trajectory(house, cast):
    return await trajectories.trajectory(house, cast, coachee_id=await people.coachee(house, cast))


async def test_two_templates_ship_and_the_reconstruction_is_labelled_as_such(cas):
    known = (await cas.get(PHASES)).json()
    titles = {one["key"]: one["title"] for one in known["templates"]}
    assert titles["core_reflection"]["nl"] == "Fasen van kernreflectie (reconstructie)"
    assert {one["template"] for one in known["items"]} == set(titles) == {"core_reflection", "alact"}
    assert len(known["items"]) == 11
    for item in known["items"]:
        assert set(item["name"]) == set(item["question"]) == {*Language}


async def test_a_practice_words_hides_moves_and_adds_phases(lena, cas, trajectory):
    reworded = {"key": "obstacle", "labels": [{"language": "nl", "label": "wat tegenhoudt"}]}
    first = await put(lena, PHASES, WALK | {"position": 1, "share": 20}, reworded, {"key": "trial", "hidden": True})
    assert first.json() == {
        "edition": 1,
        "missing": [{"key": "walk_outside", "labels": ["fr", "en", "de"], "texts": ["fr", "en", "de"]}],
    }
    known = await items_of(cas, PHASES)
    assert next(iter(known)) == "walk_outside"
    assert (known["walk_outside"]["template"], known["walk_outside"]["share"]) == (None, 20)
    assert (known["obstacle"]["name"]["nl"], known["obstacle"]["name"]["en"]) == ("wat tegenhoudt", "obstacle")
    assert known["trial"]["hidden"]
    path = f"/v1/trajectories/{trajectory}"
    tagged = await cas.patch(path, json={"phase": "walk_outside"}, headers={"If-Match": '"v2"'})
    assert (tagged.status_code, tagged.json()["phase"]) == (200, "walk_outside")


async def test_a_phase_is_named_by_a_key_that_there_is(cas, lena, bo, house, cast, trajectory):
    path = f"/v1/trajectories/{trajectory}"
    await put(bo, PHASES, WALK)
    wrong = await cas.patch(path, json={"phase": "walk_outside"}, headers={"If-Match": '"v2"'})
    assert told(wrong) == (422, "no-such-phase")
    session = await trajectories.session(house, cast, trajectory)
    await trajectories.note(house, cast, session, "Een begin")
    body = {"visibility": "shared", "segments": [{"text": "Buiten.", "phase": "walk_outside"}]}
    assert told(await cas.post(f"/v1/sessions/{session}/notes", json=body)) == (422, "no-such-phase")
    await put(lena, PHASES, WALK)
    written = await cas.post(f"/v1/sessions/{session}/notes", json=body)
    assert written.status_code == 201, written.text
    [*_, note] = (await cas.get(f"/v1/sessions/{session}/notes")).json()["items"]
    assert note["segments"][0]["phase"] == "walk_outside"


async def test_an_exercise_of_the_practice_is_given_and_read_in_the_words_of_its_day(
    lena, cas, anonymous, house, trajectory
):
    assert (await put(lena, EXERCISES, WALK)).json()["edition"] == 1
    answer = await assignments.give(cas, trajectory, exercise_key="walk_outside", instruction=None)
    assert (answer.status_code, answer.json()["exercise_version"]) == (201, 1)
    again = WALK | {"texts": [{"language": "nl", "text": "Wandel een halfuur."}]}
    assert (await put(lena, EXERCISES, again)).json()["edition"] == 2
    page = await anonymous.get(f"/o/{house.vault.token('assignment', answer.json()['id'])}")
    assert "een uur. Wat zag je?" in page.text
    known = await items_of(cas, EXERCISES)
    assert known["walk_outside"]["task"] == {"nl": "Wandel een halfuur."}
    assert known["walk_outside"]["own"]
    assert not known["values"]["own"]


async def test_the_seven_ways_can_be_hidden_and_moved_but_not_worded_anew(lena, cas):
    await put(lena, EXERCISES, {"key": "questionnaire", "hidden": True}, {"key": "values", "position": 1})
    known = await items_of(cas, EXERCISES)
    assert known["questionnaire"]["hidden"]
    assert [*known][:2] == ["values", "self_and_others"]
    assert told(await put(lena, EXERCISES, WALK | {"key": "values"})) == (422, "wording-shipped")


async def test_an_exercise_is_tagged_with_a_principle_and_taken_out_with_it(lena, cas):
    tagged = [WALK | {"principle": "several_layers"}, {"key": "values", "principle": "tension"}]
    assert (await put(lena, EXERCISES, *tagged)).status_code == 200
    known = await items_of(cas, EXERCISES)
    principles = {key: known[key]["principle"] for key in ("walk_outside", "values", "role_model")}
    assert principles == {"walk_outside": "several_layers", "values": "tension", "role_model": None}
    file = (await lena.get(f"{EXERCISES}/file")).json()["items"]
    assert [one.get("principle") for one in file] == ["several_layers", "tension"]
    assert told(await put(lena, EXERCISES, WALK | {"principle": "luck"})) == (422, "file-not-read")


@BOTH
@pytest.mark.parametrize("form", ["toml", "json"])
async def test_what_a_practice_made_of_it_goes_as_a_file_into_another(lena, bo, path, form):
    await put(lena, path, WALK | {"position": 2}, {"key": "values" if path == EXERCISES else "trial", "hidden": True})
    file = (await lena.get(f"{path}/file?form={form}")).content
    if form == "toml":
        assert tomllib.loads(file.decode())["items"][0]["texts"] == WALK["texts"]
    assert (await bo.put(f"{path}/file?form={form}", content=file)).status_code == 200
    assert (await bo.get(f"{path}/file?form={form}")).content == file


@BOTH
async def test_every_change_is_an_edition_that_can_be_read_again(lena, path):
    assert (await lena.get(path)).json()["edition"] == 0
    for share, edition in ((10, 1), (10, 1), (20, 2)):
        assert (await put(lena, path, WALK | {"share": share})).json()["edition"] == edition
    before = (await lena.get(f"{path}/file?edition=1")).json()
    assert before["items"][0]["share"] == 10
    assert "walk_outside" in {one["key"] for one in (await lena.get(f"{path}?edition=1")).json()["items"]}
    for address in (path, f"{path}/file"):
        assert told(await lena.get(f"{address}?edition=9")) == (404, "no-such-edition")


@BOTH
async def test_a_key_stays_once_it_was_there(lena, path):
    await put(lena, path, WALK)
    assert told(await put(lena, path)) == (422, "key-gone")
    assert (await put(lena, path, WALK | {"hidden": True})).status_code == 200


@BOTH
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (WALK, "duplicate-key"),
        (WALK | {"key": "sing", "labels": [{"language": "it", "label": "cantare"}]}, "unknown-language"),
        (WALK | {"key": "sing", "texts": [{"language": "it", "text": "canta"}]}, "unknown-language"),
        ({"key": "sing", "labels": WALK["labels"]}, "label-missing"),
        ({"key": "sing", "texts": WALK["texts"]}, "label-missing"),
        ({"key": "Not A Key"}, "file-not-read"),
        ({"key": "sing", "colour": "red"}, "file-not-read"),
    ],
)
async def test_of_a_file_with_something_wrong_nothing_is_taken_over(lena, path, wrong, code):
    assert told(await put(lena, path, WALK, wrong)) == (422, code)
    assert (await lena.get(path)).json()["edition"] == 0


@BOTH
async def test_a_file_that_cannot_be_read_is_refused_by_name(lena, path):
    for form, wrong, code in (
        ("toml", 'a = "prévenant"'.encode("latin-1"), "file-not-unicode"),
        ("toml", b"items = ", "file-not-read"),
        ("json", b"[" * 100_000, "file-not-read"),
        ("json", b'{"items": [], "items": []}', "duplicate-key"),
    ):
        assert told(await lena.put(f"{path}/file?form={form}", content=wrong)) == (422, code)
    large = await lena.put(f"{path}/file", content=b"{", headers={"Content-Length": "100000000"})
    assert told(large) == (413, "body-too-large")
    many = [WALK | {"key": f"own_{number}"} for number in range(201)]
    assert told(await put(lena, path, *many)) == (422, "too-many-entries")
    assert (await lena.get(path)).json()["edition"] == 0


@BOTH
async def test_of_two_changes_at_once_one_counts(lena, path):
    answers = await asyncio.gather(*(put(lena, path, WALK | {"share": share}) for share in range(4)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 200
    assert {told(answer)[1] for answer in answers if answer.status_code == 409} <= {"catalogue-changed"}
    assert (await lena.get(path)).json()["edition"] == codes.count(200)


async def test_the_race_for_an_edition_has_a_named_loser(lena, house, cast):
    await put(lena, PHASES, WALK)

    async def come_too_late():
        row = CatalogueEdition(
            practice_id=cast.practice_id, name="phases", edition=1, entries=[], made_at=house.clock()
        )
        async with begin(house, cast.practice_id, trajectories.acting_as(cast, Role.OWNER)) as work:
            work.session.add(row)

    with pytest.raises(CatalogueChanged):
        await come_too_late()


@BOTH
async def test_coaches_do_not_change_what_the_practice_offers(cas, path):
    assert (await put(cas, path, WALK)).status_code == 403
