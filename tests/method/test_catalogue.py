import re

import pytest

from domain import method
from domain.messaging import Language

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
