"""The published words at which help lines are shown: matched on this server, letter for letter, judged by nobody."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from domain.messaging import Language, read_worded

FILE = Path(__file__).with_name("words.toml")


@cache
def words(language: Language) -> tuple[str, ...]:
    told: list[str] = read_worded(FILE)[language]["words"]
    return tuple(told)


def plain(text: str) -> str:
    """Lower case, without accents and signs, with one space between words."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", bare))


def is_heavy(texts: Iterable[str]) -> bool:
    """Whether one of them holds a word of a list, in whichever language: people write in more than one."""
    return any(_known().search(plain(text)) for text in texts)


@cache
def _known() -> re.Pattern[str]:
    every = sorted({word for language in Language for word in words(language)})
    return re.compile(rf"\b({'|'.join(map(re.escape, every))})\b")
