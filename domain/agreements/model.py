"""Agreements: the text that a coachee is asked to sign, frozen when it was issued, and what became of it."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import AgreementId, AgreementTemplateId, CoacheeId, GuardianId, StaffId, TrajectoryId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.messaging import Language


class AgreementState(StrEnum):
    """`replaced` is what a newer agreement put aside; `withdrawn` what the practice took back before it was signed."""

    ISSUED = "issued"
    OPENED = "opened"
    SIGNED = "signed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


MOVES = {
    AgreementState.ISSUED: frozenset(
        {AgreementState.OPENED, AgreementState.DECLINED, AgreementState.WITHDRAWN, AgreementState.REPLACED}
    ),
    AgreementState.OPENED: frozenset(
        {AgreementState.SIGNED, AgreementState.DECLINED, AgreementState.WITHDRAWN, AgreementState.REPLACED}
    ),
    AgreementState.SIGNED: frozenset({AgreementState.REPLACED}),
}
WAITING = (AgreementState.ISSUED, AgreementState.OPENED)


class Print(StrEnum):
    """Which of the two kept files: as it was put before the coachee, or with her signature."""

    ISSUED = "issued"
    SIGNED = "signed"


class AgreementTemplateNotFound(NotFound):
    """No agreement template with that id in this practice."""


class AgreementNotFound(NotFound):
    """No agreement with that id in this practice."""


class AgreementNotSigned(Conflict):
    """This agreement was not signed, so there is no signed file of it."""


class AgreementTemplate(Tenant, Table):
    """One version of the practice's own text in one language; the newest is the one in use."""

    __tablename__ = "agreement_templates"
    __table_args__ = (
        UniqueConstraint("practice_id", "language", "number"),
        within_practice("written_by", "staff"),
    )

    id: Mapped[AgreementTemplateId] = mapped_column(primary_key=True, default=new_id)
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    written_by: Mapped[StaffId | None]
    written_at: Mapped[datetime]


class Agreement(Tenant, Versioned, Table):
    __tablename__ = "agreements"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("coachee_id", "coachees"),
        within_practice("coach_id", "staff"),
        within_practice("template_id", "agreement_templates"),
        CheckConstraint("(signed_at IS NULL) = (signed_name IS NULL)", name="signed_by_name"),
        CheckConstraint("state <> 'signed' OR signed_at IS NOT NULL", name="signed_when"),
        Index("agreements_trajectory_idx", "practice_id", "trajectory_id", "id"),
        Index(
            "agreements_one_waiting_idx",
            "practice_id",
            "trajectory_id",
            unique=True,
            postgresql_where=text("state IN ('issued', 'opened')"),
        ),
        Index(
            "agreements_one_signed_idx",
            "practice_id",
            "trajectory_id",
            unique=True,
            postgresql_where=text("state = 'signed'"),
        ),
    )

    id: Mapped[AgreementId] = mapped_column(primary_key=True, default=new_id)
    trajectory_id: Mapped[TrajectoryId]
    coachee_id: Mapped[CoacheeId]
    coach_id: Mapped[StaffId]
    template_id: Mapped[AgreementTemplateId | None]
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    state: Mapped[AgreementState] = mapped_column(Word(AgreementState, 16), default=AgreementState.ISSUED)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    parties: Mapped[dict[str, Any]] = mapped_column(JSONB)
    issued_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    signed_name: Mapped[str | None] = mapped_column(String(200))
    closed_at: Mapped[datetime | None]  # when it was declined, withdrawn or replaced
    signer_gone_at: Mapped[datetime | None]  # when whoever was asked turned out to sign it no more

    @property
    def guardian(self) -> dict[str, str] | None:
        """Who signs for a minor, as it was frozen."""
        return self.parties.get("guardian")

    @property
    def guardian_id(self) -> GuardianId | None:
        return GuardianId(UUID(self.guardian["id"])) if self.guardian else None

    def move(self, to: AgreementState, now: datetime, *, signed_name: str | None = None) -> None:
        """The one place where an agreement's state changes, with its stamp."""
        self.state = step(MOVES, self.state, to)
        match to:
            case AgreementState.OPENED:
                self.opened_at = now
            case AgreementState.SIGNED:
                self.signed_at, self.signed_name = now, signed_name
            case _:
                self.closed_at = now


class AgreementFile(Tenant, Table):
    """A page as it was printed, kept for good."""

    __tablename__ = "agreement_files"
    __table_args__ = (within_practice("id", "agreements"),)

    id: Mapped[AgreementId] = mapped_column(primary_key=True)
    kind: Mapped[Print] = mapped_column(Word(Print, 16), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    printed_at: Mapped[datetime]


def digest_of(title: str, body: str) -> str:
    """SHA-256 of the exact words: the title, an empty line, the text, as UTF-8."""
    return hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest()
