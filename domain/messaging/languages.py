"""The languages in which Krachtlijn speaks to people: four that ship whole, and one more for each file that is added.

A file `wording/<code>.toml` adds a language. It words the mails, as those of the others do, and under `texts`, by
folder and file, whatever else is worded; where it says nothing, the first of the fallback chain that does stands in.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

Text = TypeVar("Text")
FOLDER = Path(__file__).with_name("wording")
CODE = re.compile(r"[a-z]{2,3}")
# As which countries have one of the languages: a file for each, that says only what differs, such as nl-NL.toml.
AS_SPOKEN = frozenset(file.stem for file in FOLDER.glob("??-??.toml"))
SHIPPED = ("nl", "fr", "en", "de")
ELSEWHERE = "texts"  # of a language that was added: what the files of other slices say


class Language(StrEnum):
    NL = "nl"
    FR = "fr"
    EN = "en"
    DE = "de"
    vars().update(
        {
            file.stem.upper(): file.stem
            for file in sorted(FOLDER.glob("*.toml"))
            if CODE.fullmatch(file.stem) and file.stem not in SHIPPED
        }
    )


FALLBACK = (Language.EN, Language.NL, Language.FR, Language.DE)
ADDED = tuple(language for language in Language if language not in SHIPPED)


def spoken_text(texts: Mapping[Any, Text], wanted: Language) -> Text:
    """In that language, or in the first of the fallback chain that has it."""
    return next(texts[language] for language in (wanted, *FALLBACK) if language in texts)


def unspoken_in(texts: Mapping[Any, object]) -> list[Language]:
    """The languages that a text is not in."""
    return [language for language in Language if language not in texts]


def read_worded(path: Path) -> dict[str, Any]:
    """A file of words in several languages, with those that were added filled in beside them."""
    told = tomllib.loads(path.read_text("utf-8"))
    for language in ADDED:
        told = _filled(told, language, _own(language, path))
    return told


def spoken_there(language: Language, country: str) -> str | None:
    """The tag of a language as that country speaks it, where it has words of its own."""
    tag = f"{language}-{country}"
    return tag if tag in AS_SPOKEN else None


def read_mails(language: Language, spoken: str | None = None) -> dict[str, Any]:
    """What mails say in a language; `spoken` is how a country says it, such as nl-NL."""
    own = {name: texts for name, texts in _file(language).items() if name != ELSEWHERE}
    told = own if language in SHIPPED else _over(_file(FALLBACK[0]), own)
    return _over(told, _file(spoken)) if spoken in AS_SPOKEN else told


def missing_in(language: Language, paths: Sequence[Path]) -> list[str]:
    """What has no words of that language in these files nor in its mails, as `folder.file.key`."""
    found = [f"wording.{at}" for at in _lacking(_file(FALLBACK[0]), _file(language))]
    for path in paths:
        told = tomllib.loads(path.read_text("utf-8"))
        name, own = f"{path.parent.name}.{path.stem}", _own(language, path)
        found += [f"{name}{at}" for at in _unworded(told, language, own)]
    return found


@cache
def _file(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


def _own(language: Language, path: Path) -> Any:
    if language in SHIPPED:
        return {}
    return _file(language).get(ELSEWHERE, {}).get(path.parent.name, {}).get(path.stem, {})


def _filled(told: Any, language: Language, own: Any) -> Any:
    """The same, with that language beside the others wherever something is worded."""
    match told:
        case dict() if _is_worded(cast("dict[str, Any]", told)):
            texts = cast("dict[str, Any]", told)
            stands_in = spoken_text(texts, FALLBACK[0])
            return texts | {language: _over(stands_in, own)}
        case dict():
            return {key: _filled(value, language, _at(own, key)) for key, value in cast("dict[str, Any]", told).items()}
        case list():
            return [_filled(row, language, _at(own, _name(row))) for row in cast("list[Any]", told)]
        case _:
            return told


def _unworded(told: Any, language: Language, own: Any, at: str = "") -> Iterator[str]:
    """Where another language would stand in."""
    match told:
        case dict() if _is_worded(cast("dict[str, Any]", told)):
            texts = cast("dict[str, Any]", told)
            stands_in = spoken_text(texts, FALLBACK[0])
            words = texts.get(language, own)
            if isinstance(stands_in, dict):
                yield from (f"{at}.{inner}" for inner in _lacking(cast("Any", stands_in), words))
            elif not words:
                yield at
        case dict():
            for key, value in cast("dict[str, Any]", told).items():
                yield from _unworded(value, language, _at(own, key), f"{at}.{key}")
        case list():
            for row in cast("list[Any]", told):
                yield from _unworded(row, language, _at(own, _name(row)), f"{at}.{_name(row)}")
        case _:
            return


def _is_worded(table: dict[str, Any]) -> bool:
    """A table with an entry for each language, and nothing else but such as `nl-BE`."""
    return {"nl", "en"} <= table.keys()


def _over(stands_in: Any, own: Any) -> Any:
    """What a language says itself, over what stands in for the rest."""
    if isinstance(stands_in, dict):
        words = cast("dict[str, Any]", stands_in)
        return {key: _over(value, _at(own, key)) for key, value in words.items()}
    return own or stands_in


def _lacking(whole: dict[str, Any], own: Any) -> Iterator[str]:
    for key, value in whole.items():
        if isinstance(value, dict):
            yield from (f"{key}.{inner}" for inner in _lacking(cast("Any", value), _at(own, key)))
        elif value and not _at(own, key):
            yield key


def _at(own: Any, key: str) -> Any:
    return cast("dict[str, Any]", own).get(key, {}) if isinstance(own, dict) else {}


def _name(row: Any) -> str:
    """How a row of a list is named in a language's own file: by its key."""
    return str(cast("dict[str, Any]", row).get("key", "")) if isinstance(row, dict) else ""
