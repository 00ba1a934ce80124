"""Invoices: a draft may change, an issued invoice never does."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.invoicing import rules
from domain.invoicing.rules import Totals
from domain.kit.errors import Conflict, Invalid, NotFound
from domain.kit.ids import CoacheeId, InvoiceId, LineId, SponsorId, TrajectoryId, new_id
from domain.kit.money import Money
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.messaging import Language
from domain.practice import VatRegime


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


class OneBuyer(Invalid):
    """An invoice has one buyer: name a coachee or a sponsor, and not both."""

    constraint = "invoices_one_buyer_check"


class NothingToInvoice(Invalid):
    """An invoice needs at least one line."""


class VatNotAllowed(Invalid):
    """The practice charges no VAT under its regime; every line must be at 0 per cent."""


class NotADraft(Conflict):
    """An issued invoice is never changed or deleted; only a draft is."""

    constraint = "invoices_issued_is_final"


class NotIssued(Conflict):
    """A draft has no number yet and can be neither printed nor sent; issue it first."""


class PaidInFuture(Invalid):
    """A payment is recorded once it has been made, on today or a day before."""


class PaidBeforeIssue(Invalid):
    """An invoice cannot have been paid before the day of its issue."""


class InvoiceNumberTaken(Conflict):
    """Another invoice of this practice has that number already."""

    constraint = "invoices_practice_id_series_year_number_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """All that a draft is given when it is issued; seller and buyer are copies as of that day."""

    series: str
    year: int
    number: int
    issued_at: datetime
    issued_on: date
    due_on: date
    seller: dict[str, Any]
    buyer: dict[str, Any]


class Invoice(Tenant, Versioned, Table):
    """The buyer is a sponsor or a coachee; seller and buyer are copied in as they were on the day of issue."""

    __tablename__ = "invoices"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("sponsor_id", "sponsors"),
        within_practice("trajectory_id", "trajectories"),
        UniqueConstraint("practice_id", "series", "year", "number"),
        UniqueConstraint("practice_id", "payment_reference"),
        CheckConstraint("state IN ('draft', 'issued', 'paid')", name="state_known"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_once_issued"),
        CheckConstraint(
            "state = 'draft' OR num_nulls(series, year, issued_on, due_on, issued_at, payment_reference) = 0",
            name="issued_is_complete",
        ),
        CheckConstraint("state = 'draft' OR num_nulls(seller, buyer, net, vat, gross) = 0", name="issued_is_frozen"),
        CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="paid_is_dated"),
        CheckConstraint("(coachee_id IS NULL) <> (sponsor_id IS NULL)", name="one_buyer"),
        CheckConstraint("state = 'draft' OR gross = net + vat", name="totals_add_up"),
        Index("invoices_state_idx", "practice_id", "state", "id"),
        Index("invoices_coachee_idx", "practice_id", "coachee_id", "id"),
        Index("invoices_sponsor_idx", "practice_id", "sponsor_id", "id"),
        Index("invoices_trajectory_idx", "practice_id", "trajectory_id", "id"),
    )

    id: Mapped[InvoiceId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId | None]
    sponsor_id: Mapped[SponsorId | None]
    trajectory_id: Mapped[TrajectoryId | None]
    state: Mapped[InvoiceState] = mapped_column(Word(InvoiceState, 16), default=InvoiceState.DRAFT)
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    series: Mapped[str | None] = mapped_column(String(16))
    year: Mapped[int | None]
    number: Mapped[int | None]
    supplied_on: Mapped[date | None]
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    issued_at: Mapped[datetime | None]
    payment_reference: Mapped[str | None] = mapped_column(String(20))  # OGM: +++ddd/dddd/ddddd+++
    seller: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    buyer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    net: Mapped[Money | None]
    vat: Mapped[Money | None]
    gross: Mapped[Money | None]
    created_at: Mapped[datetime]
    lines: Mapped[list["InvoiceLine"]] = relationship(
        lazy="raise", order_by="InvoiceLine.position", cascade="all, delete-orphan"
    )

    @property
    def label(self) -> str | None:
        """The number as people write it, F2026-0001."""
        return None if self.number is None else f"{self.series}{self.year}-{self.number:04}"

    @property
    def totals(self) -> Totals:
        """What the lines come to. Those of an issued invoice are stored as well, and never differ."""
        return rules.totals((line.vat_rate, line.net) for line in self.lines)

    def must_be_draft(self) -> None:
        if self.state != InvoiceState.DRAFT:
            raise NotADraft(state=self.state)

    def must_be_issuable(self, regime: VatRegime) -> None:
        step(MOVES, self.state, InvoiceState.ISSUED)
        if not self.lines:
            raise NothingToInvoice(field="lines")
        for place, line in enumerate(self.lines):
            if line.vat_rate and regime is not VatRegime.STANDARD:
                raise VatNotAllowed(field=f"lines/{place}/vat_rate", vat_regime=regime)

    def issue(self, issue: Issue) -> None:
        """Number the draft, freeze its parties and store what it comes to."""
        totals = self.totals
        self.state = step(MOVES, self.state, InvoiceState.ISSUED)
        self.series, self.year, self.number = issue.series, issue.year, issue.number
        self.issued_at, self.issued_on, self.due_on = issue.issued_at, issue.issued_on, issue.due_on
        self.seller, self.buyer = issue.seller, issue.buyer
        self.payment_reference = rules.payment_reference(issue.year, issue.number)
        self.net, self.vat, self.gross = totals.net, totals.vat, totals.gross

    def pay(self, paid_on: date, today: date) -> None:
        state = step(MOVES, self.state, InvoiceState.PAID)
        if paid_on > today:
            raise PaidInFuture(field="paid_on", today=today)
        if self.issued_on is not None and paid_on < self.issued_on:
            raise PaidBeforeIssue(field="paid_on", issued_on=self.issued_on)
        self.state, self.paid_on = state, paid_on


class InvoiceLine(Tenant, Table):
    __tablename__ = "invoice_lines"
    __table_args__ = (
        within_practice("invoice_id", "invoices"),
        UniqueConstraint("practice_id", "invoice_id", "position"),
        # NaN is greater than every number, so an upper bound keeps it out.
        CheckConstraint("quantity > 0 AND quantity < 100000", name="quantity_in_range"),
        CheckConstraint("unit_price BETWEEN 0 AND 100000000", name="unit_price_in_range"),
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
