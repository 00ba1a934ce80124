"""A review: questions to a coachee by link, with the one answer that she gives."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import CoacheeId, ReviewId, SessionId, TrajectoryId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice

OPEN_FOR = timedelta(days=30)


class Moment(StrEnum):
    """When it is asked."""

    AFTER_SESSION = "after_session"
    AT_THE_END = "at_the_end"
    AFTER_3_MONTHS = "after_3_months"
    AFTER_6_MONTHS = "after_6_months"


AFTER_MONTHS = {Moment.AT_THE_END: 0, Moment.AFTER_3_MONTHS: 3, Moment.AFTER_6_MONTHS: 6}
REVIEW_ITEMS = ("deep", "durable", "behaviour")
CONTACT_ITEMS = ("seen", "myself", "contact")


class ReviewState(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


MOVES = {
    ReviewState.PLANNED: frozenset({ReviewState.SENT, ReviewState.CANCELLED}),
    ReviewState.SENT: frozenset({ReviewState.ANSWERED, ReviewState.CANCELLED}),
}


class ReviewNotFound(NotFound):
    """No review with that id in this practice."""


class AlreadyAsked(Conflict):
    """The coachee has been asked about that session already."""

    constraint = "reviews_session_idx"


class NotHeldYet(Conflict):
    """A coachee is asked how a session felt once it was held."""


class AlreadySent(Conflict):
    """It went out already: it cannot be moved any more."""


class Review(Tenant, Versioned, Table):
    __tablename__ = "reviews"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("trajectory_id", "trajectories"),
        within_practice("session_id", "sessions"),
        CheckConstraint("(moment = 'after_session') = (session_id IS NOT NULL)", name="session_named"),
        CheckConstraint("(state = 'answered') = (sealed_answers IS NOT NULL)", name="answers_kept"),
        Index("reviews_coachee_idx", "practice_id", "coachee_id", "id"),
        Index("reviews_due_idx", "due_at", postgresql_where=text("state = 'planned'")),
        Index("reviews_token_idx", "token_digest"),
        Index(
            "reviews_moment_idx",
            "practice_id",
            "trajectory_id",
            "moment",
            unique=True,
            postgresql_where=text("moment <> 'after_session'"),
        ),
        Index(
            "reviews_session_idx",
            "practice_id",
            "session_id",
            unique=True,
            postgresql_where=text("session_id IS NOT NULL"),
        ),
    )

    id: Mapped[ReviewId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    trajectory_id: Mapped[TrajectoryId]
    session_id: Mapped[SessionId | None]
    moment: Mapped[Moment] = mapped_column(Word(Moment, 16))
    state: Mapped[ReviewState] = mapped_column(Word(ReviewState, 16), default=ReviewState.PLANNED)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    shared: Mapped[bool] = mapped_column(default=False)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_answers: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def items(self) -> tuple[str, ...]:
        return CONTACT_ITEMS if self.moment is Moment.AFTER_SESSION else REVIEW_ITEMS

    def move(self, to: ReviewState, now: datetime) -> None:
        self.state = step(MOVES, self.state, to)
        if to is ReviewState.SENT:
            self.sent_at = now
        if to is ReviewState.ANSWERED:
            self.answered_at = now

    def over(self, now: datetime) -> bool:
        return self.sent_at is not None and now >= self.sent_at + OPEN_FOR
