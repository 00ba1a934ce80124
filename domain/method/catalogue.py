"""Catalogues: data under keys that never change. What is shipped is a file; of qualities a practice has its own too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, String, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain import practice
from domain.catalogues import LabelMissing, by_place, must_be_spoken, must_be_unique
from domain.kit.errors import Invalid
from domain.kit.tables import Table, Tenant
from domain.kit.work import Work
from domain.messaging import Language, announce, read_worded, spoken_text, unspoken_in

FOLDER = Path(__file__).parent
MOST_OWN = 500  # of qualities that a practice words itself


class CatalogueName(StrEnum):
    DIMENSIONS = "dimensions"
    LAYERS = "layers"
    DISCOVERY_WAYS = "discovery_ways"
    STARTING_POINTS = "starting_points"
    MLL_PRINCIPLES = "mll_principles"
    RUNGS = "rungs"
    AWARENESS = "awareness"
    INTERNAL_KINDS = "internal_kinds"
    EXTERNAL_KINDS = "external_kinds"
    FLOW_BLOCKERS = "flow_blockers"
    TENSION_STATUSES = "tension_statuses"
    COMPETENCIES = "competencies"


class NoSuchQuality(Invalid):
    """The catalogue has no quality under that key; `GET /v1/method/qualities` has them all."""


class LabelsOfShipped(Invalid):
    """A quality that comes with the product keeps its labels: it can be hidden and moved, and not be worded anew."""


class TooManyQualities(Invalid):
    """A practice words at the most 500 qualities of its own. Nothing was taken over."""


@dataclass(frozen=True, slots=True)
class CatalogueQuality:
    key: str
    labels: Mapping[Language, str]
    own: bool = False
    hidden: bool = False
    position: int | None = None

    def label(self, wanted: Language) -> str:
        """In that language, or in the first that has one."""
        return spoken_text(self.labels, wanted)

    @property
    def missing(self) -> list[Language]:
        return unspoken_in(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityEntry:
    """What a practice says of a quality: of one of its own its labels, of any whether and where it is shown."""

    key: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    hidden: bool = False
    position: int | None = None


class PracticeQuality(Tenant, Table):
    """A quality of a practice's own, or what it changed about a shipped one. It is hidden rather than deleted."""

    __tablename__ = "practice_qualities"
    __table_args__ = (CheckConstraint("position BETWEEN 1 AND 10000", name="position_in_range"),)

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB)
    hidden: Mapped[bool] = mapped_column(Boolean)
    position: Mapped[int | None]
    added_at: Mapped[datetime]


@cache
def catalogue_qualities() -> tuple[CatalogueQuality, ...]:
    """Those that come with the product, in the order in which they are shown."""
    rows: dict[str, dict[str, str]] = read_worded(FOLDER / "qualities.toml")
    return tuple(
        CatalogueQuality(key, {language: labels[language] for language in Language}) for key, labels in rows.items()
    )


@cache
def read_only_catalogue(name: CatalogueName) -> tuple[int, dict[str, dict[str, str]]]:
    """A catalogue of the method itself: its version, and its labels by key and language."""
    rows: dict[str, Any] = read_worded(FOLDER / "catalogues.toml")[name]
    return rows["version"], {key: labels for key, labels in rows.items() if key != "version"}


async def practice_qualities(work: Work) -> list[CatalogueQuality]:
    """All qualities as the practice has them, hidden ones too, in its order: a place is 1, 2, 3…"""
    shipped = {quality.key: quality for quality in catalogue_qualities()}
    query = select(PracticeQuality).where(PracticeQuality.practice_id == work.practice_id)
    said = {row.key: row for row in await work.session.scalars(query.order_by(PracticeQuality.added_at))}
    keys = [*shipped, *(key for key in said if key not in shipped)]
    ordered = by_place(keys, {key: row.position for key, row in said.items()})
    return [_as_shown(shipped.get(key), said.get(key)) for key in ordered]


async def set_qualities(work: Work, entries: Sequence[QualityEntry]) -> None:
    """Take over a whole file, or nothing of it. What the file does not name stays as it is."""
    if not entries:
        return
    shipped = {quality.key for quality in catalogue_qualities()}
    must_be_unique(entry.key for entry in entries)
    await practice.get_practice(work, lock=True)  # one at a time: two files would mix
    for entry in entries:
        _check(entry, shipped)
        row = PracticeQuality(practice_id=work.practice_id, key=entry.key, added_at=work.now)
        row = await work.session.get(PracticeQuality, (work.practice_id, entry.key)) or row
        row.labels, row.hidden, row.position = dict(entry.labels), entry.hidden, entry.position
        work.session.add(row)
    await work.session.flush()
    if sum(quality.own for quality in await practice_qualities(work)) > MOST_OWN:
        raise TooManyQualities(field="items", most=MOST_OWN)
    announce(work, "quality_catalogue_changed", work.practice_id, keys=len(entries))


async def label_language(work: Work, wanted: Language | None) -> Language:
    """The language in which to show labels: the practice's, where none is asked for."""
    return wanted or Language((await practice.get_practice(work)).language)


async def must_be_known(work: Work, key: str) -> None:
    if not any(quality.key == key for quality in await practice_qualities(work)):
        raise NoSuchQuality(field="catalogue_key")


def _check(entry: QualityEntry, shipped: set[str]) -> None:
    must_be_spoken(entry.labels, entry.key)
    if entry.labels and entry.key in shipped:
        raise LabelsOfShipped(field="labels", key=entry.key)
    if not entry.labels and entry.key not in shipped:
        raise LabelMissing(field="labels", key=entry.key)


def _as_shown(shipped: CatalogueQuality | None, said: PracticeQuality | None) -> CatalogueQuality:
    if said is None:
        assert shipped is not None  # noqa: S101
        return shipped
    own = {Language(language): label for language, label in said.labels.items()}
    labels = own if shipped is None else shipped.labels
    return CatalogueQuality(said.key, labels, shipped is None, said.hidden, said.position)
