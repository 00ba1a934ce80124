"""A feed: one person's sessions, at an address that nobody can guess."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import CoacheeId, FeedId, StaffId, new_id
from domain.kit.tables import Table, Tenant, Word, within_practice


class Titles(StrEnum):
    """What an appointment is called: the same word for all, or with the initials of whom one meets."""

    NEUTRAL = "neutral"
    INITIALS = "initials"


class FeedNotFound(NotFound):
    """No calendar feed with that id in this practice."""


class FeedUnknown(NotFound):
    """This address shows no calendar."""


class Feed(Tenant, Table):
    """Of the coachee where one is named, else of the member of staff who made it. Its token is kept as a digest."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        within_practice("staff_id", "staff"),
        within_practice("coachee_id", "coachees"),
        CheckConstraint("coachee_id IS NULL OR titles = 'neutral'", name="initials_for_staff_alone"),
        Index("calendar_feeds_digest_idx", "digest"),
        Index("calendar_feeds_staff_idx", "practice_id", "staff_id", "id"),
        Index("calendar_feeds_coachee_idx", "practice_id", "coachee_id", "id"),
    )

    id: Mapped[FeedId] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[StaffId]
    coachee_id: Mapped[CoacheeId | None]
    titles: Mapped[Titles] = mapped_column(Word(Titles, 16))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
