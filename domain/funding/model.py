"""Cheque schemes as dated data, cheques, and the minutes booked on them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, Index, Integer, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import BookingId, ChequeId, CoacheeId, SchemeId, SessionId, TrajectoryId, new_id
from domain.kit.money import Money
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, within_practice


class SchemeStatus(StrEnum):
    IN_FORCE = "in_force"
    CLOSED = "closed"
    PLANNED = "planned"  # cannot be chosen until an administrator activates it


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ChequeState(StrEnum):
    ANNOUNCED = "announced"
    ORDERED = "ordered"
    ISSUED = "issued"
    STARTED = "started"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    SETTLED = "settled"
    REFUSED = "refused"
    ORDER_LAPSED = "order_lapsed"
    EXPIRED_UNSTARTED = "expired_unstarted"
    ANNULLED = "annulled"


MOVES = {
    ChequeState.ANNOUNCED: frozenset({ChequeState.ORDERED, ChequeState.ANNULLED}),
    ChequeState.ORDERED: frozenset(
        {ChequeState.ISSUED, ChequeState.REFUSED, ChequeState.ORDER_LAPSED, ChequeState.ANNULLED}
    ),
    ChequeState.ISSUED: frozenset({ChequeState.STARTED, ChequeState.EXPIRED_UNSTARTED, ChequeState.ANNULLED}),
    ChequeState.STARTED: frozenset({ChequeState.IN_PROGRESS, ChequeState.CLOSED}),
    ChequeState.IN_PROGRESS: frozenset({ChequeState.CLOSED}),
    ChequeState.CLOSED: frozenset({ChequeState.SETTLED}),
}


class SchemeNotFound(NotFound):
    """No cheque scheme with that id in this practice."""


class ChequeNotFound(NotFound):
    """No cheque with that id in this practice."""


class ChequeNumberTaken(Conflict):
    """A cheque with that number has been registered already."""

    constraint = "cheques_practice_id_issuer_cheque_number_key"


class SessionAlreadyBooked(Conflict):
    """That session is booked on a cheque already."""

    constraint = "bookings_practice_id_session_id_key"


class MinutesExceeded(Conflict):
    """The cheque has not that many minutes left."""

    constraint = "cheques_minutes_within_cap_check"


class Scheme(Tenant, Versioned, Table):
    """One version of a cheque scheme. What nobody knows is null, never zero and never an older figure."""

    __tablename__ = "schemes"
    __table_args__ = (UniqueConstraint("practice_id", "code"),)

    id: Mapped[SchemeId] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))
    funder: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[SchemeStatus] = mapped_column(String(16))
    valid_from: Mapped[date]  # by the day on which the cheque was ordered
    valid_to: Mapped[date | None]
    own_share: Mapped[Money | None]
    unit_minutes: Mapped[list[int]] = mapped_column(ARRAY(Integer))  # minutes of the first, second… cheque
    window_years: Mapped[int | None]  # null: once in a lifetime
    min_experience_months: Mapped[int | None]
    fee_per_hour: Mapped[Decimal | None] = mapped_column(Numeric(9, 4))  # euro, without VAT
    pay_within_days: Mapped[int | None]
    start_within_months: Mapped[int | None]
    complete_within_months: Mapped[int | None]
    confidence: Mapped[Confidence] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(500))
    verified_on: Mapped[date]


class Cheque(Tenant, Versioned, Table):
    __tablename__ = "cheques"
    __table_args__ = (
        within_practice("scheme_id", "schemes"),
        within_practice("coachee_id", "coachees"),
        within_practice("trajectory_id", "trajectories"),
        UniqueConstraint("practice_id", "issuer", "cheque_number"),
        CheckConstraint("minutes_booked BETWEEN 0 AND minutes_cap", name="minutes_within_cap"),
        CheckConstraint(
            "cheque_number IS NOT NULL OR state IN ('announced', 'ordered', 'refused', 'order_lapsed', 'annulled')",
            name="numbered_once_issued",
        ),
        Index("cheques_trajectory_idx", "practice_id", "trajectory_id", "id"),
        Index("cheques_warn_idx", "warn_at", postgresql_where=text("warn_at IS NOT NULL")),
    )

    id: Mapped[ChequeId] = mapped_column(primary_key=True, default=new_id)
    scheme_id: Mapped[SchemeId]
    coachee_id: Mapped[CoacheeId]
    trajectory_id: Mapped[TrajectoryId]
    state: Mapped[ChequeState] = mapped_column(String(20), default=ChequeState.ANNOUNCED)
    issuer: Mapped[str | None] = mapped_column(String(60))
    sequence: Mapped[int]  # 1 for the first cheque of the coachee under its scheme
    cheque_number: Mapped[str | None] = mapped_column(String(64))
    client_number: Mapped[str | None] = mapped_column(String(64))
    minutes_cap: Mapped[int]
    minutes_booked: Mapped[int] = mapped_column(default=0)
    ordered_on: Mapped[date | None]
    issued_on: Mapped[date | None]
    started_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    pay_by: Mapped[date | None]
    start_by: Mapped[date | None]
    complete_by: Mapped[date | None]
    warn_at: Mapped[datetime | None]  # when the next deadline deserves a warning
    created_at: Mapped[datetime]

    def move(self, to: ChequeState) -> None:
        self.state = step(MOVES, self.state, to)

    @property
    def minutes_left(self) -> int:
        return self.minutes_cap - self.minutes_booked


class Booking(Tenant, Table):
    """A line of the hour ledger: the minutes of one held session on one cheque. Never changed, never deleted."""

    __tablename__ = "bookings"
    __table_args__ = (
        within_practice("cheque_id", "cheques"),
        within_practice("session_id", "sessions"),
        UniqueConstraint("practice_id", "session_id"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        Index("bookings_cheque_idx", "practice_id", "cheque_id", "id"),
    )

    id: Mapped[BookingId] = mapped_column(primary_key=True, default=new_id)
    cheque_id: Mapped[ChequeId]
    session_id: Mapped[SessionId]
    minutes: Mapped[int]
    booked_at: Mapped[datetime]
