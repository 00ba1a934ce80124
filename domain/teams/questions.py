"""The questions of a pulse: versioned data in every language, under keys that never change."""

from functools import cache
from pathlib import Path

from domain.messaging import Language, read_worded

FILE = Path(__file__).parent / "questions.toml"


@cache
def questions(version: int) -> dict[str, dict[Language, str]]:
    """The texts of a version by key and language, in the order in which they are asked."""
    return {
        key: {language: texts[language] for language in Language} for key, texts in _versions()[f"v{version}"].items()
    }


@cache
def current_questions() -> int:
    """The version that a new pulse asks."""
    return max(int(name[1:]) for name in _versions())


@cache
def _versions() -> dict[str, dict[str, dict[str, str]]]:
    return read_worded(FILE)
