"""Adding a language is adding a file: where it has no words, the next of the fallback chain speaks."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.messaging.languages import worded_files
from domain.messaging import FALLBACK, Language, spoken_text

HOUSE = Path(__file__).parents[2]
SPANISH = """
footer = "Este mensaje se envió automáticamente."

[kinds.review]
subject = "Mirar atrás un momento"

[texts.method.qualities]
patient = "paciente"

[texts.method.catalogues.layers]
core = "cualidades: ¿qué fuerza hay en mí?"

[texts.assignments.exercises.exercises.values]
name = "Valores"

[texts.trajectories.phases.templates.core_reflection.phases.obstacle]
name = "obstáculo"

[texts.phone.wording.sharing]
title = "¿Quién lee esto?"
"""
SPEAK = """
import json
from api.app import create_app
from api.messaging.languages import worded_files
from api.phone.wording import help_lines, words
from domain import assignments, checkins, method, trajectories
from domain.messaging import Language, missing_in
from domain.messaging.templates import render
from domain.people import wordings
from domain.trajectories.phases import shipped as phases
from domain.assignments.exercises import shipped as exercises

create_app(None)
es = Language("es")
qualities = {one.key: one.labels for one in method.catalogue_qualities()}
layers = method.read_only_catalogue(method.CatalogueName.LAYERS)[1]
known = {one.key: one for one in phases().phases}
mail = render("review", es, {}, practice_name="P", link="http://x")
missing = missing_in(es, worded_files())
print(json.dumps({
    "languages": [*Language],
    "patient": [qualities["patient"][es], qualities["patient"]["nl"]],
    "calm": qualities["calm"][es],
    "core": layers["core"][es],
    "values": [exercises().named("values").name[es], exercises().named("values").task[es][:5]],
    "obstacle": [known["obstacle"].name[es], known["situation"].name[es]],
    "mail": [mail.subject, "Este mensaje" in mail.text, "two minutes" in mail.text],
    "page": [words(es)["sharing"]["title"], words(es)["sharing"]["private"], len(help_lines(es)) > 0],
    "flow": len(checkins.wordings(es).qualities) > 0,
    "consents": {one.language for one in wordings()} == {*Language},
    "missing": [name in missing for name in ("method.qualities.calm", "method.qualities.patient", "wording.footer")],
    "whole": [missing_in(Language(one), worded_files()) for one in ("nl", "fr", "en", "de")],
}))
"""


@pytest.fixture
def house_with_spanish(tmp_path):
    """The product, with one file more."""
    shutil.copytree(HOUSE / "domain", tmp_path / "domain", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(HOUSE / "api", tmp_path / "api", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "domain" / "messaging" / "wording" / "es.toml").write_text(SPANISH, "utf-8")
    return tmp_path


def test_dropping_in_one_file_is_enough_for_a_language(house_with_spanish):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(house_with_spanish), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", SPEAK],
        cwd=house_with_spanish,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert told["languages"] == ["nl", "fr", "en", "de", "es"]
    assert told["patient"] == ["paciente", "geduldig"]
    assert told["calm"] == "calm"
    assert told["core"] == "cualidades: ¿qué fuerza hay en mí?"
    assert told["values"][0] == "Valores"
    assert told["values"][1].isascii()
    assert told["obstacle"] == ["obstáculo", "concrete situation (brief)"]
    assert told["mail"] == ["Mirar atrás un momento", True, True]
    assert told["page"] == ["¿Quién lee esto?", "Only me", True]
    assert told["flow"]
    assert told["consents"]
    assert told["missing"] == [True, False, False]
    assert told["whole"] == [[], [], [], []]


@pytest.mark.anyio
async def test_the_languages_that_ship_are_whole(lena):
    told = (await lena.get("/v1/languages")).json()
    assert told["fallback"] == ["en", "nl", "fr", "de"]
    assert [(one["language"], one["shipped"], one["missing"]) for one in told["items"]] == [
        (language, True, []) for language in ("nl", "fr", "en", "de")
    ]
    assert len(worded_files()) > 20


def test_where_a_language_has_no_words_the_next_of_the_chain_has():
    for number, language in enumerate(FALLBACK):
        texts = {one: one.upper() for one in FALLBACK[number:]}
        wanted = next(one for one in Language if one not in texts) if number else Language.DE
        assert spoken_text(texts, wanted) == (language.upper() if number else "DE")
