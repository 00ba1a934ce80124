"""What makes a time bookable: the practice's rules, a coach's week and its exceptions, kinds of session, locations."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import HoursExceptionId, LocationId, PracticeId, StaffId, new_id
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice

DEFAULT_GRID = 15
DEFAULT_HORIZON = 365  # days
DEFAULT_FREE_HOURS = 24


class ExceptionKind(StrEnum):
    OFF = "off"
    EXTRA = "extra"


class LocationKind(StrEnum):
    """In a room there is one session at a time; online and on a walk there is place for all."""

    ROOM = "room"
    ONLINE = "online"
    WALKING = "walking"


class HoursExceptionNotFound(NotFound):
    """No exception with that id in this practice."""


class LocationNotFound(NotFound):
    """No location with that id in this practice."""


class LocationNameTaken(Conflict):
    """Another location has that name."""

    constraint = "locations_practice_id_name_key"


class CalendarRules(Tenant, Versioned, Table):
    """How a practice books: its grid, notice, horizon, buffers, holidays and when cancelling is free."""

    __tablename__ = "calendar_rules"
    __table_args__ = (ForeignKeyConstraint(["practice_id"], ["practices.id"]),)

    grid_minutes: Mapped[int] = mapped_column(default=DEFAULT_GRID)
    notice_minutes: Mapped[int] = mapped_column(default=0)
    horizon_days: Mapped[int] = mapped_column(default=DEFAULT_HORIZON)
    buffer_before_minutes: Mapped[int] = mapped_column(default=0)
    buffer_after_minutes: Mapped[int] = mapped_column(default=0)
    holidays_country: Mapped[str | None] = mapped_column(String(2))
    holidays_subdivision: Mapped[str | None] = mapped_column(String(16))
    cancel_free_hours: Mapped[int] = mapped_column(default=DEFAULT_FREE_HOURS)

    @property
    def id(self) -> PracticeId:
        """A practice has one set of rules: an If-Match on them is one on what is the practice's own."""
        return self.practice_id


class CoachWeek(Tenant, Versioned, Table):
    """The weekly hours of a coach, as a list that is replaced as a whole."""

    __tablename__ = "coach_weeks"
    __table_args__ = (within_practice("coach_id", "staff"),)

    coach_id: Mapped[StaffId] = mapped_column(primary_key=True)
    hours: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

    @property
    def id(self) -> StaffId:
        return self.coach_id


class HoursException(Tenant, Table):
    """Days on which a coach is off, or works extra hours; a stretch of each day where times are given."""

    __tablename__ = "hours_exceptions"
    __table_args__ = (
        within_practice("coach_id", "staff"),
        CheckConstraint("last_day >= first_day", name="ends_after_start"),
        CheckConstraint("(from_time IS NULL) = (to_time IS NULL)", name="both_times"),
        CheckConstraint("to_time > from_time", name="time_runs_on"),
        Index("hours_exceptions_coach_idx", "practice_id", "coach_id", "id"),
    )

    id: Mapped[HoursExceptionId] = mapped_column(primary_key=True, default=new_id)
    coach_id: Mapped[StaffId]
    kind: Mapped[ExceptionKind] = mapped_column(Word(ExceptionKind, 8))
    first_day: Mapped[date]
    last_day: Mapped[date]
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    created_at: Mapped[datetime]


class SessionTypeRow(Tenant, Versioned, Table):
    """A practice's own wording and lengths of a kind of session, or a kind of its own."""

    __tablename__ = "session_types"
    __table_args__ = (ForeignKeyConstraint(["practice_id"], ["practices.id"]),)

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB)
    minutes: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    counts_as: Mapped[str] = mapped_column(String(16))


class Location(Tenant, Versioned, Table):
    __tablename__ = "locations"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        Index("locations_practice_id_name_key", "practice_id", "name", unique=True),
    )

    id: Mapped[LocationId] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[LocationKind] = mapped_column(Word(LocationKind, 16))
    address: Mapped[str | None] = mapped_column(String(200))
    link: Mapped[str | None] = mapped_column(String(500))
    archived_at: Mapped[datetime | None]
