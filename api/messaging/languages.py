"""The languages that are spoken, and what has no words in one that was added."""

import asyncio
from functools import cache
from pathlib import Path

import msgspec
from litestar import get
from litestar.di import NamedDependency

from domain import messaging
from domain.kit.work import Work
from domain.messaging import FALLBACK, SHIPPED, Language

HOUSE = Path(__file__).parents[2]
FOLDERS = ("domain", "api/phone")
OF_MAILS = "wording"  # a file for each language: no words of several


class SpokenLanguage(msgspec.Struct, frozen=True, kw_only=True):
    language: Language
    shipped: bool
    """Comes with the product, whole; else somebody added it as a file."""
    missing: list[str]
    """What has no words in it, as folder.file.key: the first of `fallback` that has stands in there."""


class Languages(msgspec.Struct, frozen=True, kw_only=True):
    fallback: list[Language]
    items: list[SpokenLanguage]


def worded_files() -> list[Path]:
    """Every file in which something is worded in several languages."""
    found = [path for folder in FOLDERS for path in sorted((HOUSE / folder).rglob("*.toml"))]
    return [path for path in found if path.parent.name != OF_MAILS]


@get("/languages", scope="practice:read")
async def list_languages(work: NamedDependency[Work]) -> Languages:  # noqa: ARG001
    """List the languages that people are spoken to in, and what is not translated into each.

    A language is added as one file, `domain/messaging/wording/<code>.toml`.
    """
    return await asyncio.to_thread(_spoken)


@cache
def _spoken() -> Languages:
    """It reads every file of words, once: they come with the program."""
    files = worded_files()
    items = [
        SpokenLanguage(language=one, shipped=one in SHIPPED, missing=messaging.missing_in(one, files))
        for one in Language
    ]
    return Languages(fallback=list(FALLBACK), items=items)
