"""What stands on an invoice: plain values, taken down when it was issued."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from domain.documents import Locale, Party

Kind: TypeAlias = Literal["invoice", "deposit", "credit_note"]
QrReference: TypeAlias = Literal["structured", "text"]
VatRegime: TypeAlias = Literal["standard", "small_business", "exempt", "reverse_charge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing supplied; `unit` is a word or the code "h", which each language writes its own way."""

    description: str
    quantity: Decimal
    unit: str
    unit_price_cents: int
    vat_rate: Decimal
    net_cents: int
    discount_cents: int = 0
    discount_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VatLine:
    """The taxable base of one rate, after its part of the discount on the whole, and its tax.

    It is rounded once per rate (KB nr. 1, art. 5, 8°).
    """

    rate: Decimal
    base_cents: int
    vat_cents: int
    discount_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An earlier document that this one credits or continues."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An instalment: a part of the whole, and the day on which it is due."""

    due_on: date
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """An issued invoice or credit note with every mention that KB nr. 1, art. 5 asks for; all sums are as stored.

    The wording of an exemption follows from `vat_regime`; `exemption_note` adds to it, never replaces it.
    `generated_at` is printed nowhere; it dates the file, so the same invoice gives the same bytes.
    """

    number: str
    issued_on: date
    due_on: date
    locale: Locale
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    vat: tuple[VatLine, ...]
    net_cents: int
    vat_cents: int
    gross_cents: int
    iban: str
    generated_at: datetime
    kind: Kind = "invoice"
    supplied_on: date | None = None
    order_reference: str | None = None
    vat_regime: VatRegime = "standard"
    exemption_note: str | None = None
    bic: str | None = None
    payment_reference: str | None = None
    qr_reference: QrReference = "text"
    discount_percent: Decimal | None = None
    refers_to: tuple[Reference, ...] = ()
    self_billed: bool = False
    instalments: tuple[Part, ...] = ()

    @property
    def discount_cents(self) -> int:
        """What was taken off the whole, over all rates."""
        return sum(share.discount_cents for share in self.vat)

    @property
    def lines_cents(self) -> int:
        return sum(line.net_cents for line in self.lines)
