"""An export for research: asked for, made by the scheduler, sealed, and gone in a week or with anybody's consent."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import CoacheeId, ResearchExportId, StaffId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice


class ResearchExportState(StrEnum):
    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"  # thrown away: after a week, or as soon as somebody in it no longer agrees


MOVES = {
    ResearchExportState.QUEUED: frozenset(
        {ResearchExportState.READY, ResearchExportState.FAILED, ResearchExportState.EXPIRED}
    ),
    ResearchExportState.READY: frozenset({ResearchExportState.EXPIRED}),
}


class ResearchExportNotFound(NotFound):
    """No export for research with that id in this practice."""


class ResearchLinkOver(NotFound):
    """That link has expired, somebody in the export took her consent back, or it is none of ours."""


class ResearchExport(Tenant, Versioned, Table):
    __tablename__ = "research_exports"
    __table_args__ = (
        within_practice("requested_by", "staff"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        CheckConstraint("(state IN ('queued', 'ready')) = (due_at IS NOT NULL)", name="due_while_it_lives"),
        Index("research_exports_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[ResearchExportId] = mapped_column(primary_key=True, default=new_id)
    first_day: Mapped[date]
    last_day: Mapped[date]
    with_texts: Mapped[bool] = mapped_column(default=False)
    requested_by: Mapped[StaffId]
    state: Mapped[ResearchExportState] = mapped_column(
        Word(ResearchExportState, 16), default=ResearchExportState.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    participants: Mapped[int | None]
    prompts: Mapped[int | None]
    size: Mapped[int | None]
    requested_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # when it is to be made, or thrown away

    def move(self, to: ResearchExportState, due_at: datetime | None = None) -> None:
        self.state, self.due_at = step(MOVES, self.state, to), due_at


class ResearchParticipant(Tenant, Table):
    """Who is in an export: it lives no longer than her consent does."""

    __tablename__ = "research_participants"
    __table_args__ = (
        within_practice("export_id", "research_exports"),
        within_practice("coachee_id", "coachees"),
        Index("research_participants_coachee_idx", "practice_id", "coachee_id"),
    )

    export_id: Mapped[ResearchExportId] = mapped_column(primary_key=True)
    coachee_id: Mapped[CoacheeId] = mapped_column(primary_key=True)
    shares: Mapped[bool]
    with_texts: Mapped[bool]


class ResearchPiece(Tenant, Table):
    __tablename__ = "research_pieces"
    __table_args__ = (
        within_practice("export_id", "research_exports"),
        CheckConstraint("octet_length(sealed_content) BETWEEN 1 AND 1048700", name="small"),
    )

    export_id: Mapped[ResearchExportId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sealed_content: Mapped[bytes] = mapped_column(LargeBinary)


def piece_context(export_id: ResearchExportId, position: int) -> str:
    """What a sealed piece is bound to."""
    return f"research:{export_id}:{position}"
