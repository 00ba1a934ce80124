"""What a coachee longs for: ideals and desires, which one feels and wants, and goals, which one thinks of."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from domain import audit
from domain.kit.ids import CoacheeId, IdealId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.messaging import announce
from domain.method import file
from domain.method.model import Ideal, IdealKind, IdealNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIdeal:
    kind: IdealKind
    text: str
    confidence: int | None
    stretch: int | None
    realistic: int | None


@dataclass(frozen=True, slots=True)
class OpenIdeal:
    """An ideal with its text, opened for a moment."""

    ideal: Ideal
    text: str


async def add_ideal(work: Work, coachee_id: CoacheeId, new: NewIdeal) -> Ideal:
    """Put an ideal, a desire or a goal in the coachee's file."""
    coach_id = await file.open_file_to_add(work, coachee_id)
    ideal = Ideal(
        practice_id=work.practice_id,
        id=IdealId(new_id()),
        coachee_id=coachee_id,
        kind=new.kind,
        confidence=new.confidence,
        stretch=new.stretch,
        realistic=new.realistic,
        added_by=coach_id,
        added_at=work.now,
    )
    await file.write(work, ideal, "text", new.text)
    await work.store(ideal)
    announce(work, "ideal_added", ideal.id, coachee_id=coachee_id)
    return ideal


async def list_ideals(
    work: Work, coachee_id: CoacheeId, page: PageRequest, *, archived: bool | None = None
) -> Page[OpenIdeal]:
    """In the order in which they were added; that they were read is kept in the audit trail."""
    await file.open_file(work, coachee_id)
    query = select(Ideal).where(Ideal.practice_id == work.practice_id, Ideal.coachee_id == coachee_id)
    if archived is not None:
        query = query.where(Ideal.archived_at.is_not(None) if archived else Ideal.archived_at.is_(None))
    found = await fetch_page(work, query, page, list_name=f"ideals:{coachee_id}:{archived}", keys=[Ideal.id])
    opened = [await _open(work, ideal) for ideal in found.items]
    audit.record(work, "ideals_read", coachee_id, ideals=len(opened))
    return Page(opened, found.next_cursor)


async def read_ideal(work: Work, ideal_id: IdealId) -> OpenIdeal:
    ideal = await _get_ideal(work, ideal_id)
    audit.record(work, "ideal_read", ideal_id, coachee_id=ideal.coachee_id)
    return await _open(work, ideal)


async def update_ideal(work: Work, ideal_id: IdealId, changes: dict[str, Any]) -> Ideal:
    """Word it anew, or change its kind or how the coachee looks at it today."""
    ideal = await _get_ideal(work, ideal_id, lock=True)
    await file.change(work, ideal, changes)
    await work.session.flush()
    announce(work, "ideal_changed", ideal.id, coachee_id=ideal.coachee_id, fields=",".join(sorted(changes)))
    return ideal


async def archive_ideal(work: Work, ideal_id: IdealId) -> Ideal:
    """Put it away: reached, or let go. Archiving again changes nothing."""
    ideal = await _get_ideal(work, ideal_id, lock=True)
    if ideal.archived_at is None:
        ideal.archived_at = work.now
        await work.session.flush()
        announce(work, "ideal_archived", ideal.id, coachee_id=ideal.coachee_id)
    return ideal


async def _get_ideal(work: Work, ideal_id: IdealId, *, lock: bool = False) -> Ideal:
    return await file.find_kept(work, Ideal, ideal_id, IdealNotFound, lock=lock)


async def _open(work: Work, ideal: Ideal) -> OpenIdeal:
    return OpenIdeal(ideal, await file.read(work, ideal, "text"))
