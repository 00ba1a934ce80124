"""Invoices: a draft may change, an issued invoice never does."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.kit.errors import Conflict, Invalid, NotFound
from domain.kit.ids import CoacheeId, InvoiceId, LineId, SponsorId, TrajectoryId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, within_practice
from domain.messaging import Language


class InvoiceState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    PAID = "paid"


MOVES = {
    InvoiceState.DRAFT: frozenset({InvoiceState.ISSUED}),
    InvoiceState.ISSUED: frozenset({InvoiceState.PAID}),
}


class InvoiceNotFound(NotFound):
    """No invoice with that id in this practice."""


class NothingToInvoice(Invalid):
    """An invoice needs at least one line."""


class InvoiceNumberTaken(Conflict):
    """Another invoice of this practice has that number already."""

    constraint = "invoices_practice_id_series_year_number_key"


class Invoice(Tenant, Versioned, Table):
    """The buyer is a sponsor or a coachee; seller and buyer are copied in as they were on the day of issue."""

    __tablename__ = "invoices"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("sponsor_id", "sponsors"),
        within_practice("trajectory_id", "trajectories"),
        UniqueConstraint("practice_id", "series", "year", "number"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_once_issued"),
        CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="paid_is_dated"),
        CheckConstraint("(coachee_id IS NULL) <> (sponsor_id IS NULL)", name="one_buyer"),
        CheckConstraint("state = 'draft' OR gross = net + vat", name="totals_add_up"),
        Index("invoices_state_idx", "practice_id", "state", "id"),
    )

    id: Mapped[InvoiceId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId | None]
    sponsor_id: Mapped[SponsorId | None]
    trajectory_id: Mapped[TrajectoryId | None]
    state: Mapped[InvoiceState] = mapped_column(String(16), default=InvoiceState.DRAFT)
    language: Mapped[Language] = mapped_column(String(8))
    series: Mapped[str | None] = mapped_column(String(16))
    year: Mapped[int | None]
    number: Mapped[int | None]
    supplied_on: Mapped[date | None]
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    issued_at: Mapped[datetime | None]
    payment_reference: Mapped[str | None] = mapped_column(String(20))  # OGM: +++ddd/dddd/ddddd+++
    seller: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    buyer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    net: Mapped[Money | None]
    vat: Mapped[Money | None]
    gross: Mapped[Money | None]
    created_at: Mapped[datetime]
    lines: Mapped[list["InvoiceLine"]] = relationship(
        lazy="raise", order_by="InvoiceLine.position", cascade="all, delete-orphan"
    )

    def step_to(self, to: InvoiceState) -> None:
        self.state = step(MOVES, self.state, to)


class InvoiceLine(Tenant, Table):
    __tablename__ = "invoice_lines"
    __table_args__ = (
        within_practice("invoice_id", "invoices"),
        UniqueConstraint("practice_id", "invoice_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("vat_rate BETWEEN 0 AND 100", name="vat_rate_in_range"),
    )

    id: Mapped[LineId] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[InvoiceId]
    position: Mapped[int]
    description: Mapped[str] = mapped_column(String(500))
    quantity: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    unit: Mapped[str] = mapped_column(String(16))
    unit_price: Mapped[Money]
    vat_rate: Mapped[Decimal] = mapped_column(Numeric(5, 2))

    @property
    def net(self) -> Money:
        return self.unit_price.times(self.quantity)


def net_of(lines: list[InvoiceLine]) -> Money:
    return sum((line.net for line in lines), ZERO)
