"""The exercises that ship: the seven ways to discover qualities, as versioned data; the questionnaire comes last."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.kit.errors import Invalid
from domain.messaging import Language

FILE = Path(__file__).parent / "exercises.toml"


class NoSuchExercise(Invalid):
    """No exercise with that key ships with this version."""


@dataclass(frozen=True, slots=True)
class Exercise:
    key: str
    name: dict[Language, str]
    task: dict[Language, str]


@dataclass(frozen=True, slots=True)
class Exercises:
    version: int
    exercises: dict[str, Exercise]

    def named(self, key: str) -> Exercise:
        if key not in self.exercises:
            raise NoSuchExercise(field="exercise_key", exercise_key=key)
        return self.exercises[key]


@cache
def exercises() -> Exercises:
    data: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
    rows = [Exercise(row["key"], _words(row["name"]), _words(row["task"])) for row in data["exercises"]]
    return Exercises(data["version"], {row.key: row for row in rows})


def _words(told: dict[str, str]) -> dict[Language, str]:
    return {Language(code): text for code, text in told.items()}
