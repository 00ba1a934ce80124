"""That support was offered: by which trigger and when, and whether somebody was asked to get in touch. No content."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import CoacheeId, StaffId, SupportEventId, new_id
from domain.kit.tables import Table, Tenant, Word, within_practice

FLAG_LIVES = timedelta(days=30)  # how long what a list or a tap tells may be kept (method.md §3.5)


class Trigger(StrEnum):
    """What made it come up (method.md §3.5), from nothing at all to words of a list."""

    OPENED = "opened"  # she looked whom to call, once: kept only to see whether she does so again
    DECLARED = "declared"  # she said so herself
    PATTERN = "pattern"  # her answers felt heavy several times
    HELP = "help"  # she looked whom to call twice in a week
    WORDS = "words"  # she wrote words of the published list


FLAGS = frozenset({Trigger.OPENED, Trigger.HELP, Trigger.WORDS})


class SupportAlertNotFound(NotFound):
    """No alert with that id was sent to you."""


class SupportEvent(Tenant, Table):
    """It becomes an alert with a coach; without one nobody but the coachee knows of it."""

    __tablename__ = "support_events"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("coach_id", "staff"),
        within_practice("backup_id", "staff"),
        within_practice("acknowledged_by", "staff"),
        CheckConstraint("(coach_id IS NULL) = (alerted_at IS NULL)", name="alert_has_coach"),
        CheckConstraint("(backup_id IS NULL) = (backup_alerted_at IS NULL)", name="backup_was_alerted"),
        Index("support_events_coachee_idx", "practice_id", "coachee_id", "at"),
        Index(
            "support_events_coach_idx",
            "practice_id",
            "coach_id",
            "id",
            postgresql_where=text("coach_id IS NOT NULL"),
        ),
        Index(
            "support_events_backup_idx",
            "practice_id",
            "backup_id",
            "id",
            postgresql_where=text("backup_id IS NOT NULL"),
        ),
        Index("support_events_escalate_idx", "escalate_at", postgresql_where=text("escalate_at IS NOT NULL")),
        Index("support_events_forget_idx", "forget_at", postgresql_where=text("forget_at IS NOT NULL")),
    )

    id: Mapped[SupportEventId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    trigger: Mapped[Trigger] = mapped_column(Word(Trigger, 16))
    at: Mapped[datetime]
    shown: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)  # the keys of the help lines
    coach_id: Mapped[StaffId | None]
    alerted_at: Mapped[datetime | None]
    escalate_at: Mapped[datetime | None]  # when the backup is asked, unless somebody acknowledged before
    backup_id: Mapped[StaffId | None]
    backup_alerted_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[StaffId | None]
    sealed_outcome: Mapped[bytes | None] = mapped_column(LargeBinary)
    forget_at: Mapped[datetime | None]  # of what is a flag: then the row is gone
