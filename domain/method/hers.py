"""What a coachee is shown of her own file, on her phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from domain.kit.ids import CoacheeId, CoacheeQualityId, IdealId
from domain.kit.work import Work
from domain.messaging import Language
from domain.method import file
from domain.method.catalogue import catalogue_qualities, practice_qualities
from domain.method.findings import Anchor
from domain.method.keeping import NotInThisFile
from domain.method.model import CoacheeQuality, Ideal
from domain.method.words import NamedBy, Rung


@dataclass(frozen=True, slots=True)
class HerQuality:
    """A quality of hers: its key where it came with the product, and how it is called in her language."""

    key: str | None
    label: str


async def must_be_hers(
    work: Work, coachee_id: CoacheeId, *, quality_id: CoacheeQualityId | None, ideal_id: IdealId | None
) -> None:
    """Refuse what does not stand in this coachee's file, which must be open to who acts, or what was put away there."""
    await file.open_file(work, coachee_id)
    if quality_id is not None and await _quality(work, coachee_id, quality_id) is None:
        raise NotInThisFile(field="quality_id")
    if ideal_id is not None and await _ideal(work, coachee_id, ideal_id) is None:
        raise NotInThisFile(field="ideal_id")


async def her_quality(
    work: Work, coachee_id: CoacheeId, quality_id: CoacheeQualityId, language: Language
) -> HerQuality | None:
    """One quality of hers."""
    quality = await _quality(work, coachee_id, quality_id)
    return None if quality is None else (await _named(work, [quality], language))[0]


async def her_qualities(work: Work, coachee_id: CoacheeId, language: Language, limit: int) -> list[HerQuality]:
    """Those that she named herself or that she recognised; what is only suggested is still her coach's alone."""
    query = select(CoacheeQuality).where(
        CoacheeQuality.practice_id == work.practice_id,
        CoacheeQuality.coachee_id == coachee_id,
        or_(CoacheeQuality.named_by == NamedBy.COACHEE, CoacheeQuality.status != Rung.SUGGESTED),
    )
    found = await work.session.scalars(query.order_by(CoacheeQuality.id).limit(limit))
    return await _named(work, found.all(), language)


async def her_ideal(work: Work, coachee_id: CoacheeId, ideal_id: IdealId) -> str | None:
    """One ideal of hers, as it is worded, for as long as it is not put away."""
    ideal = await _ideal(work, coachee_id, ideal_id)
    return None if ideal is None else await file.read(work, ideal, "text")


async def latest_anchor(work: Work, coachee_id: CoacheeId) -> str | None:
    """What brings her strength back, in her own words: the last that was found."""
    query = select(Anchor).where(
        Anchor.practice_id == work.practice_id, Anchor.coachee_id == coachee_id, Anchor.archived_at.is_(None)
    )
    anchor = await work.session.scalar(query.order_by(Anchor.id.desc()).limit(1))
    return None if anchor is None else await file.read(work, anchor, "text")


async def _quality(work: Work, coachee_id: CoacheeId, quality_id: CoacheeQualityId) -> CoacheeQuality | None:
    query = select(CoacheeQuality).where(
        CoacheeQuality.practice_id == work.practice_id,
        CoacheeQuality.coachee_id == coachee_id,
        CoacheeQuality.id == quality_id,
    )
    return await work.session.scalar(query)


async def _ideal(work: Work, coachee_id: CoacheeId, ideal_id: IdealId) -> Ideal | None:
    query = select(Ideal).where(
        Ideal.practice_id == work.practice_id,
        Ideal.coachee_id == coachee_id,
        Ideal.id == ideal_id,
        Ideal.archived_at.is_(None),
    )
    return await work.session.scalar(query)


async def _named(work: Work, qualities: Sequence[CoacheeQuality], language: Language) -> list[HerQuality]:
    """Each by its name; one that the practice added to the catalogue goes by its words alone."""
    shipped = {one.key for one in catalogue_qualities()}
    labels = {one.key: one.label(language) for one in await practice_qualities(work)}
    found: list[HerQuality] = []
    for one in qualities:
        key = one.catalogue_key
        label = await file.read(work, one, "label") if key is None else labels.get(key, key)
        found.append(HerQuality(key if key in shipped else None, label))
    return found
