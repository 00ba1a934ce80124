"""What a check-in asks: the flow of each kind, in every version that was ever shown and every language."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.kit.ids import CheckInId
from domain.messaging import Language, read_worded

FILE = Path(__file__).with_name("flows.toml")
Words = Mapping[str, str]
FRENCH_SPACE = re.compile(r" (?=[?!:;»])|(?<=«) ")  # which keeps a sign on the line of its word
FRENCH_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")  # as in "est-ce", which no line ends in the middle of
NO_BREAK_HYPHEN = "\u2011"
NO_BREAK = "\u00a0"
PARTS = ("success", "obstacle", "ideal", "quality_in_action", "free", "locus", "layer", "qualities")


class Dimension(StrEnum):
    """The three kinds of source of what we do; a check-in asks for one of them in turn."""

    THINKING = "thinking"
    FEELING = "feeling"
    WANTING = "wanting"


class Locus(StrEnum):
    INTERNAL = "internal"
    EXTERNAL = "external"
    BOTH = "both"
    UNKNOWN = "unknown"


class Layer(StrEnum):
    """Where an obstacle sits, from outer to inner; the coachee sees everyday words for it."""

    ENVIRONMENT = "environment"
    BEHAVIOUR = "behaviour"
    SKILLS = "skills"
    BELIEFS = "beliefs"
    IDENTITY = "identity"
    MISSION = "mission"


@dataclass(frozen=True, slots=True)
class Wordings:
    """Every text of one version in one language, by its key."""

    version: int
    success: Words
    obstacle: Words
    ideal: Words
    quality_in_action: Words
    free: Words
    locus: Words
    layer: Words
    qualities: Words


@cache
def _versions() -> list[dict[str, dict[str, dict[str, str]]]]:
    """Each version whole: a later one words anew only some of what the one before it said."""
    told = read_worded(FILE)
    versions: list[dict[str, dict[str, dict[str, str]]]] = []
    for number in range(1, len(told) + 1):
        before = versions[-1] if versions else {}
        now = told[f"v{number}"]
        versions.append(
            {
                language: {
                    part: before.get(language, {}).get(part, {})
                    | _typeset(language, now.get(language, {}).get(part, {}))
                    for part in PARTS
                }
                for language in Language
            }
        )
    return versions


def _typeset(language: Language, texts: Words) -> dict[str, str]:
    if language is not Language.FR:
        return dict(texts)
    return {key: FRENCH_HYPHEN.sub(NO_BREAK_HYPHEN, FRENCH_SPACE.sub(NO_BREAK, text)) for key, text in texts.items()}


def current_version() -> int:
    return len(_versions())


@cache
def wordings(language: Language, version: int | None = None, *, spoken: str = "") -> Wordings:
    """The texts as shown in that version; in the current one where none is named. `spoken` is how a country says it,
    such as nl-NL: where that has a file of its own, what stands in it comes first.
    """
    number = version or current_version()
    texts = dict(_versions()[number - 1][language])
    for earlier in range(1, number + 1):
        for part, own in _as_spoken().get(spoken, {}).get(f"v{earlier}", {}).items():
            texts[part] = texts[part] | own
    return Wordings(number, **texts)


@cache
def _as_spoken() -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """By the tag in the name of each file, such as flows.nl-NL.toml."""
    files = FILE.parent.glob("flows.*.toml")
    return {file.name.split(".")[1]: tomllib.loads(file.read_text("utf-8")) for file in files}


def known_qualities() -> frozenset[str]:
    """The keys of the qualities that may be chosen; keys never change, so every version's count."""
    return frozenset(wordings(Language.NL).qualities)


QUALITIES_SHOWN = 8
STRIDE = 5  # has no divisor in common with the number of qualities, so that neighbours vary


def offered_qualities(check_in_id: CheckInId) -> list[str]:
    """A handful of the catalogue, another one for each check-in and always the same for one."""
    keys = list(wordings(Language.NL).qualities)
    start = check_in_id.int % len(keys)
    return [keys[(start + STRIDE * place) % len(keys)] for place in range(QUALITIES_SHOWN)]
