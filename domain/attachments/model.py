"""An attachment: what is known of a file, and apart from that the file itself, sealed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from domain.attachments.kinds import LARGEST_FILE, FileKind
from domain.kit.errors import NotFound
from domain.kit.ids import AttachmentId, CoacheeId, StaffId
from domain.kit.tables import Table, Tenant, Word, within_practice


class Subject(StrEnum):
    """What a file belongs to, by its id; the slice that keeps such things says who may see the file."""

    TRAJECTORY = "trajectory"
    SESSION = "session"
    NOTE = "note"
    TALENT_PROFILE = "talent_profile"


class AttachmentNotFound(NotFound):
    """No attachment with that id in this practice."""


class Attachment(Tenant, Table):
    __tablename__ = "attachments"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("added_by", "staff"),
        CheckConstraint(f"size BETWEEN 1 AND {LARGEST_FILE}", name="size_in_range"),
        Index("attachments_subject_idx", "practice_id", "subject", "subject_id", "id"),
        Index("attachments_coachee_idx", "practice_id", "coachee_id", "id"),
    )

    id: Mapped[AttachmentId] = mapped_column(primary_key=True)
    coachee_id: Mapped[CoacheeId]
    subject: Mapped[Subject] = mapped_column(Word(Subject, 16))
    subject_id: Mapped[UUID]
    kind: Mapped[FileKind] = mapped_column(Word(FileKind, 8))
    size: Mapped[int]
    sealed_filename: Mapped[bytes] = mapped_column(LargeBinary)
    added_by: Mapped[StaffId]
    added_at: Mapped[datetime]


class AttachmentContent(Tenant, Table):
    """The file itself, in a table of its own: lists never carry it."""

    __tablename__ = "attachment_contents"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "id"], ["attachments.practice_id", "attachments.id"], ondelete="CASCADE"),
    )

    id: Mapped[AttachmentId] = mapped_column(primary_key=True)
    sealed_content: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class OpenAttachment:
    """What is known of a file, with its name opened for a moment."""

    id: AttachmentId
    subject: Subject
    subject_id: UUID
    kind: FileKind
    size: int
    added_by: StaffId
    added_at: datetime
    filename: str
