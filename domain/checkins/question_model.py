"""Questions in a practice's own words as they are kept: sets of the practice, and what is agreed for one plan."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.checkins.questions import Questions
from domain.checkins.valued import Valued
from domain.kit.errors import Conflict, Forbidden, NotFound
from domain.kit.ids import CoacheeId, OwnQuestionsId, PlanId, QuestionSetId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice


class QuestionsState(StrEnum):
    """Of what is asked in own words: nothing of it before the coachee accepts it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REPLACED = "replaced"  # by a later wording, before or after her yes
    ENDED = "ended"


class ProposedBy(StrEnum):
    COACH = "coach"
    COACHEE = "coachee"


MOVES = {
    QuestionsState.PROPOSED: frozenset(
        {QuestionsState.ACCEPTED, QuestionsState.DECLINED, QuestionsState.REPLACED, QuestionsState.ENDED}
    ),
    QuestionsState.ACCEPTED: frozenset({QuestionsState.REPLACED, QuestionsState.ENDED}),
}


class QuestionSetNotFound(NotFound):
    """No set of questions with that id in this practice."""


class NoOwnQuestions(Conflict):
    """This plan has no questions in own words that wait for her word or that she agreed to."""


class QuestionsNotYours(Forbidden):
    """Only the coach of the trajectory words and reads the questions that she agrees with a coachee."""


class QuestionsProposedMeanwhile(Conflict):
    """Other questions of this plan were proposed or accepted at the same moment; look again."""

    constraint = "own_questions_one_of_each_idx"


class QuestionSet(Tenant, Versioned, Table):
    """Questions that a practice keeps at hand: proposing them to somebody takes a copy."""

    __tablename__ = "question_sets"

    id: Mapped[QuestionSetId] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100))
    items: Mapped[Questions] = mapped_column(Valued(Questions))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class OwnQuestions(Tenant, Table):
    """One wording of the questions of a plan, sealed for its coachee: never edited, only followed by another."""

    __tablename__ = "own_questions"
    __table_args__ = (
        within_practice("plan_id", "check_in_plans"),
        within_practice("coachee_id", "coachees"),
        UniqueConstraint("practice_id", "plan_id", "number"),
        Index(
            "own_questions_one_of_each_idx",
            "practice_id",
            "plan_id",
            "state",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'accepted')"),
        ),
    )

    id: Mapped[OwnQuestionsId] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[PlanId]
    coachee_id: Mapped[CoacheeId]
    number: Mapped[int]
    state: Mapped[QuestionsState] = mapped_column(Word(QuestionsState, 16), default=QuestionsState.PROPOSED)
    proposed_by: Mapped[ProposedBy] = mapped_column(Word(ProposedBy, 16))
    sealed_items: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def move(self, to: QuestionsState, now: datetime) -> None:
        self.state = step(MOVES, self.state, to)
        if to in {QuestionsState.ACCEPTED, QuestionsState.DECLINED}:
            self.decided_at = now
        else:
            self.ended_at = now
