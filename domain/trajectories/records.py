"""What is kept of a trajectory besides its sessions: goals, hand-overs, its closing review; and contact moments."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import CoacheeId, ContactMomentId, GoalId, HandOverId, StaffId, TrajectoryId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice


class GoalState(StrEnum):
    OPEN = "open"
    REACHED = "reached"
    DROPPED = "dropped"


GOAL_MOVES = {GoalState.OPEN: frozenset({GoalState.REACHED, GoalState.DROPPED})}


class GoalNotFound(NotFound):
    """No goal with that id in this practice."""


class Goal(Tenant, Versioned, Table):
    """What coachee and coach want to reach; its text is sealed."""

    __tablename__ = "goals"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("coachee_id", "coachees"),
        Index("goals_trajectory_idx", "practice_id", "trajectory_id", "id"),
    )

    id: Mapped[GoalId] = mapped_column(primary_key=True, default=new_id)
    trajectory_id: Mapped[TrajectoryId]
    coachee_id: Mapped[CoacheeId]
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[GoalState] = mapped_column(Word(GoalState, 16), default=GoalState.OPEN)
    added_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    def move(self, to: GoalState, now: datetime) -> None:
        self.state = step(GOAL_MOVES, self.state, to)
        self.decided_at = now


class HandOver(Tenant, Table):
    """That a trajectory went from one coach to another."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("from_coach_id", "staff"),
        within_practice("to_coach_id", "staff"),
        Index("hand_overs_trajectory_idx", "practice_id", "trajectory_id", "id"),
    )

    id: Mapped[HandOverId] = mapped_column(primary_key=True, default=new_id)
    trajectory_id: Mapped[TrajectoryId]
    from_coach_id: Mapped[StaffId]
    to_coach_id: Mapped[StaffId]
    reason: Mapped[str] = mapped_column(String(200))
    handed_at: Mapped[datetime]


class ClosingReview(Tenant, Table):
    """Coachee and coach look back along the three starting points (method.md §1.1, row 3); sealed, never changed."""

    __tablename__ = "closing_reviews"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("coachee_id", "coachees"),
        within_practice("author_id", "staff"),
    )

    trajectory_id: Mapped[TrajectoryId] = mapped_column(primary_key=True)
    coachee_id: Mapped[CoacheeId]
    author_id: Mapped[StaffId]
    sealed_answers: Mapped[bytes] = mapped_column(LargeBinary)  # JSON of the three answers
    written_at: Mapped[datetime]


class ContactMoment(Tenant, Table):
    """A short contact that needs no trajectory: the quality that was named, and the next step."""

    __tablename__ = "contact_moments"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("coach_id", "staff"),
        Index("contact_moments_coachee_idx", "practice_id", "coachee_id", "coach_id", "id"),
    )

    id: Mapped[ContactMomentId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    coach_id: Mapped[StaffId]
    held_on: Mapped[date]
    sealed_quality: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_next_step: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[datetime]
