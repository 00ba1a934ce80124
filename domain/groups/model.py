"""Group sessions, their seats, and what a seat can be."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.availability import Stretch
from domain.kit.errors import Conflict, Invalid, NotFound
from domain.kit.ids import CoacheeId, GroupSeatId, GroupSessionId, LocationId, StaffId, TrajectoryId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice


class GroupState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class SeatState(StrEnum):
    """Who waits is offered a seat for a while; an offer that she lets pass, or declines, goes to the next."""

    TAKEN = "taken"
    WAITING = "waiting"
    OFFERED = "offered"
    LEFT = "left"
    DECLINED = "declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


GROUP_MOVES = {GroupState.PLANNED: frozenset({GroupState.HELD, GroupState.CANCELLED})}
SEAT_MOVES = {
    SeatState.TAKEN: frozenset({SeatState.LEFT, SeatState.CANCELLED}),
    SeatState.WAITING: frozenset({SeatState.OFFERED, SeatState.LEFT, SeatState.LAPSED, SeatState.CANCELLED}),
    SeatState.OFFERED: frozenset(
        {SeatState.TAKEN, SeatState.DECLINED, SeatState.LAPSED, SeatState.LEFT, SeatState.CANCELLED}
    ),
}
# What keeps a seat from others, and who is in the group or wants to be.
KEPT = (SeatState.TAKEN, SeatState.OFFERED)
OPEN = (SeatState.TAKEN, SeatState.WAITING, SeatState.OFFERED)


class GroupSessionNotFound(NotFound):
    """No group session with that id in this practice."""


class GroupSeatNotFound(NotFound):
    """No seat in a group session with that id in this practice."""


class GroupBegun(Conflict):
    """This group session has begun: nobody joins it or leaves it any more."""


class GroupNotBegun(Conflict):
    """This group session has not begun yet: it can be cancelled, but not held."""


class AlreadyInGroup(Conflict):
    """This coachee has a seat in the group session, or waits for one."""

    constraint = "group_seats_once_idx"


class OfferExpired(Conflict):
    """The offer of this seat has expired; it goes to the next who waits."""


class NotTheirTrajectory(Invalid):
    """That trajectory is another coachee's."""


class GroupSession(Tenant, Versioned, Table):
    """A coach meets several coachees at once; her time, and the room's, is kept as for any session."""

    __tablename__ = "group_sessions"
    __table_args__ = (
        within_practice("coach_id", "staff"),
        within_practice("location_id", "locations"),
        CheckConstraint("seats_taken BETWEEN 0 AND seats", name="seats_within"),
        Index("group_sessions_time_idx", "practice_id", "starts_at", "id"),
        Index("group_sessions_coach_idx", "practice_id", "coach_id", "starts_at", "id"),
    )

    id: Mapped[GroupSessionId] = mapped_column(primary_key=True, default=new_id)
    coach_id: Mapped[StaffId]
    title: Mapped[str] = mapped_column(String(100))
    state: Mapped[GroupState] = mapped_column(Word(GroupState, 16), default=GroupState.PLANNED)
    session_type: Mapped[str | None] = mapped_column(String(40))
    day: Mapped[date]
    time: Mapped[time]
    zone: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str | None] = mapped_column(String(200))
    location_id: Mapped[LocationId | None]
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)  # and those on offer, which are kept as well
    offer_minutes: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def span(self) -> Stretch:
        return Stretch(self.starts_at, self.ends_at)

    @property
    def full(self) -> bool:
        return self.seats_taken >= self.seats

    def close(self, to: GroupState, now: datetime, reason: str | None = None) -> None:
        self.state = step(GROUP_MOVES, self.state, to)
        self.closed_at, self.reason = now, reason


class GroupSeat(Tenant, Versioned, Table):
    """A coachee's seat, or her place in the row of who waits for one: the ids are in the order of asking."""

    __tablename__ = "group_seats"
    __table_args__ = (
        within_practice("group_id", "group_sessions"),
        within_practice("coachee_id", "coachees"),
        within_practice("trajectory_id", "trajectories"),
        CheckConstraint("(state = 'offered') = (offer_expires_at IS NOT NULL)", name="offer_expires"),
        Index("group_seats_group_idx", "practice_id", "group_id", "id"),
        Index("group_seats_coachee_idx", "practice_id", "coachee_id", "id"),
        Index(
            "group_seats_once_idx",
            "practice_id",
            "group_id",
            "coachee_id",
            unique=True,
            postgresql_where=text("state IN ('taken', 'waiting', 'offered')"),
        ),
        Index("group_seats_expiry_idx", "offer_expires_at", postgresql_where=text("state = 'offered'")),
    )

    id: Mapped[GroupSeatId] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[GroupSessionId]
    coachee_id: Mapped[CoacheeId]
    trajectory_id: Mapped[TrajectoryId | None]
    state: Mapped[SeatState] = mapped_column(Word(SeatState, 16))
    asked_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]  # it stays when she leaves
    offer_expires_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]

    def move(self, to: SeatState, now: datetime, *, until: datetime | None = None) -> None:
        """The one place where a seat's state changes; `until` when an offer stands."""
        self.state = step(SEAT_MOVES, self.state, to)
        self.offer_expires_at, self.changed_at = until, now
        if to is SeatState.TAKEN:
            self.taken_at = now
