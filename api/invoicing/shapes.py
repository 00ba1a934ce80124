"""Invoices on the wire: amounts in cents, quantities and rates as decimal text."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response
from msgspec import UNSET, Meta, UnsetType

from api.fields import END, LINE, In, Patch
from api.invoicing.instalments import InstalmentAsked, InstalmentIn, InstalmentsOrNone, values_of
from api.invoicing.lines import LineIn, LineOut, LinesIn, Percent, Price, discount_of, two_places
from domain.invoicing import Discount, Invoice, InvoiceFile, InvoiceKind, InvoiceState, NewInvoice, NewLine, VatShare
from domain.kit.ids import CoacheeId, InvoiceId, SponsorId, StaffId, TrajectoryId
from domain.messaging import Language
from domain.practice import VatRegime

Currency = Annotated[
    str, Meta(max_length=3, pattern=r"^[A-Z]{3}" + END, description="Only EUR can be issued", examples=["EUR"])
]
OrderReference = Annotated[str, Meta(min_length=1, max_length=60, pattern=LINE, examples=["4500012345"])]
Deducts = Annotated[list[InvoiceId], Meta(max_length=20)]


class InvoiceIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The buyer is a coachee or a sponsor: exactly one of the two."""

    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    trajectory_id: TrajectoryId | None = None
    language: Language | None = None
    """The buyer's when left out."""
    supplied_on: date | None = None
    """The day of the service, where it is another than that of the invoice."""
    order_reference: OrderReference | None = None
    """The buyer's own, such as the number of her order: companies and public bodies often pay no invoice without it."""
    deposit: bool = False
    """A deposit invoice asks for a part beforehand; the final invoice names it in `deducts`."""
    currency: Currency = "EUR"
    reverse_charge: bool = False
    """VAT is shifted to the buyer: a business abroad with a VAT number."""
    discount_cents: Price | None = None
    """Taken off the whole before VAT, spread over the rates: an amount or `discount_percent`, and not both."""
    discount_percent: Percent | None = None
    deducts: Deducts = msgspec.field(default_factory=list[InvoiceId])
    """Issued deposit invoices to the same buyer; of each is deducted what credit notes have left of it."""
    lines: LinesIn = msgspec.field(default_factory=list[LineIn])
    instalments: InstalmentsOrNone = msgspec.field(default_factory=list[InstalmentIn])
    """In which parts it is to be paid; at the issue they must come to its total, and the last day is its due date."""

    def value(self) -> NewInvoice:
        return NewInvoice(
            coachee_id=self.coachee_id,
            sponsor_id=self.sponsor_id,
            trajectory_id=self.trajectory_id,
            language=self.language,
            supplied_on=self.supplied_on,
            order_reference=self.order_reference,
            deposit=self.deposit,
            currency=self.currency,
            reverse_charge=self.reverse_charge,
            discount=discount_of(self.discount_cents, self.discount_percent),
            deducts=self.deducts,
            lines=[line.value() for line in self.lines],
            instalments=values_of(self.instalments),
        )


class InvoicePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: Language | UnsetType = UNSET
    supplied_on: date | UnsetType | None = UNSET
    order_reference: OrderReference | UnsetType | None = UNSET
    currency: Currency | UnsetType = UNSET
    reverse_charge: bool | UnsetType = UNSET
    discount_cents: Price | UnsetType | None = UNSET
    discount_percent: Percent | UnsetType | None = UNSET
    """Either of the two, when sent, takes the place of the discount there was; null takes it away."""
    deducts: Deducts | UnsetType = UNSET
    """All the deposits to deduct, anew."""
    lines: LinesIn | UnsetType = UNSET
    """All the lines anew, in their order; those that deduct deposits stay."""
    instalments: InstalmentsOrNone | UnsetType = UNSET
    """All the instalments anew; an empty list takes them away."""

    def changes(self) -> dict[str, object]:
        apart = {"lines", "deducts", "discount_cents", "discount_percent", "instalments"}
        changes = {name: value for name, value in super().changes().items() if name not in apart}
        parts = {} if isinstance(self.instalments, UnsetType) else {"instalments": values_of(self.instalments)}
        return changes | self._discount() | parts

    def _discount(self) -> dict[str, Discount]:
        if self.discount_cents is UNSET and self.discount_percent is UNSET:
            return {}
        cents = None if self.discount_cents is UNSET else self.discount_cents
        percent = None if self.discount_percent is UNSET else self.discount_percent
        return {"discount": discount_of(cents, percent)}

    def new_deducts(self) -> Sequence[InvoiceId] | None:
        return None if isinstance(self.deducts, UnsetType) else self.deducts

    def new_lines(self) -> Sequence[NewLine] | None:
        return None if isinstance(self.lines, UnsetType) else [line.value() for line in self.lines]


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
    peppol_endpoint: str | None = None
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
    kind: InvoiceKind
    state: InvoiceState
    number: str | None
    """As printed, such as F2026-0001: series, year and place in it. A draft has none."""
    series: str | None
    year: int | None
    sequence: int | None
    """The place in series and year; there are no gaps."""
    coachee_id: CoacheeId | None
    sponsor_id: SponsorId | None
    coach_id: StaffId | None
    """The coach who is paid, on a self-billed invoice."""
    trajectory_id: TrajectoryId | None
    credits_id: InvoiceId | None
    """The invoice that a credit note takes back."""
    language: Language
    currency: str
    vat_regime: VatRegime
    reverse_charge: bool
    supplied_on: date | None
    order_reference: str | None
    issued_on: date | None
    due_on: date | None
    payment_reference: str | None
    discount_cents: int
    """What was taken off the whole; discounts on lines are in the lines."""
    net_cents: int
    vat_cents: int
    gross_cents: int
    created_at: datetime
    issued_at: datetime | None

    @classmethod
    def of(cls, invoice: Invoice) -> "InvoiceRow":
        return cls(**common(invoice))


class ReferenceOut(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier document: what a credit note takes back, or a deposit that was deducted."""

    id: InvoiceId
    number: str
    issued_on: date


class InvoiceOut(InvoiceRow, frozen=True, kw_only=True):
    refers_to: list[ReferenceOut]
    keep_until: date | None
    """The last day on which the law wants it kept."""
    lines: list[LineOut]
    vat: list[VatOut]
    instalments: list[InstalmentAsked]
    """The parts in which it asks to be paid; a plan that was agreed later stands with the open item."""
    seller: SellerOut | None
    buyer: BuyerOut | None

    @classmethod
    def of(cls, invoice: Invoice) -> "InvoiceOut":
        return cls(
            **common(invoice),
            refers_to=msgspec.convert(invoice.refers_to or [], list[ReferenceOut]),
            keep_until=invoice.last_kept_on,
            lines=[LineOut.of(line) for line in invoice.lines],
            vat=[VatOut.of(share) for share in invoice.totals.shares],
            instalments=InstalmentAsked.each(invoice.asked_in_parts),
            seller=msgspec.convert(invoice.seller, SellerOut | None),
            buyer=msgspec.convert(invoice.buyer, BuyerOut | None),
        )


class InvoicePage(msgspec.Struct, frozen=True):
    items: list[InvoiceRow]
    next_cursor: str | None


OWN_NAMES = {"number", "sequence", "discount_cents", "net_cents", "vat_cents", "gross_cents"}


def common(invoice: Invoice) -> dict[str, Any]:
    totals = invoice.totals
    same = {name: getattr(invoice, name) for name in InvoiceRow.__struct_fields__ if name not in OWN_NAMES}
    return {
        **same,
        "number": invoice.label,
        "sequence": invoice.number,
        "discount_cents": totals.discount.cents,
        "net_cents": (invoice.net or totals.net).cents,
        "vat_cents": (invoice.vat or totals.vat).cents,
        "gross_cents": (invoice.gross or totals.gross).cents,
    }


MEDIA = {"pdf": "application/pdf", "ubl": "application/xml"}


def archived_file(file: InvoiceFile) -> Response[bytes]:
    """The archived bytes; `Repr-Digest` (RFC 9530) is the digest that was kept with them."""
    digest = b64encode(bytes.fromhex(file.sha256)).decode()
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'} | {"Repr-Digest": f"sha-256=:{digest}:"}
    return Response(file.content, media_type=MEDIA[file.format], headers=headers)
