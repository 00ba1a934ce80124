"""Copies of seller and buyer as they were on the day of issue, and the printed page that is made from them alone."""

from dataclasses import fields
from datetime import date
from typing import Any

from domain.documents import Party
from domain.invoicing.document import InvoiceDocument, Line, Reference, VatLine
from domain.invoicing.document.contents import Kind, Part
from domain.invoicing.model import Invoice, InvoiceKind, InvoiceLine
from domain.invoicing.refusals import NotIssued
from domain.invoicing.rules import VatShare
from domain.kit.errors import Conflict
from domain.people import Coachee, Sponsor
from domain.practice import Practice, VatRegime

# What Belgian law wants on an invoice about its seller (KB nr. 1, art. 5; WER art. III.25), and where to pay.
DEMANDED = ("name", "street", "postal_code", "city", "country", "enterprise_number", "iban")
PARTY = tuple(field.name for field in fields(Party))
HOME = "BE"


class PracticeIncomplete(Conflict):
    """The law wants more on an invoice than the practice has given; `missing` names what to fill in."""


def seller(practice: Practice) -> dict[str, Any]:
    """The practice as it stands on its invoices, or the refusal that names what is missing."""
    missing = [name for name in DEMANDED if not getattr(practice, name)]
    if missing:
        raise PracticeIncomplete(missing=missing)
    # Who is exempt under art. 44 has an enterprise number and no VAT number; a small business (art. 56bis) has both.
    vat_number = None if practice.vat_regime == VatRegime.EXEMPT else f"BE{practice.enterprise_number}"
    copied = {name: getattr(practice, name) for name in PARTY if name not in {"vat_number", "peppol_endpoint"}}
    return {
        **copied,
        "vat_number": vat_number,
        "peppol_endpoint": None,
        "iban": practice.iban,
        "bic": practice.bic,
        "vat_regime": practice.vat_regime.value,
        "qr_reference": practice.qr_reference.value,
    }


def buyer(buyer: Coachee | Sponsor) -> dict[str, Any]:
    return sponsor_as_buyer(buyer) if isinstance(buyer, Sponsor) else coachee_as_buyer(buyer)


def reference(invoice: Invoice) -> dict[str, str]:
    """Number and day of an issued invoice, as another document names it."""
    return {"id": str(invoice.id), "number": str(invoice.label), "issued_on": str(invoice.issued_on)}


def sponsor_as_buyer(sponsor: Sponsor) -> dict[str, Any]:
    """A Belgian VAT number is the enterprise number after two letters: who gave it alone is reached all the same."""
    copied = {"kind": sponsor.kind, **{name: getattr(sponsor, name, None) for name in PARTY}}
    if sponsor.enterprise_number is None and (sponsor.vat_number or "").startswith(HOME):
        copied["enterprise_number"] = str(sponsor.vat_number).removeprefix(HOME)
    return copied


def coachee_as_buyer(coachee: Coachee) -> dict[str, Any]:
    """A consumer; her address may be unknown, for nothing but an invoice needs it."""
    address = {name: getattr(coachee, name) or "" for name in ("street", "postal_code", "city", "country")}
    return {"kind": "consumer", **dict.fromkeys(PARTY), "name": coachee.name, **address, "email": coachee.email}


def document(invoice: Invoice) -> InvoiceDocument:
    """The page of an issued invoice: from what it froze, so whatever changes later, the same bytes come out."""
    if invoice.seller is None or invoice.buyer is None:
        raise NotIssued
    frozen: Any = invoice  # the database keeps these columns filled once issued
    totals = invoice.totals
    return InvoiceDocument(
        kind=_kind(invoice),
        number=frozen.label,
        issued_on=frozen.issued_on,
        due_on=frozen.due_on,
        supplied_on=frozen.supplied_on,
        order_reference=frozen.order_reference,
        locale=str(frozen.language),
        seller=_party(invoice.seller),
        buyer=_party(invoice.buyer),
        lines=tuple(map(_line, invoice.lines)),
        vat=tuple(map(_share, totals.shares)),
        net_cents=totals.net.cents,
        vat_cents=totals.vat.cents,
        gross_cents=totals.gross.cents,
        discount_percent=frozen.discount_percent,
        payment_reference=frozen.payment_reference,
        qr_reference=invoice.seller["qr_reference"],
        iban=invoice.seller["iban"],
        bic=invoice.seller["bic"],
        vat_regime="reverse_charge" if frozen.reverse_charge else invoice.seller["vat_regime"],
        refers_to=tuple(Reference(number=it["number"], issued_on=_day(it["issued_on"])) for it in frozen.refers_to),
        self_billed=frozen.coach_id is not None,
        instalments=tuple(Part(due_on=it.due_on, cents=it.amount.cents) for it in invoice.asked_in_parts),
        generated_at=frozen.issued_at,
    )


def _kind(invoice: Invoice) -> Kind:
    kinds: dict[InvoiceKind, Kind] = {InvoiceKind.CREDIT_NOTE: "credit_note", InvoiceKind.DEPOSIT: "deposit"}
    return kinds.get(invoice.kind, "invoice")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _line(line: InvoiceLine) -> Line:
    return Line(
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price_cents=line.unit_price.cents,
        discount_cents=line.discount.cents,
        discount_percent=line.discount_percent,
        vat_rate=line.vat_rate,
        net_cents=line.net.cents,
    )


def _share(share: VatShare) -> VatLine:
    return VatLine(
        rate=share.rate,
        base_cents=share.base.cents,
        vat_cents=share.vat.cents,
        discount_cents=share.discount.cents,
    )


def _party(snapshot: dict[str, Any]) -> Party:
    return Party(**{name: snapshot[name] for name in PARTY if name in snapshot})
