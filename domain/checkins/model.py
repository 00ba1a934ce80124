"""Check-in plans, the check-ins that come of them, and what coachees answered."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, Index, LargeBinary, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import AnswerId, CheckInId, CoacheeId, PlanId, TrajectoryId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.messaging import Language


class PlanState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PAUSED = "paused"
    ENDED = "ended"


PLAN_MOVES = {
    PlanState.PROPOSED: frozenset({PlanState.ACCEPTED, PlanState.DECLINED, PlanState.ENDED}),
    PlanState.ACCEPTED: frozenset({PlanState.PAUSED, PlanState.ENDED}),
    PlanState.PAUSED: frozenset({PlanState.ACCEPTED, PlanState.ENDED}),
}


class ZoneMode(StrEnum):
    """Whose clock a plan follows."""

    FOLLOW_PERSON = "follow_person"
    FIXED = "fixed"
    PRACTICE = "practice"


class Channel(StrEnum):
    EMAIL = "email"


class Kind(StrEnum):
    SUCCESS = "success"
    OBSTACLE = "obstacle"


class CheckInState(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    ANSWERED = "answered"
    EXPIRED = "expired"  # sent, and not answered in time
    MISSED = "missed"  # never sent: its time had passed, or another was still open
    CANCELLED = "cancelled"


MOVES = {
    CheckInState.PLANNED: frozenset({CheckInState.SENT, CheckInState.MISSED, CheckInState.CANCELLED}),
    CheckInState.SENT: frozenset({CheckInState.ANSWERED, CheckInState.EXPIRED, CheckInState.CANCELLED}),
    CheckInState.EXPIRED: frozenset({CheckInState.ANSWERED}),  # by who was writing when the time ran out
}


class Reason(StrEnum):
    """Why a check-in was missed or cancelled."""

    LATE = "late"  # its answer window had passed before it could be sent
    ANOTHER_OPEN = "another_open"  # the coachee had not answered the one before
    QUIET_HOURS = "quiet_hours"
    PROBLEM = "problem"  # it could not be sent, and was set aside
    PLAN_NOT_RUNNING = "plan_not_running"
    TRAJECTORY_CLOSED = "trajectory_closed"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    COACHEE_ARCHIVED = "coachee_archived"


class Sharing(StrEnum):
    PRIVATE = "private"
    WITH_COACH = "with_coach"


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


class Plan(Tenant, Versioned, Table):
    __tablename__ = "check_in_plans"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("coachee_id", "coachees"),
        CheckConstraint("window_from < window_to", name="window_forward"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index(
            "check_in_plans_one_open_idx",
            "practice_id",
            "trajectory_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'accepted', 'paused')"),
        ),
        Index("check_in_plans_due_idx", "materialise_at", postgresql_where=text("state = 'accepted'")),
        Index("check_in_plans_token_idx", "token_digest"),
    )

    id: Mapped[PlanId] = mapped_column(primary_key=True, default=new_id)
    trajectory_id: Mapped[TrajectoryId]
    coachee_id: Mapped[CoacheeId]
    state: Mapped[PlanState] = mapped_column(Word(PlanState, 16), default=PlanState.PROPOSED)
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))  # ISO: 1 is Monday
    window_from: Mapped[time]
    window_to: Mapped[time]
    zone_mode: Mapped[ZoneMode] = mapped_column(Word(ZoneMode, 16))
    zone: Mapped[str] = mapped_column(String(64))  # the zone in force, whatever the mode
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    channel: Mapped[Channel] = mapped_column(Word(Channel, 16))
    expires_after_minutes: Mapped[int]
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    materialised_until: Mapped[date | None]  # the last local day whose check-ins exist
    materialise_at: Mapped[datetime | None]  # when the next days are to be made

    def move(self, to: PlanState, now: datetime) -> None:
        self.state = step(PLAN_MOVES, self.state, to)
        self.decided_at = self.decided_at or now
        if to in {PlanState.ENDED, PlanState.DECLINED}:
            self.ended_at = now
        self.materialise_at = now if to is PlanState.ACCEPTED else None


class CheckIn(Tenant, Table):
    """One occasion of a plan: its local day, slot and wall time, and the instant which that means."""

    __tablename__ = "check_ins"
    __table_args__ = (
        within_practice("plan_id", "check_in_plans"),
        within_practice("coachee_id", "coachees"),
        UniqueConstraint("practice_id", "plan_id", "local_day", "slot"),
        CheckConstraint("expires_at > due_at", name="expires_after_due"),
        CheckConstraint("sent_at IS NOT NULL OR state IN ('planned', 'missed', 'cancelled')", name="sent_is_stamped"),
        Index("check_ins_due_idx", "due_at", postgresql_where=text("state = 'planned'")),
        # The second condition always holds; it keeps the look-up of one coachee's open check-in on the index below,
        # also while the planner still believes that none is open.
        Index("check_ins_expiry_idx", "expires_at", postgresql_where=text("state = 'sent' AND answered_at IS NULL")),
        Index(
            "check_ins_one_open_idx", "practice_id", "coachee_id", unique=True, postgresql_where=text("state = 'sent'")
        ),
        Index("check_ins_coachee_idx", "practice_id", "coachee_id", "due_at", "id"),
        Index("check_ins_token_idx", "token_digest"),
    )

    id: Mapped[CheckInId] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[PlanId]
    coachee_id: Mapped[CoacheeId]
    kind: Mapped[Kind] = mapped_column(Word(Kind, 16))
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
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reason: Mapped[Reason | None] = mapped_column(Word(Reason, 24))
    problem: Mapped[str | None] = mapped_column(String(200))  # why a poison row was set aside

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
    flow_version: Mapped[int]
    sealed_content: Mapped[bytes] = mapped_column(LargeBinary)  # JSON of the flow's fields
    received_at: Mapped[datetime]
