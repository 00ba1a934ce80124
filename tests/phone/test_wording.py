"""Every text exists in every language, and what was shown once is never changed."""

import hashlib
import json
import re
import tomllib
from dataclasses import asdict
from datetime import date, time

import pytest

from api.phone.endings import BY_STATUS, ENDINGS
from api.phone.wording import FOLDER, WORDS, help_lines, words
from domain.checkins import Kind, Wrong, current_version, known_qualities, wordings
from domain.checkins.flows import FILE
from domain.messaging import Language
from domain.support import shipped

SENTENCE, WORD = 20, 20  # words in a sentence, letters in a word
ENDS, WORDS_IN = re.compile(r"(?<=[.?!:;])\s+|\n+"), re.compile(r"[\w'-]+")
NO_BREAK = "\u00a0"
SPACE_BEFORE = re.compile(r" [?!:;»]|« ")
FIELD = re.compile(r"\{(\w+)")


def leaves(texts, path=""):
    if isinstance(texts, dict):
        return {key: leaf for name, value in texts.items() for key, leaf in leaves(value, f"{path}/{name}").items()}
    return {path: texts}


@pytest.mark.parametrize("language", Language)
def test_every_text_of_the_pages_exists_in_every_language(language):
    dutch, here = leaves(WORDS["nl"]), leaves(WORDS[language])
    assert here.keys() == dutch.keys()
    for key, text in here.items():
        assert text, key
        if isinstance(text, str) and "/calendar/" not in key:
            assert sorted(FIELD.findall(text)) == sorted(FIELD.findall(dutch[key])), key


@pytest.mark.parametrize("language", Language)
def test_every_question_exists_in_every_language(language):
    dutch, here = wordings(Language.NL), wordings(language)
    for part in ("success", "obstacle", "free", "locus", "layer", "qualities"):
        assert getattr(here, part).keys() == getattr(dutch, part).keys()
        assert all(getattr(here, part).values())
    assert len(set(here.qualities.values())) == len(known_qualities())


def test_french_keeps_its_signs_with_their_words():
    shown = [asdict(wordings(Language.FR, version)) for version in range(1, current_version() + 1)]
    for texts in (WORDS["fr"], *shown):
        for key, text in leaves(texts).items():
            assert not SPACE_BEFORE.search(str(text)), key


def test_a_version_that_was_shown_is_never_edited():
    """Changed a text? Then write a new version in flows.toml and add its digest here."""
    known = {1: "3fbff4f71d8d4039", 2: "113970048a473ac4", 3: "0f176e76c371d349"}
    versions = tomllib.loads(FILE.read_text("utf-8"))
    told = {
        int(name[1:]): hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:16]
        for name, texts in versions.items()
    }
    assert told == known
    assert current_version() == max(known)


@pytest.mark.parametrize("language", Language)
def test_whoever_reads_at_level_b1_reads_it_all(language):
    """Short sentences of words that are not long: what can be counted of plain language."""
    for texts in (WORDS[language], asdict(wordings(language))):
        told = {key: text for key, text in leaves(texts).items() if isinstance(text, str)}
        for key, text in told.items():
            for sentence in ENDS.split(text.replace("\u2019", "'")):
                assert len(WORDS_IN.findall(sentence)) <= SENTENCE, (key, sentence)
                assert max((len(word) for word in re.findall(r"\w+", sentence)), default=0) <= WORD, (key, sentence)


def test_no_question_asks_why():
    for language in Language:
        texts = " ".join((*wordings(language).success.values(), *wordings(language).obstacle.values())).lower()
        assert not re.search(r"\b(waarom|pourquoi|why|warum|wieso)\b", texts)


def test_every_way_to_be_wrong_and_to_end_has_words():
    for language in Language:
        texts = words(language)
        assert {wrong for wrong in Wrong if wrong in texts["fault"]} == set(Wrong)
        endings = {key for key, _ in ENDINGS.values()} | set(BY_STATUS.values()) | {"broken"}
        assert all({"title", "text"} <= texts[key].keys() for key in endings)


@pytest.mark.parametrize("language", Language)
def test_whoever_needs_help_finds_the_emergency_number_and_a_line_in_her_language(language):
    numbers = [line.number for line in help_lines(language)]
    assert numbers[0] == "112"
    assert len(numbers) >= 2


def test_no_line_ends_at_a_hyphen_of_french():
    flow = asdict(wordings(Language.FR))
    texts = [*leaves(words(Language.FR, "BE").texts).values(), *leaves({"flow": flow}).values()]
    assert sum("\u2011" in str(text) for text in texts) > 20
    assert [text for text in texts if re.search(r"\w-\w", str(text))] == []


def test_every_help_line_says_when_and_where_it_was_verified():
    for line in shipped():
        assert isinstance(line.verified_on, date)
        assert (line.source or "").startswith("https://")
        assert set(line.names) == set(Language)


def test_days_and_hours_are_written_as_each_language_writes_them():
    said = {language: words(language) for language in Language}
    day, at = date(2026, 3, 1), time(9, 5)
    assert [said[language].day(day).replace(NO_BREAK, " ") for language in Language] == [
        "1 maart 2026",
        "1er mars 2026",
        "1 March 2026",
        "1. März 2026",
    ]
    assert [said[language].time(at).replace(NO_BREAK, " ") for language in Language] == [
        "09.05 uur",
        "9 h 05",
        "09:05",
        "09:05 Uhr",
    ]
    assert said[Language.NL].weekdays([7]) == "zondag"
    assert [said[Language.EN].length(minutes) for minutes in (60, 90, 480)] == ["1 hour", "90 minutes", "8 hours"]


def test_every_kind_of_check_in_have_a_page():
    assert all((FOLDER / "templates" / f"{kind}.html").is_file() for kind in Kind)
