"""What a practice makes of a catalogue: entries of its own, and shipped ones that it hides, moves or words anew.

Every change is a new edition; an edition never changes, so what was given by one can be read as it was.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.catalogues.files import LabelMissing, must_be_spoken, must_be_unique
from domain.kit.errors import Conflict, Invalid, NotFound
from domain.kit.ids import StaffId
from domain.kit.tables import Table, Tenant, within_practice
from domain.kit.work import Work
from domain.messaging import announce

MOST_ENTRIES = 200


class KeyGone(Invalid):
    """A catalogue keeps every key that it has had; hide an entry rather than leave it out. Nothing was taken over."""


class TooManyEntries(Invalid):
    """A practice has 200 entries in a catalogue of its own at the most. Nothing was taken over."""


class WordingShipped(Invalid):
    """What comes with the product keeps its words here: it can be hidden and moved. Nothing was taken over."""


class CatalogueChanged(Conflict):
    """Somebody else changed this catalogue at the same moment: read it again, and put in what you want."""

    constraint = "catalogue_editions_pkey"


class NoSuchEdition(NotFound):
    """This catalogue has no such edition in this practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`labels` name it and `texts` say what it asks, by language; `share` is of a conversation, in percent.

    `principle` is the one of multi-level learning that it works on.
    """

    key: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    share: int | None = None
    principle: str | None = None
    hidden: bool = False
    position: int | None = None


class CatalogueEdition(Tenant, Table):
    """What a practice made of a catalogue, from one day on."""

    __tablename__ = "catalogue_editions"
    __table_args__ = (within_practice("made_by", "staff"), CheckConstraint("edition > 0", name="counted_from_one"))

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    made_by: Mapped[StaffId | None]
    made_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Own:
    """An edition, read; edition 0 is that the practice changed nothing yet."""

    edition: int
    entries: list[Entry]


async def own_entries(work: Work, name: str, edition: int | None = None) -> Own:
    """What the practice made of a catalogue by now, or in one of its editions."""
    query = select(CatalogueEdition).where(CatalogueEdition.practice_id == work.practice_id)
    query = query.where(CatalogueEdition.name == name).order_by(CatalogueEdition.edition.desc()).limit(1)
    if edition is not None:
        query = query.where(CatalogueEdition.edition == edition)
    found = await work.session.scalar(query)
    if found is None and edition:
        raise NoSuchEdition(edition=edition)
    return Own(0, []) if found is None else Own(found.edition, [Entry(**entry) for entry in found.entries])


async def set_entries(
    work: Work, name: str, entries: Sequence[Entry], shipped: Collection[str], *, reword: bool = False
) -> Own:
    """Take over a whole file as a new edition, or nothing of it; the same file again makes none.

    `reword`: shipped entries may have words of the practice's own too.
    """
    must_be_unique(entry.key for entry in entries)
    for entry in entries:
        _check(entry, own=entry.key not in shipped, reword=reword)
    latest = await own_entries(work, name)
    if gone := {entry.key for entry in latest.entries} - {entry.key for entry in entries} - set(shipped):
        raise KeyGone(field="items", key=min(gone))
    if len(entries) > MOST_ENTRIES:
        raise TooManyEntries(field="items", most=MOST_ENTRIES)
    if list(entries) == latest.entries:
        return latest
    made = CatalogueEdition(
        practice_id=work.practice_id,
        name=name,
        edition=latest.edition + 1,
        entries=[asdict(entry) for entry in entries],
        made_by=work.actor.id,
        made_at=work.now,
    )
    await work.store(made)
    announce(work, "catalogue_changed", work.practice_id, catalogue=name, edition=made.edition, keys=len(entries))
    return Own(made.edition, list(entries))


def in_order(shipped: Sequence[str], entries: Sequence[Entry]) -> list[str]:
    """All keys, in the practice's order: a place is 1, 2, 3…"""
    wanted = {entry.key: entry.position for entry in entries}
    keys = [*shipped, *(key for key in wanted if key not in set(shipped))]
    return by_place(keys, wanted)


def by_place(keys: Sequence[str], wanted: Mapping[str, int | None]) -> list[str]:
    """What was given a place comes before what stands there by itself."""
    places = {key: (wanted.get(key) or place, wanted.get(key) is None, place) for place, key in enumerate(keys, 1)}
    return sorted(keys, key=lambda key: places[key])


def _check(entry: Entry, *, own: bool, reword: bool) -> None:
    for words in (entry.labels, entry.texts):
        must_be_spoken(words, entry.key)
        if own and not words:
            raise LabelMissing(field="labels", key=entry.key)
        if words and not own and not reword:
            raise WordingShipped(field="labels", key=entry.key)
