"""Phases of a conversation: versioned data, offered as tags; a practice words, hides and adds what it likes.

The first template is a reconstruction of core reflection, the second ALACT; neither is a procedure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain import catalogues
from domain.catalogues import Entry, Own
from domain.kit.errors import Invalid
from domain.kit.work import Work
from domain.messaging import Language, read_worded

FILE = Path(__file__).parent / "phases.toml"
NAME = "phases"


class NoSuchPhase(Invalid):
    """There is no phase under that key; `GET /v1/phases` has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseText:
    """One phase, of a template or of the practice's own; `share` is of a conversation, in percent."""

    key: str
    template: str | None
    share: int | None
    name: Mapping[Language, str]
    question: Mapping[Language, str]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    key: str
    version: int
    title: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Phases:
    """`edition` counts what the practice changed about them: 0 is nothing."""

    edition: int
    templates: list[Template]
    phases: list[PhaseText]


@cache
def shipped() -> Phases:
    """The templates that come with the product."""
    data: dict[str, Any] = read_worded(FILE)
    rows = [(template, row) for template in data["templates"] for row in template["phases"]]
    templates = [Template(one["key"], one["version"], _words(one["title"])) for one in data["templates"]]
    return Phases(0, templates, [_phase(template["key"], row) for template, row in rows])


async def practice_phases(work: Work, edition: int | None = None) -> Phases:
    """All phases as the practice has them, hidden ones too, in its order."""
    own = await catalogues.own_entries(work, NAME, edition)
    known = {phase.key: phase for phase in shipped().phases}
    said = {entry.key: entry for entry in own.entries}
    keys = catalogues.in_order(list(known), own.entries)
    return Phases(own.edition, shipped().templates, [_as_shown(key, known.get(key), said.get(key)) for key in keys])


async def set_phases(work: Work, entries: Sequence[Entry]) -> Own:
    """Take over a whole file, or nothing of it."""
    keys = {phase.key for phase in shipped().phases}
    return await catalogues.set_entries(work, NAME, entries, keys, reword=True)


async def own_phases(work: Work, edition: int | None = None) -> Own:
    return await catalogues.own_entries(work, NAME, edition)


async def must_be_phases(work: Work, keys: Sequence[str | None], *, field: str) -> None:
    """Tags name phases that there are; what is hidden can still be named."""
    wanted = {key for key in keys if key is not None} - {phase.key for phase in shipped().phases}
    if wanted and (unknown := wanted - {entry.key for entry in (await own_phases(work)).entries}):
        raise NoSuchPhase(field=field, key=min(unknown))


def _phase(template: str, row: dict[str, Any]) -> PhaseText:
    return PhaseText(
        key=row["key"],
        template=template,
        share=row.get("share"),
        name=_words(row["name"]),
        question=_words(row["question"]),
    )


def _as_shown(key: str, known: PhaseText | None, said: Entry | None) -> PhaseText:
    """Where the practice says nothing, the product's words stand."""
    if said is None:
        assert known is not None  # noqa: S101
        return known
    return PhaseText(
        key=key,
        template=known and known.template,
        share=said.share if said.share is not None else known and known.share,
        name={**(known.name if known else {}), **_words(said.labels)},
        question={**(known.question if known else {}), **_words(said.texts)},
        hidden=said.hidden,
    )


def _words(texts: Mapping[str, str]) -> dict[Language, str]:
    return {Language(code): text for code, text in texts.items()}
