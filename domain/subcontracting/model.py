"""The shares agreed with coaches, and which sessions have been paid out."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Numeric, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import InvoiceId, SessionId, ShareId, StaffId, new_id
from domain.kit.money import Money
from domain.kit.tables import Table, Tenant, within_practice


class OneShare(Invalid):
    """A share is an amount per hour or a percentage, not both; with neither the coach has no share from that day."""


class ShareDayTaken(Conflict):
    """A share of that coach begins on that day already."""

    constraint = "coach_shares_practice_id_coach_id_valid_from_key"


class NothingToSettle(Conflict):
    """No session of that period has a share that is known and not paid out yet."""


class SessionAlreadySettled(Conflict):
    """The share of one of these sessions has been paid out meanwhile."""

    constraint = "coach_settlements_once"


class CoachShare(Tenant, Table):
    """What a coach earns from a day on, until another begins. Never changed."""

    __tablename__ = "coach_shares"
    __table_args__ = (
        within_practice("coach_id", "staff"),
        UniqueConstraint("practice_id", "coach_id", "valid_from"),
        CheckConstraint("num_nonnulls(per_hour, percent) < 2", name="one_share"),
        CheckConstraint("per_hour >= 0 AND percent BETWEEN 0 AND 100", name="in_range"),
        Index("coach_shares_coach_idx", "practice_id", "coach_id", "id"),
    )

    id: Mapped[ShareId] = mapped_column(primary_key=True, default=new_id)
    coach_id: Mapped[StaffId]
    valid_from: Mapped[date]
    per_hour: Mapped[Money | None]
    percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))  # of what the session brings, without VAT
    agreed_at: Mapped[datetime]


class CoachSettlement(Tenant, Table):
    """A session whose share stands on a line of an invoice of its coach, by the session's id: once.

    What is credited of that line may be settled on another; a trigger sees to it.
    """

    __tablename__ = "coach_settlements"
    __table_args__ = (
        within_practice("id", "sessions"),
        within_practice("coach_id", "staff"),
        within_practice("invoice_id", "invoices"),
    )

    id: Mapped[SessionId] = mapped_column(primary_key=True)
    coach_id: Mapped[StaffId]
    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)  # of the line
    amount: Mapped[Money]
    settled_at: Mapped[datetime]
