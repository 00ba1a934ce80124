"""Talent profiles: what an analyst found, in the words of a catalogue; kept and shown, never scored."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.catalogues import must_be_unique
from domain.kit.errors import Invalid, NotFound
from domain.kit.ids import CoacheeId, SessionId, TalentCatalogueId, TalentProfileId, new_id
from domain.kit.work import Work
from domain.method.findings import Anchor, Insight, LayerReflection, Tension
from domain.method.keeping import Kind
from domain.method.model import CoacheeQuality, Ideal, Obstacle
from domain.method.moments import AlignmentScan, Experience, FlowMoment, MeasureResult
from domain.method.shape import Kept, in_file
from domain.method.talents import TalentCatalogue

LISTS = ("items", "combinations")
# What the method keeps of a coachee besides.
BESIDES: tuple[Any, ...] = (
    CoacheeQuality,
    Ideal,
    Obstacle,
    Tension,
    Anchor,
    Insight,
    LayerReflection,
    Experience,
    FlowMoment,
    AlignmentScan,
    MeasureResult,
)


class TalentProfileNotFound(NotFound):
    """No talent profile with that id in this practice."""


class NoSuchTalentCatalogue(Invalid):
    """There is no catalogue of talents with that id; `GET /v1/method/talent-catalogues` has them all."""


class NoSuchTalent(Invalid):
    """The catalogue of the profile has no talent under that key."""


class TalentProfile(Kept):
    """What an analyst found. Its items and combinations are lists, sealed as JSON."""

    __tablename__ = "talent_profiles"
    __table_args__ = in_file("talent_profiles", catalogue_id="talent_catalogues", session_id="sessions")

    id: Mapped[TalentProfileId] = mapped_column(primary_key=True, default=new_id)
    catalogue_id: Mapped[TalentCatalogueId]
    session_id: Mapped[SessionId | None]
    analysed_on: Mapped[date]
    sealed_analyst: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_items: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_combinations: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)


async def _prepare(work: Work, profile: TalentProfile, values: dict[str, Any]) -> None:
    """Every key is one of the catalogue; the lists become text, for that is what is sealed."""
    catalogue_id = values.get("catalogue_id", profile.catalogue_id)
    of_it = (TalentCatalogue.practice_id == work.practice_id, TalentCatalogue.id == catalogue_id)
    catalogue = await work.session.scalar(select(TalentCatalogue).where(*of_it))
    if catalogue is None:
        raise NoSuchTalentCatalogue(field="catalogue_id")
    must_be_unique((item.key for item in values.get("items", ())), field="items")
    named = {"items": [item.key for item in values.get("items", ())]}
    named["combinations"] = [key for one in values.get("combinations", ()) for key in one.keys]
    for field, keys in named.items():
        if unknown := sorted(set(keys) - catalogue.keys):
            raise NoSuchTalent(field=field, key=unknown[0])
        if field in values:
            values[field] = msgspec.json.encode(values[field]).decode()


TALENT_PROFILE = Kind(table=TalentProfile, name="talent_profile", missing=TalentProfileNotFound, prepare=_prepare)


async def holds_only_talents(work: Work, coachee_id: CoacheeId) -> bool:
    """Whether a coachee's file holds a talent profile and nothing else of the method."""
    return await _holds(work, coachee_id, TalentProfile) and not any(
        [await _holds(work, coachee_id, table) for table in BESIDES]
    )


async def _holds(work: Work, coachee_id: CoacheeId, table: Any) -> bool:
    query = select(table.id).where(table.practice_id == work.practice_id, table.coachee_id == coachee_id)
    if issubclass(table, Kept):
        query = query.where(table.archived_at.is_(None))
    return await work.session.scalar(query.limit(1)) is not None
