"""Invoices on the wire: amounts in cents, quantities and rates as decimal text."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import END, LINE, PARAGRAPHS, In, Patch
from domain.invoicing import Invoice, InvoiceLine, InvoiceState, NewInvoice, NewLine, VatShare
from domain.kit.ids import CoacheeId, InvoiceId, SponsorId, TrajectoryId
from domain.kit.money import Money
from domain.messaging import Language
from domain.practice import VatRegime

LARGEST_PRICE = 100_000_000  # cents: 200 lines of the largest quantity still add up to a number that JSON carries whole

Quantity = Annotated[
    str,
    Meta(
        max_length=8,
        pattern=r"^(?!0*(\.0*)?$)[0-9]{1,5}(\.[0-9]{1,2})?" + END,
        description="Above zero, below 100,000, with two decimals at the most",
        examples=["1.50"],
    ),
]
Rate = Annotated[
    str,
    Meta(
        max_length=5,
        pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?" + END,
        description="Per cent; Belgium has 0, 6, 12 and 21",
        examples=["21"],
    ),
]
Description = Annotated[
    str, Meta(min_length=1, max_length=500, pattern=PARAGRAPHS, examples=["Coaching conversation on 2 March"])
]
Unit = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=16,
        pattern=LINE,
        description='A word, or "h" for hours, which each language writes its own way',
        examples=["h"],
    ),
]
Price = Annotated[int, Meta(ge=0, le=LARGEST_PRICE, description="Euro cents, without VAT", examples=[12000])]


class LineIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    description: Description
    quantity: Quantity
    unit: Unit
    unit_price_cents: Price
    vat_rate: Rate | None = None
    """The usual rate of the practice's VAT regime when left out: 21, or 0."""

    def value(self) -> NewLine:
        return NewLine(
            description=self.description,
            quantity=Decimal(self.quantity),
            unit=self.unit,
            unit_price=Money(self.unit_price_cents),
            vat_rate=None if self.vat_rate is None else Decimal(self.vat_rate),
        )


LinesIn = Annotated[list[LineIn], Meta(max_length=200)]


class InvoiceIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The buyer is a coachee or a sponsor: exactly one of the two."""

    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    trajectory_id: TrajectoryId | None = None
    language: Language | None = None
    """The buyer's when left out."""
    supplied_on: date | None = None
    """The day of the service, where it is another than that of the invoice."""
    lines: LinesIn = msgspec.field(default_factory=list[LineIn])

    def value(self) -> NewInvoice:
        return NewInvoice(
            coachee_id=self.coachee_id,
            sponsor_id=self.sponsor_id,
            trajectory_id=self.trajectory_id,
            language=self.language,
            supplied_on=self.supplied_on,
            lines=[line.value() for line in self.lines],
        )


class InvoicePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: Language | UnsetType = UNSET
    supplied_on: date | UnsetType | None = UNSET
    lines: LinesIn | UnsetType = UNSET
    """All the lines anew, in their order."""

    def changes(self) -> dict[str, object]:
        return {name: value for name, value in super().changes().items() if name != "lines"}

    def new_lines(self) -> Sequence[NewLine] | None:
        return None if isinstance(self.lines, UnsetType) else [line.value() for line in self.lines]


class PaymentIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    paid_on: date
    """The local day on which the whole amount arrived."""


class LineOut(msgspec.Struct, frozen=True, kw_only=True):
    description: str
    quantity: str
    unit: str
    unit_price_cents: int
    vat_rate: str
    net_cents: int

    @classmethod
    def of(cls, line: InvoiceLine) -> "LineOut":
        return cls(
            description=line.description,
            quantity=two_places(line.quantity),
            unit=line.unit,
            unit_price_cents=line.unit_price.cents,
            vat_rate=two_places(line.vat_rate),
            net_cents=line.net.cents,
        )


class VatOut(msgspec.Struct, frozen=True, kw_only=True):
    """The taxable base of one rate and its tax, rounded once."""

    rate: str
    base_cents: int
    vat_cents: int

    @classmethod
    def of(cls, share: VatShare) -> "VatOut":
        return cls(rate=two_places(share.rate), base_cents=share.base.cents, vat_cents=share.vat.cents)


class BuyerOut(msgspec.Struct, frozen=True, kw_only=True):
    """The buyer as on the day of issue."""

    kind: str
    name: str
    street: str
    postal_code: str
    city: str
    country: str
    enterprise_number: str | None
    vat_number: str | None
    email: str | None


class SellerOut(msgspec.Struct, frozen=True, kw_only=True):
    """The practice as on the day of issue."""

    name: str
    legal_form: str | None
    court: str | None
    street: str
    postal_code: str
    city: str
    country: str
    enterprise_number: str
    vat_number: str | None
    email: str | None
    phone: str | None
    iban: str
    bic: str | None
    vat_regime: VatRegime


class InvoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice in a list; the amounts of a draft are those of its lines at this moment."""

    id: InvoiceId
    version: int
    state: InvoiceState
    number: str | None
    """As printed, such as F2026-0001: series, year and place in it. A draft has none."""
    series: str | None
    year: int | None
    sequence: int | None
    """The place in series and year; there are no gaps."""
    coachee_id: CoacheeId | None
    sponsor_id: SponsorId | None
    trajectory_id: TrajectoryId | None
    language: Language
    supplied_on: date | None
    issued_on: date | None
    due_on: date | None
    paid_on: date | None
    payment_reference: str | None
    net_cents: int
    vat_cents: int
    gross_cents: int
    created_at: datetime
    issued_at: datetime | None

    @classmethod
    def of(cls, invoice: Invoice) -> "InvoiceRow":
        return cls(**common(invoice))


class InvoiceOut(InvoiceRow, frozen=True, kw_only=True):
    lines: list[LineOut]
    vat: list[VatOut]
    seller: SellerOut | None
    buyer: BuyerOut | None

    @classmethod
    def of(cls, invoice: Invoice) -> "InvoiceOut":
        return cls(
            **common(invoice),
            lines=[LineOut.of(line) for line in invoice.lines],
            vat=[VatOut.of(share) for share in invoice.totals.shares],
            seller=msgspec.convert(invoice.seller, SellerOut | None),
            buyer=msgspec.convert(invoice.buyer, BuyerOut | None),
        )


class InvoicePage(msgspec.Struct, frozen=True):
    items: list[InvoiceRow]
    next_cursor: str | None


OWN_NAMES = {"number", "sequence", "net_cents", "vat_cents", "gross_cents"}


def common(invoice: Invoice) -> dict[str, Any]:
    totals = invoice.totals
    same = {name: getattr(invoice, name) for name in InvoiceRow.__struct_fields__ if name not in OWN_NAMES}
    return {
        **same,
        "number": invoice.label,
        "sequence": invoice.number,
        "net_cents": (invoice.net or totals.net).cents,
        "vat_cents": (invoice.vat or totals.vat).cents,
        "gross_cents": (invoice.gross or totals.gross).cents,
    }


def two_places(value: Decimal) -> str:
    return f"{value:.2f}"
