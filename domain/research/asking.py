"""What happens to an export for research: asked for, made, kept for a week, and thrown away."""

from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO

from sqlalchemy import and_, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit
from domain.kit.calendar import Period
from domain.kit.due import Due
from domain.kit.errors import Conflict
from domain.kit.ids import ResearchExportId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.research.making import write_archive
from domain.research.model import (
    ResearchExport,
    ResearchExportNotFound,
    ResearchExportState,
    ResearchParticipant,
    ResearchPiece,
    piece_context,
)
from domain.research.participants import FEWEST, Participant, no_longer_agreed, participants

PIECE = 1 << 20
KEPT = timedelta(days=7)
RETRY = timedelta(minutes=5)
MOST_ATTEMPTS = 5
BATCH = 20
OF_EXPORT = and_(
    ResearchParticipant.practice_id == ResearchExport.practice_id, ResearchParticipant.export_id == ResearchExport.id
)


class TooFewParticipants(Conflict):
    """Fewer than five coachees lend their check-ins to research: an export would be about somebody."""


async def request_research_export(work: Work, period: Period, *, with_texts: bool) -> ResearchExport:
    """Ask for it; the scheduler makes it. Whoever is in it sees from now on that she is."""
    lenders = await participants(work)
    if len(lenders) < FEWEST:
        raise TooFewParticipants(fewest=FEWEST)
    assert work.actor.id is not None  # noqa: S101 - only staff has the scope
    export = ResearchExport(
        practice_id=work.practice_id,
        id=ResearchExportId(new_id()),
        first_day=period.first,
        last_day=period.last,
        with_texts=with_texts,
        requested_by=StaffId(work.actor.id),
        requested_at=work.now,
        due_at=work.now,
    )
    await work.store(export)
    announce(work, "research_export_requested", export.id, with_texts=with_texts)
    for one in lenders:
        audit.record(work, "research_export_read", export.id, coachee_id=one.coachee.id)
    return export


async def get_research_export(work: Work, export_id: ResearchExportId) -> ResearchExport:
    return await find(work, ResearchExport, export_id, ResearchExportNotFound)


async def list_research_exports(work: Work, page: PageRequest) -> Page[ResearchExport]:
    query = select(ResearchExport).where(ResearchExport.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="research_exports", keys=[ResearchExport.id])


async def due_research_exports(session: AsyncSession, now: datetime) -> list[Due[ResearchExportId]]:
    """What is to be made, what was kept long enough, and what somebody in it no longer agrees to."""
    over = select(ResearchParticipant.coachee_id).where(OF_EXPORT, no_longer_agreed()).exists()
    due = or_(ResearchExport.due_at <= now, and_(ResearchExport.state == ResearchExportState.READY, over))
    query = select(ResearchExport.practice_id, ResearchExport.id).where(ResearchExport.due_at.is_not(None), due)
    found = await session.execute(query.order_by(ResearchExport.due_at).limit(BATCH))
    return [Due(practice_id, export_id) for practice_id, export_id in found]


async def next_research_export_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(ResearchExport.due_at)))


async def attend_research_export(work: Work, export_id: ResearchExportId) -> None:
    """Make it, or throw away what is over. Another has it, or it is seen to already: nothing to do."""
    mine = (ResearchExport.practice_id == work.practice_id, ResearchExport.id == export_id)
    alive = ResearchExport.due_at.is_not(None)
    export = await work.session.scalar(select(ResearchExport).where(*mine, alive).with_for_update(skip_locked=True))
    if export is None:
        return
    if export.state is ResearchExportState.READY:
        if export.due_at is not None and (export.due_at <= work.now or not await still_agreed(work, export_id)):
            await _throw_away(work, export)
        return
    export.attempts += 1
    await work.session.flush()
    lenders = await participants(work)
    if len(lenders) < FEWEST:  # somebody took her consent back since it was asked for
        await _throw_away(work, export)
        return
    try:
        async with work.session.begin_nested():
            prompts, size = await _make(work, export, lenders)
    except Exception as failure:  # noqa: BLE001 - told of, tried again, and given up in the end
        _put_off(work, await get_research_export(work, export_id), failure)
    else:
        made = await get_research_export(work, export_id)
        made.move(ResearchExportState.READY, work.now + KEPT)
        made.ready_at, made.participants, made.prompts, made.size = work.now, len(lenders), prompts, size
        announce(work, "research_export_ready", export_id, participants=len(lenders), prompts=prompts)


async def still_agreed(work: Work, export_id: ResearchExportId) -> bool:
    """Whether everybody in it still lends what is in it."""
    query = select(ResearchParticipant.coachee_id).where(
        ResearchParticipant.practice_id == work.practice_id,
        ResearchParticipant.export_id == export_id,
        no_longer_agreed(),
    )
    return await work.session.scalar(query.limit(1)) is None


async def _make(work: Work, export: ResearchExport, lenders: list[Participant]) -> tuple[int, int]:
    with_texts = export.with_texts
    rows = [
        {
            "practice_id": work.practice_id,
            "export_id": export.id,
            "coachee_id": one.coachee.id,
            "shares": one.shares,
            "with_texts": with_texts and one.with_texts,
        }
        for one in lenders
    ]
    await work.session.execute(insert(ResearchParticipant), rows)
    export_id = export.id
    with SpooledTemporaryFile(PIECE) as file:
        content: IO[bytes] = file  # pyright: ignore[reportAssignmentType] - all that zipfile asks of a file, it does
        made = await write_archive(work, export, lenders, content)
        file.seek(0)
        position = 0
        while part := file.read(PIECE):
            sealed = work.vault.seal_for_house(part, piece_context(export_id, position))
            values = {"practice_id": work.practice_id, "export_id": export_id, "position": position}
            await work.session.execute(insert(ResearchPiece).values(**values, sealed_content=sealed))
            position += 1
    return made.prompts, made.size


def _put_off(work: Work, export: ResearchExport, failure: Exception) -> None:
    if export.attempts < MOST_ATTEMPTS:
        export.due_at = work.now + RETRY
        return
    export.move(ResearchExportState.FAILED)
    announce(work, "research_export_failed", export.id, error=type(failure).__name__)


async def _throw_away(work: Work, export: ResearchExport) -> None:
    for kind in (ResearchPiece, ResearchParticipant):
        await work.session.execute(
            delete(kind).where(kind.practice_id == work.practice_id, kind.export_id == export.id)
        )
    export.move(ResearchExportState.EXPIRED)
    announce(work, "research_export_expired", export.id)
