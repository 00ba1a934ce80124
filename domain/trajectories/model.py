"""Trajectories and their sessions: what coach and coachee agreed, and when they meet."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, Date, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import CoacheeId, LocationId, SeriesId, SessionId, StaffId, TrajectoryId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice


class Format(StrEnum):
    TRAJECTORY = "trajectory"
    SINGLE_CONVERSATION = "single_conversation"
    CONTACT_MOMENT = "contact_moment"


class Method(StrEnum):
    """By what a trajectory is guided: the method that this product carries, or another that a coach works by."""

    KRACHTGERICHT = "krachtgericht"
    OTHER = "other"


class Domain(StrEnum):
    PERSONAL = "personal"
    PROFESSIONAL = "professional"
    BOTH = "both"


class TrajectoryState(StrEnum):
    PROPOSED = "proposed"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    STOPPED = "stopped"
    DECLINED = "declined"


MOVES = {
    TrajectoryState.PROPOSED: frozenset({TrajectoryState.RUNNING, TrajectoryState.DECLINED}),
    TrajectoryState.RUNNING: frozenset({TrajectoryState.PAUSED, TrajectoryState.COMPLETED, TrajectoryState.STOPPED}),
    TrajectoryState.PAUSED: frozenset({TrajectoryState.RUNNING, TrajectoryState.STOPPED}),
}


class SessionKind(StrEnum):
    """Only guidance ever counts on a cheque (cheques-and-invoicing.md §1.4)."""

    INTRO = "intro"
    GUIDANCE = "guidance"
    AFTERCARE = "aftercare"


class SessionState(StrEnum):
    ON_HOLD = "on_hold"
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


SESSION_MOVES = {
    SessionState.ON_HOLD: frozenset({SessionState.PLANNED}),
    SessionState.PLANNED: frozenset({SessionState.HELD, SessionState.CANCELLED, SessionState.NO_SHOW}),
}


TAKES_TIME = (SessionState.PLANNED, SessionState.HELD, SessionState.ON_HOLD)


class CancelledBy(StrEnum):
    COACHEE = "coachee"
    COACH = "coach"
    PRACTICE = "practice"


class TrajectoryNotFound(NotFound):
    """No trajectory with that id in this practice."""


class SessionNotFound(NotFound):
    """No session with that id in this practice."""


class CoachNotFree(Conflict):
    """The coach has another session at that time."""

    constraint = "sessions_coach_free_excl"


class RoomNotFree(Conflict):
    """There is another session in that room at that time."""

    constraint = "sessions_room_free_excl"


class Trajectory(Tenant, Versioned, Table):
    __tablename__ = "trajectories"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("coach_id", "staff"),
        CheckConstraint("planned_minutes BETWEEN 0 AND 60000", name="planned_minutes_in_range"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_once_answered"),
        Index("trajectories_coachee_idx", "practice_id", "coachee_id", "id"),
        Index("trajectories_coach_idx", "practice_id", "coach_id", "id"),
        Index(
            "trajectories_to_review_idx",
            "ended_at",
            postgresql_where=text("state = 'completed' AND reviews_planned_at IS NULL"),
        ),
    )

    id: Mapped[TrajectoryId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    coach_id: Mapped[StaffId]
    format: Mapped[Format] = mapped_column(Word(Format, 24))
    domain: Mapped[Domain] = mapped_column(Word(Domain, 16))
    method: Mapped[Method] = mapped_column(
        Word(Method, 24), default=Method.KRACHTGERICHT, server_default="krachtgericht"
    )
    sealed_key_question: Mapped[bytes] = mapped_column(LargeBinary)
    planned_minutes: Mapped[int]
    phase: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[TrajectoryState] = mapped_column(Word(TrajectoryState, 16), default=TrajectoryState.PROPOSED)
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reviews_planned_at: Mapped[datetime | None]  # when the reviews that follow its completion were planned
    stop_reason: Mapped[str | None] = mapped_column(String(200))
    aftercare_until: Mapped[date | None]

    def move(self, to: TrajectoryState, now: datetime) -> None:
        """The one place where a trajectory's state changes, with its stamp."""
        decided = self.decided_at is not None
        self.state = step(MOVES, self.state, to)
        self.decided_at = self.decided_at if decided else now
        self.paused_at = now if to is TrajectoryState.PAUSED else None
        if not MOVES.get(to) and to is not TrajectoryState.DECLINED:
            self.ended_at = now


class Deputy(Tenant, Table):
    """A colleague who may act for the coach of a trajectory."""

    __tablename__ = "trajectory_deputies"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("staff_id", "staff"),
        Index("trajectory_deputies_staff_idx", "practice_id", "staff_id", "trajectory_id"),
    )

    trajectory_id: Mapped[TrajectoryId] = mapped_column(primary_key=True)
    staff_id: Mapped[StaffId] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class SeriesNotFound(NotFound):
    """No series of sessions with that id in this practice."""


class Series(Tenant, Versioned, Table):
    """That sessions were planned by one rule. Each is a session like any other, and knows its series."""

    __tablename__ = "session_series"
    __table_args__ = (within_practice("trajectory_id", "trajectories"),)

    id: Mapped[SeriesId] = mapped_column(primary_key=True, default=new_id)
    trajectory_id: Mapped[TrajectoryId]
    rule: Mapped[str] = mapped_column(String(200))
    except_days: Mapped[list[date]] = mapped_column(ARRAY(Date))
    changes: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class Session(Tenant, Versioned, Table):
    """A meeting of coach and coachee: as wall time in a zone, and as the instants which that means."""

    __tablename__ = "sessions"
    __table_args__ = (
        within_practice("trajectory_id", "trajectories"),
        within_practice("coachee_id", "coachees"),
        within_practice("coach_id", "staff"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        ExcludeConstraint(
            ("practice_id", "="),
            ("coach_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            where=text("state IN ('planned', 'held', 'on_hold') AND NOT overlap_allowed"),
            using="gist",
            name="sessions_coach_free_excl",
        ),
        ExcludeConstraint(
            ("practice_id", "="),
            ("location_id", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            where=text("state IN ('planned', 'held', 'on_hold') AND in_room AND NOT overlap_allowed"),
            using="gist",
            name="sessions_room_free_excl",
        ),
        within_practice("location_id", "locations"),
        CheckConstraint("(state = 'on_hold') = (hold_expires_at IS NOT NULL)", name="hold_expires"),
        Index("sessions_room_idx", "practice_id", "location_id", "starts_at", postgresql_where=text("in_room")),
        Index("sessions_hold_expiry_idx", "hold_expires_at", postgresql_where=text("state = 'on_hold'")),
        Index("sessions_trajectory_idx", "practice_id", "trajectory_id", "starts_at", "id"),
        Index("sessions_time_idx", "practice_id", "starts_at", "id"),
        Index("sessions_coach_idx", "practice_id", "coach_id", "starts_at", "id"),
        within_practice("series_id", "session_series"),
        Index(
            "sessions_series_idx",
            "practice_id",
            "series_id",
            "occurrence_day",
            unique=True,
            postgresql_where=text("series_id IS NOT NULL"),
        ),
        Index("sessions_coachee_idx", "practice_id", "coachee_id", "starts_at", "id"),
        Index("sessions_planned_idx", "starts_at", postgresql_where=text("state = 'planned'")),
    )

    id: Mapped[SessionId] = mapped_column(primary_key=True, default=new_id)
    trajectory_id: Mapped[TrajectoryId]
    coachee_id: Mapped[CoacheeId]
    coach_id: Mapped[StaffId]
    kind: Mapped[SessionKind] = mapped_column(Word(SessionKind, 16))
    state: Mapped[SessionState] = mapped_column(Word(SessionState, 16), default=SessionState.PLANNED)
    day: Mapped[date]
    time: Mapped[time]
    zone: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str | None] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    series_id: Mapped[SeriesId | None]
    occurrence_day: Mapped[date | None]  # the day that its series' rule gave it; it stays when the session moves
    moved_apart: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    closed_at: Mapped[datetime | None]  # when it was told to be held, cancelled or a no-show
    reason: Mapped[str | None] = mapped_column(String(200))
    session_type: Mapped[str | None] = mapped_column(String(40))
    location_id: Mapped[LocationId | None]
    in_room: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    overlap_allowed: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    hold_expires_at: Mapped[datetime | None]
    cancelled_by: Mapped[CancelledBy | None] = mapped_column(Word(CancelledBy, 16))
    late_cancel: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    policy_version: Mapped[int | None]  # of the calendar's rules, by which it was cancelled late or not, or missed

    def close(self, to: SessionState, now: datetime, reason: str | None = None) -> None:
        self.state = step(SESSION_MOVES, self.state, to)
        self.closed_at, self.reason, self.changed_at = now, reason, now


class Reminder(Tenant, Table):
    """That a session is to be brought to mind; gone once it was."""

    __tablename__ = "session_reminders"
    __table_args__ = (within_practice("session_id", "sessions"), Index("session_reminders_due_idx", "due_at"))

    session_id: Mapped[SessionId] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
