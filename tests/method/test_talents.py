"""Catalogues of talents that a practice brings, and the profiles that are written in their words."""

import tomllib

import pytest
from sqlalchemy import text

from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.practice import Role
from tests.attachments import make as attachments
from tests.method import make

pytestmark = pytest.mark.anyio

CATALOGUES = "/v1/method/talent-catalogues"
LABEL = [{"language": "nl", "label": "Voorbeeld"}]


def item(key: str, **told: object) -> dict[str, object]:
    return {"key": key, "labels": LABEL} | told


def refused(answer, code: str, status: int = 422) -> None:
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}"), answer.text


async def test_who_declared_the_right_to_use_a_catalogue_and_when_is_kept(lena, cast, cas):
    answer = await make.talents(lena, licence="Licentie 2026-14 van de analist")
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["licence"] == "Licentie 2026-14 van de analist"
    assert told["declared_by"] == str(cast.staff[Role.OWNER])
    assert told["declared_at"].startswith("2026-03-02")
    assert (await cas.get(CATALOGUES)).json()["items"] == [told]
    assert (await cas.post(CATALOGUES, content=b"")).status_code == 403


@pytest.mark.parametrize("undeclared", [{make.RIGHT: False}, {"licence": None}])
async def test_without_that_declaration_or_a_licence_nothing_is_taken_over(lena, undeclared):
    refused(await make.talents(lena, **undeclared), "right-to-use-not-declared")
    assert (await lena.get(CATALOGUES)).json()["items"] == []


async def test_what_ships_is_invented_labelled_so_in_every_language_and_declares_nothing(lena):
    told = tomllib.loads((await make.demonstration_file(lena, "toml")).decode())
    assert "DEMONSTRATION" in told["name"]
    assert told[make.RIGHT] is False
    words = ("voorbeeld", "exemple", "example", "beispiel")
    for one in told["items"]:
        assert {label["language"] for label in one["labels"]} == set(Language)
        assert all(label["label"].lower().startswith(words) for label in one["labels"])


@pytest.mark.parametrize("form", ["toml", "json"])
async def test_a_catalogue_goes_as_a_file_into_another_practice_that_declares_anew(lena, bo, demonstration, form):
    file = (await lena.get(f"{CATALOGUES}/{demonstration['id']}/file?form={form}")).content
    refused(await bo.post(f"{CATALOGUES}?form={form}", content=file), "right-to-use-not-declared")
    declared = file.replace(b"catalogue = false", b"catalogue = true").replace(
        b'catalogue": false', b'catalogue": true'
    )
    taken = await bo.post(f"{CATALOGUES}?form={form}", content=declared)
    assert taken.status_code == 201, taken.text
    assert (await bo.get(f"{CATALOGUES}/{taken.json()['id']}/file?form={form}")).content == file


async def test_the_administrator_who_puts_a_catalogue_in_finds_it_and_takes_it_out_again(omar):
    put_in = await make.talents(omar)
    assert put_in.status_code == 201, put_in.text
    assert (await omar.get(CATALOGUES)).json()["items"] == [put_in.json()]
    taken_out = await omar.get(f"{CATALOGUES}/{put_in.json()['id']}/file?form=json")
    assert (taken_out.status_code, taken_out.json()["key"]) == (200, put_in.json()["key"])


async def test_an_edition_stays_as_it_is_and_the_next_one_keeps_every_key(lena, demonstration):
    assert (await make.talents(lena)).json() == demonstration
    refused(await make.talents(lena, items=[item("demo_other")]), "edition-taken", 409)
    refused(await make.talents(lena, edition=2, items=[item("demo_other")]), "key-gone")
    keys = ("gatherer", "tidier", "lamplighter", "bridge_keeper", "kite_flyer", "other")
    items = [item(f"demo_{key}", hidden=key == "tidier") for key in keys]
    answer = await make.talents(lena, edition=2, items=items)
    assert answer.status_code == 201, answer.text
    assert [one["edition"] for one in (await lena.get(CATALOGUES)).json()["items"]] == [1, 2]
    refused(await make.talents(lena), "edition-taken", 409)


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([item("demo_a"), item("demo_a")], "duplicate-key"),
        ([item("demo_a"), item("demo_b", labels=[])], "label-missing"),
        ([item("demo_a"), item("demo_b", labels=[{"language": "it", "label": "Esempio"}])], "unknown-language"),
        ([item("demo_a"), {"key": "Demo B"}], "file-not-read"),
    ],
)
async def test_of_a_catalogue_with_something_wrong_nothing_is_taken_over(lena, items, code):
    refused(await make.talents(lena, items=items), code)
    assert (await lena.get(CATALOGUES)).json()["items"] == []


@pytest.mark.parametrize("path", [CATALOGUES, "/v1/method/qualities/file"])
async def test_a_file_that_cannot_be_read_is_refused_by_name(lena, path):
    send = lena.post if path == CATALOGUES else lena.put
    refused(await send(f"{path}?form=toml", content='name = "prévenant"'.encode("latin-1")), "file-not-unicode")
    for form, wrong in (("toml", b"a = "), ("toml", b"a = 1\na = 2"), ("json", b"{"), ("json", b"[" * 100_000)):
        refused(await send(f"{path}?form={form}", content=wrong), "file-not-read")
    refused(await send(f"{path}?form=json", content=b'{"items": [], "items": []}'), "duplicate-key")


async def test_the_qualities_of_a_practice_go_as_a_toml_file_into_another(lena, bo):
    path = "/v1/method/qualities/file?form=toml"
    own = {"key": "rock_steady", "labels": [{"language": "nl", "label": 'rots"vast\\ é'}]}
    await lena.put("/v1/method/qualities", json={"items": [own, {"key": "calm", "hidden": True}]})
    file = (await lena.get(path)).content
    assert tomllib.loads(file.decode())["items"][-1]["labels"] == own["labels"]
    assert (await bo.put(path, content=file)).status_code == 200
    assert (await bo.get(path)).content == file


@pytest.mark.usefixtures("trajectory", "demonstration")
async def test_a_profile_speaks_in_the_words_of_its_catalogue(cas, amir):
    body = await make.body(cas, amir, "talent-profiles")
    refused(
        await make.add(cas, amir, "talent-profiles", body | {"catalogue_id": str(amir)}), "no-such-talent-catalogue"
    )
    unknown = {"key": "demo_unheard", "level": "half"}
    refused(await make.add(cas, amir, "talent-profiles", body | {"items": [unknown]}), "no-such-talent")
    twice = {"key": "demo_tidier", "level": "half"}
    refused(await make.add(cas, amir, "talent-profiles", body | {"items": [twice, twice]}), "duplicate-key")
    odd = {"keys": ["demo_tidier", "demo_unheard"]}
    refused(await make.add(cas, amir, "talent-profiles", body | {"combinations": [odd]}), "no-such-talent")
    path = f"/v1/talent-profiles/{await make.added(cas, amir, 'talent-profiles', body)}"
    answer = await cas.patch(path, json={"items": [twice]}, headers={"If-Match": '"v1"'})
    assert answer.status_code == 200, answer.text
    read = (await cas.get(path)).json()
    assert [one["level"] for one in read["items"]] == ["half"]
    assert read["combinations"] == body["combinations"]
    refused(await cas.patch(path, json={"items": [unknown]}, headers={"If-Match": '"v2"'}), "no-such-talent")


@pytest.mark.usefixtures("trajectory", "demonstration")
async def test_what_an_analyst_found_is_sealed(cas, house, cast, amir):
    await make.added(cas, amir, "talent-profiles", await make.body(cas, amir, "talent-profiles"))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [row] = (await work.session.execute(text("SELECT talent_profiles::text FROM talent_profiles"))).all()
    for private in (b"demo_tidier", b"strong", b"An Analyst", make.SEEN.encode()):
        assert private.hex() not in row[0]


@pytest.mark.usefixtures("trajectory", "demonstration")
async def test_the_analyst_s_report_is_kept_with_the_profile_for_her_own_coach_alone(cas, lena, amir):
    body = await make.body(cas, amir, "talent-profiles")
    profile = f"talent-profiles/{await make.added(cas, amir, 'talent-profiles', body)}"
    report = await attachments.attached(cas, profile, filename="analyse.pdf")
    [kept] = (await cas.get(f"/v1/{profile}/attachments")).json()["items"]
    assert (kept["id"], kept["filename"]) == (report, "analyse.pdf")
    content = f"/v1/attachments/{report}/content"
    assert (await cas.get(content)).content == attachments.PDF
    for path in (content, f"/v1/{profile}/attachments"):
        refused(await lena.get(path), "not-your-coachee", 403)
    refused(await lena.delete(f"/v1/attachments/{report}"), "not-your-coachee", 403)
    refused(await attachments.attach(cas, f"talent-profiles/{amir}"), "talent-profile-not-found", 404)
    assert (await cas.delete(f"/v1/attachments/{report}")).status_code == 204
    refused(await cas.get(content), "attachment-not-found", 404)


async def test_a_catalogue_that_is_not_there_is_not_found(cas, amir):
    refused(await cas.get(f"{CATALOGUES}/{amir}/file"), "talent-catalogue-not-found", 404)
