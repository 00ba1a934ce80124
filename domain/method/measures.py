"""Measures: short questionnaires as data, each with its licence and what is known of its translations."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.kit.errors import Invalid
from domain.messaging import Language, read_worded

FILE = Path(__file__).parent / "measures.toml"


class NoSuchMeasure(Invalid):
    """There is no measure under that key; `GET /v1/method/measures` has them all."""


class AnswersDoNotFit(Invalid):
    """A measure takes one answer to each of its items, each on its scale."""


@dataclass(frozen=True, slots=True)
class MeasureItem:
    key: str
    texts: dict[Language, str]


@dataclass(frozen=True, slots=True)
class Measure:
    key: str
    version: int
    titles: dict[Language, str]
    items: tuple[MeasureItem, ...]
    least: int
    most: int
    licence: str
    source: str
    validated: frozenset[Language]


@cache
def measures() -> dict[str, Measure]:
    """By key, in the order of the file."""
    rows: dict[str, dict[str, Any]] = read_worded(FILE)
    return {key: _measure(key, row) for key, row in rows.items()}


def translation_validated(key: str, language: Language) -> bool:
    """Whether the items were validated in that language; where not, whoever reads a result must be told."""
    return language in measures()[key].validated


def _measure(key: str, row: dict[str, Any]) -> Measure:
    items = tuple(MeasureItem(item["key"], {word: item[word] for word in Language}) for item in row["items"])
    return Measure(
        key=key,
        version=row["version"],
        titles={word: row["title"][word] for word in Language},
        items=items,
        least=row["least"],
        most=row["most"],
        licence=row["licence"],
        source=row["source"],
        validated=frozenset(Language(word) for word in row["validated"]),
    )
