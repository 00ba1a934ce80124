"""Exercises: the seven ways to discover qualities, as versioned data, and a practice's own beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain import catalogues
from domain.catalogues import Entry, Own
from domain.kit.errors import Invalid
from domain.kit.work import Work
from domain.messaging import Language, read_worded, spoken_text
from domain.trajectories import Principle

FILE = Path(__file__).parent / "exercises.toml"
NAME = "exercises"


class NoSuchExercise(Invalid):
    """There is no exercise under that key; `GET /v1/exercises` has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    key: str
    name: Mapping[Language, str]
    task: Mapping[Language, str]
    principle: Principle | None = None
    own: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Exercises:
    """`edition` counts what the practice changed about them: 0 is nothing."""

    version: int
    edition: int
    exercises: dict[str, Exercise]

    def named(self, key: str) -> Exercise:
        if key not in self.exercises:
            raise NoSuchExercise(field="exercise_key", exercise_key=key)
        return self.exercises[key]

    def version_of(self, key: str) -> int:
        """What to read its words by, later: the product's version, or the practice's edition."""
        return self.edition if self.named(key).own else self.version


@cache
def shipped() -> Exercises:
    """Those that come with the product, the questionnaire last: it never works as well as doing it oneself."""
    data: dict[str, Any] = read_worded(FILE)
    rows = [Exercise(key=row["key"], name=_words(row["name"]), task=_words(row["task"])) for row in data["exercises"]]
    return Exercises(data["version"], 0, {row.key: row for row in rows})


async def practice_exercises(work: Work, edition: int | None = None) -> Exercises:
    """All exercises as the practice has them, hidden ones too, in its order."""
    own = await catalogues.own_entries(work, NAME, edition)
    known, said = shipped().exercises, {entry.key: entry for entry in own.entries}
    keys = catalogues.in_order(list(known), own.entries)
    return Exercises(
        shipped().version, own.edition, {key: _as_shown(key, known.get(key), said.get(key)) for key in keys}
    )


async def set_exercises(work: Work, entries: Sequence[Entry]) -> Own:
    """Take over a whole file, or nothing of it."""
    return await catalogues.set_entries(work, NAME, entries, shipped().exercises)


async def own_exercises(work: Work, edition: int | None = None) -> Own:
    return await catalogues.own_entries(work, NAME, edition)


async def task_in(work: Work, key: str, version: int | None, language: Language) -> str:
    """What an exercise asks, in that language or the next best; of the practice's own, as it was when it was given."""
    known = shipped().exercises.get(key)
    found = known or (await practice_exercises(work, version)).named(key)
    return spoken_text(found.task, language)


def _as_shown(key: str, known: Exercise | None, said: Entry | None) -> Exercise:
    if said is None:
        assert known is not None  # noqa: S101
        return known
    name, task = (known.name, known.task) if known else (_words(said.labels), _words(said.texts))
    principle = Principle(said.principle) if said.principle else None
    return Exercise(key=key, name=name, task=task, principle=principle, own=known is None, hidden=said.hidden)


def _words(told: Mapping[str, str]) -> dict[Language, str]:
    return {Language(code): text for code, text in told.items()}
