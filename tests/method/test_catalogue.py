import re

import pytest

from domain import method
from domain.messaging import Language
from domain.method import (
    Awareness,
    CatalogueName,
    Competency,
    Dimension,
    DiscoveredVia,
    ExternalKind,
    FlowBlocker,
    InternalKind,
    Layer,
    Rung,
    TensionStatus,
    read_only_catalogue,
)
from domain.trajectories import Principle

pytestmark = pytest.mark.anyio


def test_the_catalogue_has_the_method_s_own_43_qualities_and_five_more_each_once_in_every_language():
    qualities = method.catalogue_qualities()
    assert len(qualities) == 43 + 5
    assert (qualities[0].key, qualities[42].key, qualities[-1].key) == ("handy", "attentive", "open")
    for quality in qualities:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", quality.key)
        assert all(quality.labels[language].strip() for language in Language)
    for language in (Language.NL, Language.EN):
        assert len({quality.labels[language] for quality in qualities}) == len(qualities)
    assert len({quality.key for quality in qualities}) == len(qualities)


@pytest.mark.parametrize(
    ("language", "label"), [("nl", "verbindend"), ("fr", "rassembleur"), ("en", "connecting"), ("de", "verbindend")]
)
async def test_a_coach_reads_the_catalogue_in_her_language_under_keys_that_stay(cas, language, label):
    answer = (await cas.get(f"/v1/method/qualities?language={language}")).json()
    assert answer["language"] == language
    assert {"key": "connecting", "label": label} in answer["items"]


async def test_where_no_language_is_named_the_labels_are_in_the_practice_s(cas, lena):
    assert (await cas.get("/v1/method/qualities")).json()["items"][0]["label"] == "handig"
    await lena.patch("/v1/practice", json={"language": "de"}, headers={"If-Match": '"v1"'})
    assert (await cas.get("/v1/method/qualities")).json()["items"][0]["label"] == "geschickt"


async def test_a_language_that_we_do_not_speak_is_refused_by_name(cas):
    answer = await cas.get("/v1/method/qualities?language=it")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/language"


async def test_who_does_not_coach_has_nothing_to_do_with_the_method(omar, bea):
    for client in (omar, bea):
        answer = await client.get("/v1/method/qualities")
        assert (answer.status_code, answer.json()["facts"]) == (403, {"scope": "method:read"})


OWN = {
    "key": "rock_steady",
    "labels": [{"language": "nl", "label": "rotsvast"}, {"language": "en", "label": "rock steady"}],
}


async def put(client, *items):
    return await client.put("/v1/method/qualities", json={"items": list(items)})


async def test_what_is_not_translated_is_told_of_every_catalogue_that_a_practice_words(lena):
    labels = [{"language": "nl", "label": "Wandelen"}, {"language": "fr", "label": "Marcher"}]
    file = {"items": [{"key": "walk", "labels": labels, "texts": [{"language": "nl", "text": "Wandel samen."}]}]}
    for path in ("/v1/exercises/file", "/v1/phases/file"):
        answer = await lena.put(path, json=file)
        assert answer.status_code == 200, answer.text
    assert (await lena.get("/v1/method/missing-translations")).json()["items"] == [
        {"catalogue": name, "key": "walk", "languages": ["fr", "en", "de"]} for name in ("exercises", "phases")
    ]


async def test_a_practice_adds_hides_and_moves_qualities_and_keys_stay(lena, cas, amir, trajectory):
    answer = await put(lena, OWN | {"position": 1}, {"key": "handy", "hidden": True}, {"key": "open", "position": 1})
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"] == [{"catalogue": "qualities", "key": "rock_steady", "languages": ["fr", "de"]}]
    assert (await cas.get("/v1/method/missing-translations")).json() == answer.json()
    keys = [item["key"] for item in (await cas.get("/v1/method/qualities")).json()["items"]]
    assert keys[:3] == ["open", "rock_steady", "caring"]
    assert "handy" not in keys
    french = (await cas.get("/v1/method/qualities?language=fr")).json()["items"]
    assert {"key": "rock_steady", "label": "rock steady"} in french
    named = {"catalogue_key": "rock_steady", "named_by": "coach", "discovered_via": "role_model"}
    assert (await cas.post(f"/v1/coachees/{amir}/qualities", json=named)).status_code == 201
    again = await put(lena, {"key": "handy"}, OWN)
    assert again.status_code == 200
    assert (await cas.get("/v1/method/qualities")).json()["items"][0]["key"] in {"open", "handy"}


async def test_the_file_of_a_practice_s_qualities_goes_into_another_practice(lena, bo):
    await put(lena, OWN, {"key": "calm", "hidden": True}, {"key": "open", "position": 3})
    taken_out = (await lena.get("/v1/method/qualities/file")).json()
    assert {item["key"] for item in taken_out["items"]} == {"rock_steady", "calm", "open"}
    assert (await bo.put("/v1/method/qualities", json=taken_out)).status_code == 200
    assert (await bo.get("/v1/method/qualities/file")).json() == taken_out


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (OWN, "duplicate-key"),
        ({"key": "brave_one", "labels": [{"language": "it", "label": "coraggioso"}]}, "unknown-language"),
        ({"key": "calm", "labels": [{"language": "nl", "label": "kalm"}]}, "labels-of-shipped"),
        ({"key": "brave_one"}, "label-missing"),
    ],
)
async def test_of_a_file_with_something_wrong_nothing_is_taken_over(lena, wrong, code):
    answer = await put(lena, OWN, wrong)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{code}")
    assert (await lena.get("/v1/method/qualities/file")).json() == {"items": []}


async def test_what_a_practice_that_changed_nothing_takes_out_it_can_put_back(lena):
    taken_out = (await lena.get("/v1/method/qualities/file")).content
    headers = {"Content-Type": "application/octet-stream"}
    put_back = await lena.put("/v1/method/qualities/file", content=taken_out, headers=headers)
    assert (put_back.status_code, put_back.json()) == (200, {"items": []}), put_back.text


async def test_a_practice_words_500_qualities_of_its_own_at_the_most(lena):
    many = [{"key": f"own_{number}", "labels": [{"language": "nl", "label": str(number)}]} for number in range(501)]
    answer = await put(lena, *many)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/too-many-qualities")
    assert (await put(lena, *many[1:])).status_code == 200


async def test_a_file_in_another_encoding_or_of_100_mb_is_refused_unread(lena):
    headers = {"Content-Type": "application/json"}
    latin = '{"items": [{"key": "x", "labels": {"nl": "prévenant"}}]}'.encode("latin-1")
    answer = await lena.put("/v1/method/qualities", content=latin, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-request")
    large = headers | {"Content-Length": "100000000"}
    answer = await lena.put("/v1/method/qualities", content=b"{", headers=large)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")
    assert (await lena.get("/v1/method/qualities/file")).json() == {"items": []}


async def test_coaches_do_not_change_the_catalogue(cas):
    assert (await put(cas, OWN)).status_code == 403


@pytest.mark.parametrize("language", Language)
async def test_what_the_method_is_made_of_can_be_read_in_every_language(cas, language):
    catalogues = (await cas.get(f"/v1/method/catalogues?language={language}")).json()["items"]
    assert {one["name"]: len(one["items"]) for one in catalogues} == {
        "dimensions": 3,
        "layers": 7,
        "discovery_ways": 7,
        "starting_points": 3,
        "mll_principles": 7,
        "rungs": 4,
        "awareness": 4,
        "internal_kinds": 6,
        "external_kinds": 8,
        "flow_blockers": 3,
        "tension_statuses": 5,
        "competencies": 5,
    }
    [principles] = [one["items"] for one in catalogues if one["name"] == "mll_principles"]
    assert [item["key"] for item in principles] == [*Principle]
    assert all(item["label"].strip() for one in catalogues for item in one["items"])
    assert {one["version"] for one in catalogues} == {1}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dimensions", Dimension),
        ("layers", Layer),
        ("discovery_ways", DiscoveredVia),
        ("rungs", Rung),
        ("awareness", Awareness),
        ("internal_kinds", InternalKind),
        ("external_kinds", ExternalKind),
        ("flow_blockers", FlowBlocker),
        ("tension_statuses", TensionStatus),
        ("competencies", Competency),
    ],
)
def test_every_word_that_the_api_takes_has_a_label(name, words):
    _, rows = read_only_catalogue(CatalogueName(name))
    assert [*rows] == [word.value for word in words]
