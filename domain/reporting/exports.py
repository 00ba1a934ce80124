"""Exports to download: what was issued in a period as one ZIP, made by the scheduler and kept for a week.

It is written in pieces of at most a mebibyte, and read like that: however large, never whole in memory. The row's lock
is the lease: a scheduler that dies leaves nothing behind, and the export is due again.
"""

import zipfile
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import IO

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from domain import invoicing
from domain.kit.calendar import Period
from domain.kit.due import Due
from domain.kit.errors import NotFound
from domain.kit.ids import ExportId, PracticeId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.secrets import Vault
from domain.kit.signed_links import read_link, sign_link
from domain.kit.spreadsheets import BYTE_ORDER_MARK, Sheet
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word
from domain.kit.work import OPERATOR, House, Work, begin, find
from domain.messaging import announce

PIECE = 1 << 20
KEPT = timedelta(days=7)
LINK_LASTS = timedelta(minutes=15)
RETRY = timedelta(minutes=5)
MOST_ATTEMPTS = 5
BATCH = 20


class ExportState(StrEnum):
    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


MOVES = {
    ExportState.QUEUED: frozenset({ExportState.READY, ExportState.FAILED}),
    ExportState.READY: frozenset({ExportState.EXPIRED}),
}


class ExportNotFound(NotFound):
    """No export with that id in this practice."""


class ExportLinkOver(NotFound):
    """That link has expired or is none of ours: read the export again for a new one."""


class Export(Tenant, Versioned, Table):
    __tablename__ = "exports"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        CheckConstraint("state IN ('queued', 'ready', 'failed', 'expired')", name="state_known"),
        CheckConstraint("(state IN ('queued', 'ready')) = (due_at IS NOT NULL)", name="due_while_it_lives"),
        Index("exports_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[ExportId] = mapped_column(primary_key=True, default=new_id)
    first_day: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[ExportState] = mapped_column(Word(ExportState, 16), default=ExportState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    documents: Mapped[int | None]
    size: Mapped[int | None]
    requested_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # when it is to be made, or thrown away

    def move(self, to: ExportState, due_at: datetime | None = None) -> None:
        self.state, self.due_at = step(MOVES, self.state, to), due_at


class ExportPiece(Tenant, Table):
    __tablename__ = "export_pieces"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "export_id"], ["exports.practice_id", "exports.id"]),
        CheckConstraint("octet_length(content) BETWEEN 1 AND 1048576", name="small"),
    )

    export_id: Mapped[ExportId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class _Sink:
    """What zipfile writes to: it cannot go back, so whole pieces can be taken away as they come."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.size = 0

    def write(self, content: bytes) -> int:
        self._held += content
        self.size += len(content)
        return len(content)

    def flush(self) -> None:
        """Pieces leave when they are taken."""

    def take(self, *, all_: bool = False) -> list[bytes]:
        pieces: list[bytes] = []
        while len(self._held) >= PIECE or (all_ and self._held):
            pieces.append(bytes(self._held[:PIECE]))
            del self._held[:PIECE]
        return pieces


async def request_export(work: Work, period: Period) -> Export:
    """Ask for the documents of a period; the scheduler makes them ready."""
    export = Export(
        practice_id=work.practice_id,
        id=ExportId(new_id()),
        first_day=period.first,
        last_day=period.last,
        requested_at=work.now,
        due_at=work.now,
    )
    await work.store(export)
    announce(work, "export_requested", export.id, first_day=period.first, last_day=period.last)
    return export


async def get_export(work: Work, export_id: ExportId) -> Export:
    return await find(work, Export, export_id, ExportNotFound)


async def list_exports(work: Work, page: PageRequest) -> Page[Export]:
    query = select(Export).where(Export.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="exports", keys=[Export.id])


async def due_exports(session: AsyncSession, now: datetime) -> list[Due[ExportId]]:
    query = select(Export.practice_id, Export.id).where(Export.due_at <= now).order_by(Export.due_at).limit(BATCH)
    return [Due(practice_id, export_id) for practice_id, export_id in await session.execute(query)]


async def next_export_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(Export.due_at)))


async def attend_export(work: Work, export_id: ExportId) -> None:
    """Make it, or throw away what was kept long enough. Another has it, or it is seen to already: nothing to do."""
    due = (Export.practice_id == work.practice_id, Export.id == export_id, Export.due_at <= work.now)
    export = await work.session.scalar(select(Export).where(*due).with_for_update(skip_locked=True))
    if export is None:
        return
    if export.state is ExportState.READY:
        await _throw_away(work, export)
        return
    export.attempts += 1
    await work.session.flush()
    try:
        async with work.session.begin_nested():
            documents, size = await _make(work, export)
    except Exception as failure:  # noqa: BLE001 - told of, tried again, and given up in the end
        _put_off(work, export, failure)
    else:
        export.move(ExportState.READY, work.now + KEPT)
        export.ready_at, export.documents, export.size = work.now, documents, size
        announce(work, "export_ready", export.id, documents=documents, size=size)


def _put_off(work: Work, export: Export, failure: Exception) -> None:
    if export.attempts < MOST_ATTEMPTS:
        export.due_at = work.now + RETRY
        return
    export.move(ExportState.FAILED)
    announce(work, "export_failed", export.id, error=type(failure).__name__)


async def _throw_away(work: Work, export: Export) -> None:
    of_it = (ExportPiece.practice_id == work.practice_id, ExportPiece.export_id == export.id)
    await work.session.execute(delete(ExportPiece).where(*of_it))
    export.move(ExportState.EXPIRED)
    announce(work, "export_expired", export.id)


async def _make(work: Work, export: Export) -> tuple[int, int]:
    sink, documents, position = _Sink(), 0, 0
    with SpooledTemporaryFile(PIECE, "w+", encoding="utf-8", newline="") as table:
        table.write(BYTE_ORDER_MARK)
        sheet = Sheet(table, invoicing.COLUMNS)
        with zipfile.ZipFile(_as_file(sink), "w", zipfile.ZIP_DEFLATED) as archive:
            async for one in invoicing.export_issued(work, Period(export.first_day, export.last_day)):
                documents += 1
                sheet.add(one.rows)
                for file in one.files:
                    archive.writestr(f"{file.format}/{file.name}", file.content)
                    position = await _keep(work, export, position, sink.take())
            table.seek(0)
            with archive.open("invoices.csv", "w") as entry:
                while part := table.read(PIECE):
                    entry.write(part.encode())
                    position = await _keep(work, export, position, sink.take())
    await _keep(work, export, position, sink.take(all_=True))
    return documents, sink.size


def _as_file(sink: object) -> IO[bytes]:
    file: IO[bytes] = sink  # pyright: ignore[reportAssignmentType] - zipfile asks no more of it than to write
    return file


async def _keep(work: Work, export: Export, position: int, pieces: list[bytes]) -> int:
    for content in pieces:
        values = {"practice_id": work.practice_id, "export_id": export.id, "position": position, "content": content}
        await work.session.execute(insert(ExportPiece).values(**values))
        position += 1
    return position


def link_to(vault: Vault, export: Export, now: datetime) -> str | None:
    """What the address of a finished export ends with; it opens without a key for a quarter of an hour."""
    if export.state is not ExportState.READY:
        return None
    return sign_link(vault, "export", export.practice_id, export.id, now + LINK_LASTS)


async def open_link(house: House, token: str) -> AsyncIterator[bytes]:
    """The pieces of the export that a link names, each read when it is asked for."""
    link = read_link(house.vault, "export", token, house.clock())
    if link is None:
        raise ExportLinkOver
    export_id = ExportId(link.thing_id)
    async with begin(house, link.practice_id, OPERATOR) as work:
        export = await find(work, Export, export_id, ExportLinkOver)
        if export.state is not ExportState.READY:
            raise ExportLinkOver
    return _pieces(house, link.practice_id, export_id)


async def _pieces(house: House, practice_id: PracticeId, export_id: ExportId) -> AsyncIterator[bytes]:
    position = 0
    while True:
        async with begin(house, practice_id, OPERATOR) as work:
            content = await work.session.scalar(
                select(ExportPiece.content).where(
                    ExportPiece.practice_id == practice_id,
                    ExportPiece.export_id == export_id,
                    ExportPiece.position == position,
                )
            )
        if content is None:
            return
        yield content
        position += 1
