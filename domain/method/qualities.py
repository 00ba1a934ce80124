"""A coachee's qualities: named, moved on the ladder of awareness, read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from domain import audit
from domain.kit.errors import Invalid
from domain.kit.ids import CoacheeId, CoacheeQualityId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.messaging import announce
from domain.method import file
from domain.method.catalogue import must_be_known
from domain.method.model import CoacheeQuality, CoacheeQualityNotFound, LadderStep
from domain.method.words import DiscoveredVia, NamedBy, Rung
from domain.trajectories import Dimension


class KeyOrLabel(Invalid):
    """A quality has either a key of the catalogue or a label in one's own words."""


class LabelOfCatalogue(Invalid):
    """A quality of the catalogue has the catalogue's label; only one in own words is worded anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuality:
    catalogue_key: str | None
    label: str | None
    named_by: NamedBy
    discovered_via: DiscoveredVia
    dimension: Dimension | None
    status: Rung


@dataclass(frozen=True, slots=True)
class OpenQuality:
    """A quality with its label, opened for a moment; one of the catalogue has none of its own."""

    quality: CoacheeQuality
    label: str | None


async def name_quality(work: Work, coachee_id: CoacheeId, new: NewQuality) -> CoacheeQuality:
    """Put a quality that was seen in the coachee's file, on the rung where it stands today."""
    coach_id = await file.open_file_to_add(work, coachee_id)
    if (new.catalogue_key is None) == (new.label is None):
        raise KeyOrLabel(field="catalogue_key")
    if new.catalogue_key is not None:
        await must_be_known(work, new.catalogue_key)
    quality = CoacheeQuality(
        practice_id=work.practice_id,
        id=CoacheeQualityId(new_id()),
        coachee_id=coachee_id,
        catalogue_key=new.catalogue_key,
        named_by=new.named_by,
        discovered_via=new.discovered_via,
        dimension=new.dimension,
        status=new.status,
        added_by=coach_id,
        added_at=work.now,
    )
    await file.write(work, quality, "label", new.label)
    await work.store(quality)
    _note_step(work, quality, coach_id)
    announce(work, "quality_named", quality.id, coachee_id=coachee_id)
    return quality


async def list_qualities(work: Work, coachee_id: CoacheeId, page: PageRequest) -> Page[OpenQuality]:
    """In the order in which they were named; that they were read is kept in the audit trail."""
    await file.open_file(work, coachee_id)
    query = select(CoacheeQuality).where(
        CoacheeQuality.practice_id == work.practice_id, CoacheeQuality.coachee_id == coachee_id
    )
    found = await fetch_page(work, query, page, list_name=f"qualities:{coachee_id}", keys=[CoacheeQuality.id])
    opened = [await _open(work, quality) for quality in found.items]
    audit.record(work, "qualities_read", coachee_id, qualities=len(opened))
    return Page(opened, found.next_cursor)


async def read_quality(work: Work, quality_id: CoacheeQualityId) -> OpenQuality:
    quality = await get_quality(work, quality_id)
    audit.record(work, "quality_read", quality_id, coachee_id=quality.coachee_id)
    return await _open(work, quality)


async def get_quality(work: Work, quality_id: CoacheeQualityId, *, lock: bool = False) -> CoacheeQuality:
    """A quality, to the coach of its coachee."""
    return await file.find_thing(work, CoacheeQuality, quality_id, CoacheeQualityNotFound, lock=lock)


async def update_quality(work: Work, quality_id: CoacheeQualityId, changes: dict[str, Any]) -> CoacheeQuality:
    """Change what is known of a quality. A move on the ladder, up or down, is dated in its history."""
    quality = await get_quality(work, quality_id, lock=True)
    if "label" in changes and quality.sealed_label is None:
        raise LabelOfCatalogue(field="label")
    before = quality.status
    await file.change(work, quality, changes)
    if quality.status != before:
        _note_step(work, quality, StaffId(work.actor.id or quality.added_by))
    await work.session.flush()
    fields = ",".join(sorted(changes))
    announce(work, "quality_changed", quality.id, coachee_id=quality.coachee_id, fields=fields)
    return quality


async def list_ladder_steps(work: Work, quality_id: CoacheeQualityId, page: PageRequest) -> Page[LadderStep]:
    """On which rungs a quality has stood, from the first day on."""
    await get_quality(work, quality_id)
    query = select(LadderStep).where(LadderStep.practice_id == work.practice_id, LadderStep.quality_id == quality_id)
    found = await fetch_page(work, query, page, list_name=f"ladder_steps:{quality_id}", keys=[LadderStep.id])
    audit.record(work, "ladder_read", quality_id, steps=len(found.items))
    return found


def _note_step(work: Work, quality: CoacheeQuality, coach_id: StaffId) -> None:
    step = LadderStep(
        practice_id=work.practice_id,
        quality_id=quality.id,
        status=quality.status,
        noted_by=coach_id,
        noted_at=work.now,
    )
    work.session.add(step)


async def _open(work: Work, quality: CoacheeQuality) -> OpenQuality:
    return OpenQuality(quality, await file.read_any(work, quality, "label"))
