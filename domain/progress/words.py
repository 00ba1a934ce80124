"""Which words come back in the texts of one person: counted, and never weighed."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.messaging import Language, read_worded

FILE = Path(__file__).with_name("stop_words.toml")
WORD = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*")
SHORTEST, FEWEST, MOST = 3, 2, 25


@dataclass(frozen=True, slots=True)
class WordCount:
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class WordsOf:
    """Of the texts in one language; a word that was written once is left out."""

    language: Language
    texts: int
    words: list[WordCount]


def counted(texts: Iterable[tuple[Language, str]]) -> list[WordsOf]:
    """By language, the most frequent first; every form of a word counts with the shortest that was written."""
    found: dict[Language, list[str]] = {}
    for language, text in texts:
        found.setdefault(language, []).append(text)
    return [
        WordsOf(language, len(mine), [WordCount(word, count) for word, count in _top(language, mine)])
        for language, mine in sorted(found.items())
    ]


def _top(language: Language, texts: list[str]) -> list[tuple[str, int]]:
    written = Counter(word for text in texts for word in words_in(language, text))
    forms = Counter[str]()
    for word, count in written.items():
        forms[_shortest(language, word, written)] += count
    often = [(word, count) for word, count in forms.items() if count >= FEWEST]
    return sorted(often, key=lambda one: (-one[1], one[0]))[:MOST]


def words_in(language: Language, text: str) -> Iterable[str]:
    """In small letters, without the words that every text has."""
    stop, elided = stop_words(language), _elided(language)
    for found in WORD.findall(text.lower().replace("\u2019", "'")):
        head, _, rest = found.partition("'")
        word = rest if rest and head in elided else found
        if len(word) >= SHORTEST and word not in stop:
            yield word


def _shortest(language: Language, word: str, written: Counter[str]) -> str:
    """The word without one of the usual endings, where that was written too."""
    stems = (word.removesuffix(ending) for ending in _endings(language) if word.endswith(ending))
    known = [stem for stem in stems if len(stem) >= SHORTEST and stem in written]
    return min(known, key=len, default=word)


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return read_worded(FILE)


@cache
def stop_words(language: Language) -> frozenset[str]:
    return frozenset(_lists()[language]["words"])


@cache
def _elided(language: Language) -> frozenset[str]:
    return frozenset(_lists()[language]["elided"])


def _endings(language: Language) -> list[str]:
    return _lists()[language]["endings"]
