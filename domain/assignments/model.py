"""An assignment: what a coachee was given to do, by when, and what became of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import AssignmentId, CoacheeId, StaffId, TrajectoryId
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice


class AssignmentState(StrEnum):
    GIVEN = "given"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"


MOVES = {
    AssignmentState.GIVEN: frozenset({AssignmentState.DONE, AssignmentState.DECLINED, AssignmentState.EXPIRED}),
}


class AssignmentNotFound(NotFound):
    """No assignment with that id in this practice."""


class Assignment(Tenant, Versioned, Table):
    __tablename__ = "assignments"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("trajectory_id", "trajectories"),
        within_practice("given_by", "staff"),
        CheckConstraint("exercise_key IS NOT NULL OR sealed_instruction IS NOT NULL", name="asks"),
        CheckConstraint("(exercise_key IS NULL) = (exercise_version IS NULL)", name="version_named"),
        Index("assignments_trajectory_idx", "practice_id", "trajectory_id", "id"),
        Index("assignments_due_idx", "due_at", postgresql_where=text("state = 'given'")),
    )

    id: Mapped[AssignmentId] = mapped_column(primary_key=True)
    coachee_id: Mapped[CoacheeId]
    trajectory_id: Mapped[TrajectoryId]
    given_by: Mapped[StaffId]
    given_at: Mapped[datetime]
    exercise_key: Mapped[str | None] = mapped_column(String(40))
    exercise_version: Mapped[int | None]
    sealed_instruction: Mapped[bytes | None] = mapped_column(LargeBinary)
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    state: Mapped[AssignmentState] = mapped_column(Word(AssignmentState, 16), default=AssignmentState.GIVEN)
    decided_at: Mapped[datetime | None]
    shared: Mapped[bool] = mapped_column(default=False)
    sealed_reflection: Mapped[bytes | None] = mapped_column(LargeBinary)

    def move(self, to: AssignmentState, now: datetime) -> None:
        self.state = step(MOVES, self.state, to)
        self.decided_at = now


def context(assignment_id: AssignmentId, field: str) -> str:
    """What a sealed text of an assignment is bound to."""
    return f"assignments:{assignment_id}:{field}"
