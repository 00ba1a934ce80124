"""The catalogue of core qualities: data, under keys that never change, in every language that we speak."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain import practice
from domain.kit.errors import Invalid
from domain.kit.work import Work
from domain.messaging import Language

FILE = Path(__file__).parent / "qualities.toml"


class NoSuchQuality(Invalid):
    """The catalogue has no quality under that key; `GET /v1/method/qualities` has them all."""


@dataclass(frozen=True, slots=True)
class CatalogueQuality:
    key: str
    labels: dict[Language, str]


@cache
def catalogue_qualities() -> tuple[CatalogueQuality, ...]:
    """All of them, in the order in which they are shown."""
    rows: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text("utf-8"))
    return tuple(
        CatalogueQuality(key, {language: labels[language] for language in Language}) for key, labels in rows.items()
    )


async def label_language(work: Work, wanted: Language | None) -> Language:
    """The language in which to show labels: the practice's, where none is asked for."""
    return wanted or Language((await practice.get_practice(work)).language)


def must_be_known(key: str) -> None:
    if not any(quality.key == key for quality in catalogue_qualities()):
        raise NoSuchQuality(field="catalogue_key")
