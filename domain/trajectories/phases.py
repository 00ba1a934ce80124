"""The phases of core reflection: versioned data, offered as tags."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.messaging import Language
from domain.trajectories.model import Phase

FILE = Path(__file__).parent / "phases.toml"


@dataclass(frozen=True, slots=True)
class PhaseText:
    """One phase; `share` is how much of a conversation it usually takes, in percent."""

    key: Phase
    share: int
    name: dict[Language, str]
    question: dict[Language, str]


@dataclass(frozen=True, slots=True)
class Phases:
    version: int
    title: dict[Language, str]
    phases: list[PhaseText]


@cache
def phases() -> Phases:
    data: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
    rows = [
        PhaseText(Phase(row["key"]), row["share"], _words(row["name"]), _words(row["question"]))
        for row in data["phases"]
    ]
    return Phases(data["version"], _words(data["title"]), rows)


def _words(texts: dict[str, str]) -> dict[Language, str]:
    return {language: texts[language.value] for language in Language}
