"""Catalogues of talents: a practice brings its own, and says that it may; no names come with the product but invented.

An edition never changes: a profile stays what its analyst made it, whatever is taken over later.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain import practice
from domain.catalogues import KeyGone, must_be_labelled, must_be_unique
from domain.kit.errors import Conflict, Invalid, NotFound
from domain.kit.ids import StaffId, TalentCatalogueId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.tables import Table, Tenant, within_practice
from domain.kit.work import Work, find
from domain.messaging import announce

DEMONSTRATION = Path(__file__).parent / "demonstration_talents.toml"
RIGHT = "i_have_the_right_to_use_this_catalogue"


class TalentCatalogueNotFound(NotFound):
    """No catalogue of talents with that id in this practice."""


class RightToUseNotDeclared(Invalid):
    """Declare that you have the right to use this catalogue, and under which licence: nothing was taken over."""


class EditionTaken(Conflict):
    """That edition of the catalogue is there with other talents: a changed catalogue has a higher edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talent:
    """One talent as a catalogue names it."""

    key: str
    labels: dict[str, str] = field(default_factory=dict[str, str])
    description: str | None = None
    group: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCatalogue:
    """A catalogue as it comes in, with the declaration that it may."""

    key: str
    edition: int
    name: str
    source: str
    licence: str | None
    declared: bool
    talents: Sequence[Talent]


class TalentCatalogue(Tenant, Table):
    """An edition of a catalogue, and who declared when that the practice has the right to use it."""

    __tablename__ = "talent_catalogues"
    __table_args__ = (
        within_practice("declared_by", "staff"),
        CheckConstraint("edition BETWEEN 1 AND 10000", name="edition_in_range"),
        Index("talent_catalogues_edition_idx", "practice_id", "key", "edition", unique=True),
    )

    id: Mapped[TalentCatalogueId] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(60))
    edition: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(500))
    licence: Mapped[str] = mapped_column(String(2000))
    declared_by: Mapped[StaffId]
    declared_at: Mapped[datetime]
    talents: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

    @property
    def keys(self) -> set[str]:
        return {talent["key"] for talent in self.talents}


def demonstration_talents() -> bytes:
    """A file of invented talents, to see the form of one."""
    return DEMONSTRATION.read_bytes()


async def import_talents(work: Work, new: NewCatalogue) -> TalentCatalogue:
    """Take over an edition of a catalogue, whole or not at all; the same edition again changes nothing."""
    if not new.declared or new.licence is None:
        raise RightToUseNotDeclared(field="licence" if new.declared else RIGHT)
    must_be_unique(talent.key for talent in new.talents)
    for talent in new.talents:
        must_be_labelled(talent.labels, talent.key)
    await practice.get_practice(work, lock=True)  # one at a time: editions follow on one another
    told = [asdict(talent) for talent in new.talents]
    latest = await _latest(work, new.key)
    if latest is not None and new.edition <= latest.edition:
        if (new.edition, told) != (latest.edition, latest.talents):
            raise EditionTaken(field="edition", latest=latest.edition)
        return latest
    if latest is not None and (gone := latest.keys - {talent.key for talent in new.talents}):
        raise KeyGone(field="items", key=min(gone))
    return await _take_over(work, new, told)


async def list_talent_catalogues(work: Work, page: PageRequest) -> Page[TalentCatalogue]:
    """Every edition, oldest first."""
    query = select(TalentCatalogue).where(TalentCatalogue.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="talent_catalogues", keys=[TalentCatalogue.id])


async def get_talent_catalogue(work: Work, catalogue_id: TalentCatalogueId) -> TalentCatalogue:
    return await find(work, TalentCatalogue, catalogue_id, TalentCatalogueNotFound)


async def _latest(work: Work, key: str) -> TalentCatalogue | None:
    query = select(TalentCatalogue).where(TalentCatalogue.practice_id == work.practice_id, TalentCatalogue.key == key)
    return await work.session.scalar(query.order_by(TalentCatalogue.edition.desc()).limit(1))


async def _take_over(work: Work, new: NewCatalogue, talents: list[dict[str, Any]]) -> TalentCatalogue:
    catalogue = TalentCatalogue(
        practice_id=work.practice_id,
        id=TalentCatalogueId(new_id()),
        key=new.key,
        edition=new.edition,
        name=new.name,
        source=new.source,
        licence=new.licence,
        declared_by=work.actor.id,
        declared_at=work.now,
        talents=talents,
    )
    await work.store(catalogue)
    facts = {"key": new.key, "edition": new.edition, "talents": len(talents)}
    announce(work, "talent_catalogue_imported", catalogue.id, right_declared_by=work.actor.id, **facts)
    return catalogue
