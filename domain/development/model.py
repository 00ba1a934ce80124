"""The development plan (POP): one document per cheque, every save of it a revision that is never changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import ChequeId, CoacheeId, DevelopmentPlanId, RevisionId, StaffId, TrajectoryId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.kit.work import ActorKind
from domain.messaging import Language

SECTIONS = ("question", "ideals", "qualities", "obstacles", "steps", "agreements")
NEEDED = ("ideals", "qualities", "steps")


class DevelopmentPlanState(StrEnum):
    DRAFT = "draft"
    FINALISED = "finalised"
    SUPERSEDED = "superseded"


MOVES = {
    DevelopmentPlanState.DRAFT: frozenset({DevelopmentPlanState.FINALISED}),
    DevelopmentPlanState.FINALISED: frozenset({DevelopmentPlanState.SUPERSEDED}),
}


class DevelopmentPlanNotFound(NotFound):
    """No development plan with that id in this practice."""


class DraftExists(Conflict):
    """This trajectory has a development plan in the making: finalise that one first."""

    constraint = "development_plans_one_draft_idx"


class PlanIncomplete(Conflict):
    """A development plan tells at least of ideals, qualities and steps; `missing` names what is empty."""


class DevelopmentPlan(Tenant, Versioned, Table):
    __tablename__ = "development_plans"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("coachee_id", "coachees"),
        within_practice("coach_id", "staff"),
        within_practice("cheque_id", "cheques"),
        CheckConstraint("(state = 'draft') = (finalised_at IS NULL)", name="finalised_when"),
        Index("development_plans_trajectory_idx", "practice_id", "trajectory_id", "id"),
        Index("development_plans_cheque_idx", "practice_id", "cheque_id"),
        Index(
            "development_plans_one_draft_idx",
            "practice_id",
            "trajectory_id",
            unique=True,
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[DevelopmentPlanId] = mapped_column(primary_key=True, default=new_id)
    trajectory_id: Mapped[TrajectoryId]
    coachee_id: Mapped[CoacheeId]
    coach_id: Mapped[StaffId]
    cheque_id: Mapped[ChequeId | None]
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    state: Mapped[DevelopmentPlanState] = mapped_column(Word(DevelopmentPlanState, 16))
    revision: Mapped[int] = mapped_column(default=1)
    parties: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    finalised_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

    def move(self, to: DevelopmentPlanState, now: datetime) -> None:
        """The one place where a plan's state changes, with its stamp."""
        self.state = step(MOVES, self.state, to)
        if to is DevelopmentPlanState.FINALISED:
            self.finalised_at = now
        else:
            self.superseded_at = now


class Revision(Tenant, Table):
    """The plan as somebody saved it, sealed."""

    __tablename__ = "development_revisions"
    __table_args__ = (
        within_practice("plan_id", "development_plans"),
        UniqueConstraint("practice_id", "plan_id", "number"),
    )

    id: Mapped[RevisionId] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[DevelopmentPlanId]
    number: Mapped[int]
    author_kind: Mapped[ActorKind] = mapped_column(Word(ActorKind, 16))
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
