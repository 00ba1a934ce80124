"""That support was offered: by which trigger and when, and whether her coach was asked to get in touch. No content."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import CoacheeId, StaffId, SupportEventId, new_id
from domain.kit.tables import Table, Tenant, Word, within_practice


class Trigger(StrEnum):
    """What made it come up (method.md §3.5): she said so herself, or her answers felt heavy several times."""

    DECLARED = "declared"
    PATTERN = "pattern"


class SupportAlertNotFound(NotFound):
    """No alert with that id was sent to you."""


class SupportEvent(Tenant, Table):
    """It becomes an alert with a coach; without one nobody but the coachee knows of it."""

    __tablename__ = "support_events"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("coach_id", "staff"),
        CheckConstraint("(coach_id IS NULL) = (alerted_at IS NULL)", name="alert_has_coach"),
        Index("support_events_coachee_idx", "practice_id", "coachee_id", "at"),
        Index(
            "support_events_coach_idx",
            "practice_id",
            "coach_id",
            "id",
            postgresql_where=text("coach_id IS NOT NULL"),
        ),
    )

    id: Mapped[SupportEventId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    trigger: Mapped[Trigger] = mapped_column(Word(Trigger, 16))
    at: Mapped[datetime]
    coach_id: Mapped[StaffId | None]
    alerted_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
