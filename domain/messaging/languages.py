"""The languages in which Krachtlijn speaks to people."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

Text = TypeVar("Text")


class Language(StrEnum):
    NL = "nl"
    FR = "fr"
    EN = "en"
    DE = "de"


FALLBACK = (Language.EN, Language.NL, Language.FR, Language.DE)


def spoken_text(texts: Mapping[Language, Text], wanted: Language) -> Text:
    """In that language, or in the first of the fallback chain that has it."""
    return next(texts[language] for language in (wanted, *FALLBACK) if language in texts)
