"""Check-in plans, the check-ins that come of them, and what coachees answered."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.checkins.policy import Kind
from domain.checkins.states import (
    EDITION_MOVES,
    MOVES,
    PLAN_MOVES,
    CheckInState,
    EditionState,
    Lateness,
    PlanState,
    Reason,
    Sharing,
    Source,
    ZoneMode,
)
from domain.checkins.terms import Terms, last_day
from domain.checkins.valued import Valued
from domain.kit.errors import Conflict, Invalid, NotFound
from domain.kit.ids import (
    AnswerId,
    CheckInId,
    CoacheeId,
    CoacheeQualityId,
    EditionId,
    IdealId,
    OwnQuestionsId,
    PlanId,
    TrajectoryId,
    new_id,
)
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.messaging import Language


class PlanNotFound(NotFound):
    """No check-in plan with that id in this practice."""


class CheckInNotFound(NotFound):
    """No check-in with that id in this practice."""


class AlreadyAnswered(Conflict):
    """This check-in has been answered."""

    constraint = "answers_practice_id_check_in_id_key"


class AnotherPlanActive(Conflict):
    """This trajectory has an open check-in plan already; end it before proposing another."""

    constraint = "check_in_plans_one_open_idx"


class NoOpenChange(Conflict):
    """No change of this plan waits for the coachee's word."""


class NothingToPin(Invalid):
    """A pin names a kind, a quality of the coachee or an ideal of hers; more than one of them may be named."""


class EditionInPast(Invalid):
    """A change of a plan holds from tomorrow on at the earliest: what was sent today keeps its terms."""


class ChangeAlreadyProposed(Conflict):
    """A change of this plan waits for the coachee's word already."""

    constraint = "check_in_plan_editions_one_proposed_idx"


class Plan(Tenant, Versioned, Table):
    __tablename__ = "check_in_plans"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("coachee_id", "coachees"),
        within_practice("pinned_quality_id", "coachee_qualities"),
        within_practice("pinned_ideal_id", "ideals"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index(
            "check_in_plans_one_open_idx",
            "practice_id",
            "trajectory_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'accepted', 'paused')"),
        ),
        Index("check_in_plans_trajectory_idx", "practice_id", "trajectory_id", "id"),
        Index("check_in_plans_due_idx", "materialise_at", postgresql_where=text("state = 'accepted'")),
        Index("check_in_plans_tend_idx", "tend_at", postgresql_where=text("state = 'accepted'")),
        Index("check_in_plans_token_idx", "token_digest"),
    )

    id: Mapped[PlanId] = mapped_column(primary_key=True, default=new_id)
    trajectory_id: Mapped[TrajectoryId]
    coachee_id: Mapped[CoacheeId]
    state: Mapped[PlanState] = mapped_column(Word(PlanState, 16), default=PlanState.PROPOSED)
    zone_mode: Mapped[ZoneMode] = mapped_column(Word(ZoneMode, 16))
    zone: Mapped[str] = mapped_column(String(64))  # the zone in force, whatever the mode
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # none is with the trajectory
    terms: Mapped[Terms] = mapped_column(Valued(Terms))  # what it asks in the edition in force
    edition: Mapped[int] = mapped_column(default=1)
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    materialised_until: Mapped[date | None]  # the last local day whose check-ins exist
    materialise_at: Mapped[datetime | None]  # when the next days are to be made
    replan_from: Mapped[date | None]  # from this local day on, what was not sent is to be made anew
    pace: Mapped[int | None] = mapped_column(SmallInteger)  # a week, as she asked for less; 0 is her own initiative
    fatigue: Mapped[int] = mapped_column(SmallInteger, default=0)  # rungs of the ladder: 1 is half, 2 once a week
    unanswered: Mapped[int] = mapped_column(SmallInteger, default=0)  # in a row
    silent_since: Mapped[datetime | None]  # when the first of those was sent
    silenced_at: Mapped[datetime | None]  # when it last paused by itself; with it, whatever of hers did so too
    tend_at: Mapped[datetime | None]  # when to look whether it should go on like this
    taper_at: Mapped[datetime | None]  # when to look whether she can do with less
    offered_pace: Mapped[int | None] = mapped_column(SmallInteger)  # proposed to her, and open
    pinned_kind: Mapped[Kind | None] = mapped_column(Word(Kind, 24))
    pinned_quality_id: Mapped[CoacheeQualityId | None]
    pinned_ideal_id: Mapped[IdealId | None]
    pinned_from: Mapped[int] = mapped_column(default=0)  # the ordinal of the first
    pinned_count: Mapped[int] = mapped_column(SmallInteger, default=0)

    @property
    def last_on(self) -> date:
        return last_day(self.starts_on, self.ends_on)

    def move(self, to: PlanState, now: datetime) -> None:
        self.state = step(PLAN_MOVES, self.state, to)
        self.decided_at = self.decided_at or now
        if to in {PlanState.ENDED, PlanState.DECLINED}:
            self.ended_at = now
        self.materialise_at = now if to is PlanState.ACCEPTED else None
        if to is PlanState.PAUSED:
            self.silenced_at = None  # by somebody; what pauses by itself says so afterwards

    def end_silence(self) -> None:
        """She gave a sign of life, or nothing was asked of her that she could have left unanswered."""
        self.unanswered, self.silent_since = 0, None


class PlanEdition(Tenant, Table):
    """What a plan asks from a day on: a change makes a new one, and check-ins keep the one they were made by."""

    __tablename__ = "check_in_plan_editions"
    __table_args__ = (
        within_practice("plan_id", "check_in_plans"),
        UniqueConstraint("practice_id", "plan_id", "number"),
        Index(
            "check_in_plan_editions_one_proposed_idx",
            "practice_id",
            "plan_id",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[EditionId] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[PlanId]
    number: Mapped[int]
    effective_from: Mapped[date]
    terms: Mapped[Terms] = mapped_column(Valued(Terms))
    state: Mapped[EditionState] = mapped_column(Word(EditionState, 16), default=EditionState.PROPOSED)
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    def move(self, to: EditionState, now: datetime) -> None:
        self.state = step(EDITION_MOVES, self.state, to)
        self.decided_at = now


class CoacheeRhythm(Tenant, Table):
    """What of a coachee decides which kinds she is asked: facts without text, told by her answers and by support."""

    __tablename__ = "coachee_rhythms"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "id"], ["coachees.practice_id", "coachees.id"]),
        CheckConstraint("last_valence BETWEEN 1 AND 5", name="valence_in_range"),
    )

    id: Mapped[CoacheeId] = mapped_column(primary_key=True)
    obstacles_off_until: Mapped[datetime | None]
    last_valence: Mapped[int | None] = mapped_column(SmallInteger)
    obstacles_declined: Mapped[int] = mapped_column(SmallInteger, default=0)  # in a row
    obstacle_told_at: Mapped[datetime | None]  # when she answered one, where that is what she answered last


class CheckIn(Tenant, Table):
    """One occasion of a plan: its local day, slot and wall time, and the instant which that means."""

    __tablename__ = "check_ins"
    __table_args__ = (
        within_practice("plan_id", "check_in_plans"),
        within_practice("coachee_id", "coachees"),
        within_practice("own_questions_id", "own_questions"),
        UniqueConstraint("practice_id", "plan_id", "local_day", "slot"),
        CheckConstraint("expires_at > due_at", name="expires_after_due"),
        CheckConstraint(
            "sent_at IS NOT NULL OR source = 'self_initiated' "
            "OR state IN ('planned', 'missed', 'skipped', 'failed', 'cancelled')",
            name="sent_is_stamped",
        ),
        Index("check_ins_due_idx", "due_at", postgresql_where=text("state = 'planned'")),
        # The second condition always holds; it keeps the look-up of one coachee's open check-in on the index below,
        # also while the planner still believes that none is open.
        Index(
            "check_ins_expiry_idx",
            "expires_at",
            postgresql_where=text("state IN ('sent', 'started') AND answered_at IS NULL"),
        ),
        Index(
            "check_ins_one_open_idx", "practice_id", "coachee_id", unique=True, postgresql_where=text("state = 'sent'")
        ),
        Index(
            "check_ins_one_begun_idx",
            "practice_id",
            "coachee_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'started'"),
        ),
        Index("check_ins_time_idx", "practice_id", "due_at", "id"),
        Index("check_ins_coachee_idx", "practice_id", "coachee_id", "due_at", "id"),
        Index("check_ins_token_idx", "token_digest"),
    )

    id: Mapped[CheckInId] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[PlanId]
    coachee_id: Mapped[CoacheeId]
    kind: Mapped[Kind] = mapped_column(Word(Kind, 24))
    source: Mapped[Source] = mapped_column(Word(Source, 16), default=Source.PROMPTED)
    edition: Mapped[int] = mapped_column(default=1)
    own_questions_id: Mapped[OwnQuestionsId | None]  # which wording of her own questions it asks, once it is sent
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[CheckInState] = mapped_column(Word(CheckInState, 16), default=CheckInState.PLANNED)
    local_day: Mapped[date]
    slot: Mapped[int] = mapped_column(SmallInteger)
    wall_time: Mapped[time]
    zone: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]  # when the first of an answer came in
    written_at: Mapped[datetime | None]  # when she answered, by the clock of her device
    answered_at: Mapped[datetime | None]  # when her answer came in, by ours
    closed_at: Mapped[datetime | None]
    reason: Mapped[Reason | None] = mapped_column(Word(Reason, 24))
    problem: Mapped[str | None] = mapped_column(String(200))  # why a poison row was set aside
    reopened_until: Mapped[datetime | None]
    late: Mapped[Lateness | None] = mapped_column(Word(Lateness, 16))
    client_zone: Mapped[str | None] = mapped_column(String(64))  # where her device thought it was
    clock_ahead: Mapped[int | None]  # seconds by which its clock was ahead of ours

    def move(self, to: CheckInState, now: datetime) -> None:
        self.state = step(MOVES, self.state, to)
        match to:
            case CheckInState.SENT:
                self.sent_at = now
            case CheckInState.ANSWERED:
                self.answered_at, self.closed_at = now, None
            case _:
                self.closed_at = now


class CheckInAnswer(Tenant, Table):
    """What a coachee answered: sealed, with the version of the wording she saw."""

    __tablename__ = "answers"
    __table_args__ = (
        within_practice("check_in_id", "check_ins"),
        within_practice("coachee_id", "coachees"),
        UniqueConstraint("practice_id", "check_in_id"),
    )

    id: Mapped[AnswerId] = mapped_column(primary_key=True, default=new_id)
    check_in_id: Mapped[CheckInId]
    coachee_id: Mapped[CoacheeId]
    sharing: Mapped[Sharing] = mapped_column(Word(Sharing, 16))
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    spoken: Mapped[str | None] = mapped_column(String(8))  # as which country has it, such as nl-NL
    flow_version: Mapped[int]
    sealed_content: Mapped[bytes] = mapped_column(LargeBinary)  # JSON of the flow's fields
    received_at: Mapped[datetime]
    client_id: Mapped[UUID | None]  # made by her device, so that the same answer may come in more than once


class CheckInDraft(Tenant, Table):
    """What she has typed of an answer and not sent: sealed, and gone as soon as it is sent."""

    __tablename__ = "check_in_drafts"
    __table_args__ = (within_practice("id", "check_ins"), within_practice("coachee_id", "coachees"))

    id: Mapped[CheckInId] = mapped_column(primary_key=True)
    coachee_id: Mapped[CoacheeId]
    sealed_fields: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
