"""Lines of invoices on the wire."""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from api.fields import END, LINE, PARAGRAPHS, In
from domain.invoicing import Discount, InvoiceLine, NewLine
from domain.kit.ids import InvoiceId, PackageId, SessionId
from domain.kit.money import Money

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


Percent = Annotated[
    str,
    Meta(
        max_length=6,
        pattern=r"^(100(\.00?)?|[0-9]{1,2}(\.[0-9]{1,2})?)" + END,
        description="Per cent, 100 at the most",
        examples=["10"],
    ),
]


class LineIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    description: Description
    quantity: Quantity
    unit: Unit
    unit_price_cents: Price
    vat_rate: Rate | None = None
    """The usual rate of the practice's VAT regime when left out: 21, or 0."""
    discount_cents: Price | None = None
    """Taken off the line before VAT: an amount or `discount_percent`, and not both."""
    discount_percent: Percent | None = None
    session_id: SessionId | None = None
    """The held session that the line bills; no other line may."""
    package_id: PackageId | None = None
    """The sold package that the line bills; no other line may."""

    def value(self) -> NewLine:
        return NewLine(
            description=self.description,
            quantity=Decimal(self.quantity),
            unit=self.unit,
            unit_price=Money(self.unit_price_cents),
            vat_rate=None if self.vat_rate is None else Decimal(self.vat_rate),
            discount=discount_of(self.discount_cents, self.discount_percent),
            session_id=self.session_id,
            package_id=self.package_id,
        )


LinesIn = Annotated[list[LineIn], Meta(max_length=200)]


class LineOut(msgspec.Struct, frozen=True, kw_only=True):
    position: int
    """The place of the line, counted from 0; a credit note names lines by it."""
    description: str
    quantity: str
    unit: str
    unit_price_cents: int
    discount_cents: int
    discount_percent: str | None
    vat_rate: str
    net_cents: int
    session_id: SessionId | None
    package_id: PackageId | None
    """The package that the line bills."""
    deducts_id: InvoiceId | None
    """The deposit invoice that the line deducts, from below zero."""

    @classmethod
    def of(cls, line: InvoiceLine) -> "LineOut":
        return cls(
            position=line.position,
            description=line.description,
            quantity=two_places(line.quantity),
            unit=line.unit,
            unit_price_cents=line.unit_price.cents,
            discount_cents=line.discount.cents,
            discount_percent=None if line.discount_percent is None else two_places(line.discount_percent),
            vat_rate=two_places(line.vat_rate),
            net_cents=line.net.cents,
            session_id=line.session_id,
            package_id=line.package_id,
            deducts_id=line.deducts_id,
        )


def two_places(value: Decimal) -> str:
    return f"{value:.2f}"


def discount_of(cents: int | None, percent: str | None) -> Discount:
    return Discount(None if cents is None else Money(cents), None if percent is None else Decimal(percent))
