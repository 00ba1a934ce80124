"""Invoices: a draft may change, an issued invoice never does."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.invoicing import rules
from domain.invoicing.instalments import Instalment, thawed_instalments
from domain.invoicing.refusals import (
    DeductedTooMuch,
    ForeignCurrency,
    NotADraft,
    NotCreditable,
    NothingToInvoice,
    VatNotAllowed,
    VatRegimeChanged,
)
from domain.invoicing.rules import Discount, Item, Totals, VatShare
from domain.kit.ids import CoacheeId, InvoiceId, LineId, PackageId, SessionId, SponsorId, StaffId, TrajectoryId, new_id
from domain.kit.money import ZERO, Money
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.messaging import Language
from domain.practice import VatRegime

EURO = "EUR"


class InvoiceState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"


MOVES = {InvoiceState.DRAFT: frozenset({InvoiceState.ISSUED})}


class InvoiceKind(StrEnum):
    """A deposit invoice asks for a part beforehand; a final invoice deducts it. A self-billed one is made out by the
    practice in the name of a coach who works for it."""

    INVOICE = "invoice"
    DEPOSIT = "deposit"
    CREDIT_NOTE = "credit_note"
    SELF_BILLED = "self_billed"


OWN_TERMS = {"consumer": "consumer_term_days", "public_body": "public_body_term_days"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """All that a draft is given when it is issued, but its number; seller and buyer are copies as of that day."""

    series: str
    year: int
    issued_at: datetime
    issued_on: date
    due_on: date
    seller: dict[str, Any]
    buyer: dict[str, Any]
    totals: Totals
    refers_to: list[dict[str, str]]


class Invoice(Tenant, Versioned, Table):
    """The buyer is a sponsor or a coachee, or the practice itself where a coach is paid by self-billing.

    Seller and buyer are copied in as they were on the day of issue; so are number and day of what it refers to.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("sponsor_id", "sponsors"),
        within_practice("trajectory_id", "trajectories"),
        within_practice("coach_id", "staff"),
        within_practice("credits_id", "invoices"),
        UniqueConstraint("practice_id", "series", "year", "number"),
        UniqueConstraint("practice_id", "payment_reference"),
        CheckConstraint("state IN ('draft', 'issued')", name="state_known"),
        CheckConstraint("kind IN ('invoice', 'deposit', 'credit_note', 'self_billed')", name="kind_known"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_once_issued"),
        CheckConstraint(
            "state = 'draft' OR num_nulls(series, year, issued_on, due_on, issued_at) = 0", name="issued_is_complete"
        ),
        CheckConstraint(
            "state = 'draft' OR (payment_reference IS NOT NULL) = (kind IN ('invoice', 'deposit'))",
            name="reference_asks_for_payment",
        ),
        CheckConstraint(
            "state = 'draft' OR num_nulls(seller, buyer, net, vat, gross, shares, refers_to) = 0",
            name="issued_is_frozen",
        ),
        CheckConstraint("num_nonnulls(coachee_id, sponsor_id, coach_id) = 1", name="one_buyer"),
        CheckConstraint("(kind = 'self_billed') <= (coach_id IS NOT NULL)", name="self_billed_has_coach"),
        CheckConstraint("(kind = 'credit_note') = (credits_id IS NOT NULL)", name="credit_note_credits"),
        CheckConstraint("state = 'draft' OR gross = net + vat", name="totals_add_up"),
        CheckConstraint("state = 'draft' OR currency = 'EUR'", name="issued_in_euros"),
        CheckConstraint("num_nonnulls(discount, discount_percent) < 2", name="one_discount"),
        Index("invoices_issued_idx", "practice_id", "issued_on", "series", "number"),
        Index("invoices_state_idx", "practice_id", "state", "id"),
        Index("invoices_coachee_idx", "practice_id", "coachee_id", "id"),
        Index("invoices_sponsor_idx", "practice_id", "sponsor_id", "id"),
        Index("invoices_trajectory_idx", "practice_id", "trajectory_id", "id"),
        Index(
            "invoices_credits_idx", "practice_id", "credits_id", "id", postgresql_where=text("credits_id IS NOT NULL")
        ),
    )

    id: Mapped[InvoiceId] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[InvoiceKind] = mapped_column(Word(InvoiceKind, 16), default=InvoiceKind.INVOICE)
    coachee_id: Mapped[CoacheeId | None]
    sponsor_id: Mapped[SponsorId | None]
    coach_id: Mapped[StaffId | None]  # who is paid by self-billing
    trajectory_id: Mapped[TrajectoryId | None]
    credits_id: Mapped[InvoiceId | None]
    state: Mapped[InvoiceState] = mapped_column(Word(InvoiceState, 16), default=InvoiceState.DRAFT)
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    currency: Mapped[str] = mapped_column(String(3), default=EURO)
    order_reference: Mapped[str | None] = mapped_column(String(60))  # the buyer's own, such as the number of an order
    vat_regime: Mapped[VatRegime] = mapped_column(Word(VatRegime, 16))  # of the seller when the lines were made
    reverse_charge: Mapped[bool] = mapped_column(default=False)
    discount: Mapped[Money | None]  # on the whole, before VAT
    discount_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    series: Mapped[str | None] = mapped_column(String(16))
    year: Mapped[int | None]
    number: Mapped[int | None]
    supplied_on: Mapped[date | None]
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    issued_at: Mapped[datetime | None]
    payment_reference: Mapped[str | None] = mapped_column(String(20))  # OGM: +++ddd/dddd/ddddd+++
    seller: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    buyer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    refers_to: Mapped[list[dict[str, str]] | None] = mapped_column(JSONB(none_as_null=True))
    shares: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))  # per rate, in cents
    instalments: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))  # in which it is paid
    net: Mapped[Money | None]
    vat: Mapped[Money | None]
    gross: Mapped[Money | None]
    created_at: Mapped[datetime]
    lines: Mapped[list["InvoiceLine"]] = relationship(
        lazy="raise",
        order_by="InvoiceLine.position",
        cascade="all, delete-orphan",
        foreign_keys="[InvoiceLine.practice_id, InvoiceLine.invoice_id]",
    )

    @property
    def label(self) -> str | None:
        """The number as people write it, F2026-0001."""
        return None if self.number is None else f"{self.series}{self.year}-{self.number:04}"

    @property
    def totals(self) -> Totals:
        """What the lines of a draft come to; those of an issued invoice as they were stored."""
        if self.shares is not None:
            return rules.summed(map(thawed, self.shares))
        return rules.totals(
            (Item(line.vat_rate, line.net, deducts=line.deducts_id is not None) for line in self.lines),
            Discount(self.discount, self.discount_percent),
        )

    @property
    def asked_in_parts(self) -> list[Instalment]:
        return thawed_instalments(self.instalments)

    @property
    def last_kept_on(self) -> date | None:
        """VAT documents are kept for ten years from 1 January of the year after (law of 20 November 2022)."""
        return None if self.year is None else date(self.year + 10, 12, 31)

    def must_be_draft(self) -> None:
        if self.state != InvoiceState.DRAFT:
            raise NotADraft(state=self.state)

    def must_be_issuable(self, regime: VatRegime) -> None:
        step(MOVES, self.state, InvoiceState.ISSUED)
        if self.currency != EURO:
            raise ForeignCurrency(field="currency", currency=self.currency)
        if not any(line.deducts_id is None for line in self.lines):
            raise NothingToInvoice(field="lines")
        for place, line in enumerate(self.lines):
            if line.vat_rate and (self.reverse_charge or regime is not VatRegime.STANDARD):
                raise VatNotAllowed(field=f"lines/{place}/vat_rate", vat_regime=regime)
        if self.vat_regime != regime:
            raise VatRegimeChanged(field="lines", drafted_under=self.vat_regime, vat_regime=regime)
        if any(share.base < ZERO for share in self.totals.shares):
            raise DeductedTooMuch(field="deducts")

    def must_be_creditable(self) -> None:
        if self.state is InvoiceState.DRAFT or self.kind is InvoiceKind.CREDIT_NOTE:
            raise NotCreditable(state=self.state, kind=self.kind)

    def freeze(self, issue: Issue) -> None:
        """Copy in the parties and store what it comes to: all but the number, without which it is still a draft."""
        totals = issue.totals
        self.series, self.year = issue.series, issue.year
        self.issued_at, self.issued_on, self.due_on = issue.issued_at, issue.issued_on, issue.due_on
        self.seller, self.buyer, self.refers_to = issue.seller, issue.buyer, issue.refers_to
        self.shares = [frozen(share) for share in totals.shares]
        self.net, self.vat, self.gross = totals.net, totals.vat, totals.gross

    def issue(self, number: int) -> None:
        """Number what is frozen."""
        assert self.year is not None  # noqa: S101
        self.state = step(MOVES, self.state, InvoiceState.ISSUED)
        self.number = number
        if self.kind in {InvoiceKind.INVOICE, InvoiceKind.DEPOSIT}:
            self.payment_reference = rules.payment_reference(self.year, number)


class InvoiceLine(Tenant, Table):
    """A line below zero deducts a deposit; a line of a credit note names the line that it credits."""

    __tablename__ = "invoice_lines"
    __table_args__ = (
        within_practice("invoice_id", "invoices"),
        within_practice("session_id", "sessions"),
        within_practice("package_id", "packages"),
        within_practice("deducts_id", "invoices"),
        within_practice("credits_line_id", "invoice_lines"),
        UniqueConstraint("practice_id", "invoice_id", "position"),
        # NaN is greater than every number, so an upper bound keeps it out.
        CheckConstraint("quantity > -100000 AND quantity < 100000 AND quantity <> 0", name="quantity_in_range"),
        CheckConstraint("quantity > 0 OR num_nonnulls(deducts_id, credits_line_id) = 1", name="below_zero_deducts"),
        CheckConstraint("unit_price BETWEEN 0 AND 100000000000000000", name="unit_price_in_range"),
        CheckConstraint("discount >= 0", name="discount_in_range"),
        CheckConstraint("vat_rate BETWEEN 0 AND 100", name="vat_rate_in_range"),
        Index(
            "invoice_lines_session_idx",
            "practice_id",
            "session_id",
            unique=True,
            postgresql_where=text("session_id IS NOT NULL AND NOT freed"),
        ),
        Index(
            "invoice_lines_package_idx",
            "practice_id",
            "package_id",
            unique=True,
            postgresql_where=text("package_id IS NOT NULL AND NOT freed"),
        ),
        Index(
            "invoice_lines_deducts_idx",
            "practice_id",
            "deducts_id",
            "vat_rate",
            unique=True,
            postgresql_where=text("deducts_id IS NOT NULL AND NOT freed"),
        ),
        Index(
            "invoice_lines_credits_idx",
            "practice_id",
            "credits_line_id",
            postgresql_where=text("credits_line_id IS NOT NULL"),
        ),
    )

    id: Mapped[LineId] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[InvoiceId]
    position: Mapped[int]
    description: Mapped[str] = mapped_column(String(500))
    quantity: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    unit: Mapped[str] = mapped_column(String(16))
    unit_price: Mapped[Money]
    discount: Mapped[Money] = mapped_column(default=ZERO)
    discount_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    vat_rate: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    net: Mapped[Money]
    session_id: Mapped[SessionId | None]
    package_id: Mapped[PackageId | None]
    deducts_id: Mapped[InvoiceId | None]
    credits_line_id: Mapped[LineId | None]
    # Credited in whole: what stood on it may stand on another.
    freed: Mapped[bool] = mapped_column(server_default=text("false"), default=False)


def frozen(share: VatShare) -> dict[str, Any]:
    """A share as it is stored: its rate as text, its amounts in cents."""
    amounts = {name: getattr(share, name).cents for name in ("base", "vat", "discount")}
    return {"rate": f"{share.rate:.2f}", **amounts}


def thawed(share: dict[str, Any]) -> VatShare:
    amounts = {name: Money(share[name]) for name in ("base", "vat", "discount")}
    return VatShare(Decimal(share["rate"]), **amounts)
