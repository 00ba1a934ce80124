"""Copies of seller and buyer as they were on the day of issue, and the printed page that is made from them alone."""

from dataclasses import fields
from typing import Any, cast

from domain.documents import Locale, Party
from domain.invoicing.document import InvoiceDocument, Line, VatLine
from domain.invoicing.model import Invoice, NotIssued
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
    copied = {name: getattr(practice, name) for name in PARTY if name != "vat_number"}
    return {
        **copied,
        "vat_number": vat_number,
        "iban": practice.iban,
        "bic": practice.bic,
        "vat_regime": practice.vat_regime.value,
    }


def sponsor_as_buyer(sponsor: Sponsor) -> dict[str, Any]:
    return {"kind": sponsor.kind, **{name: getattr(sponsor, name, None) for name in PARTY}}


def coachee_as_buyer(coachee: Coachee) -> dict[str, Any]:
    """A consumer; her address may be unknown, for nothing but an invoice needs it."""
    address = {name: getattr(coachee, name) or "" for name in ("street", "postal_code", "city", "country")}
    return {"kind": "consumer", **dict.fromkeys(PARTY), "name": coachee.name, **address, "email": coachee.email}


def document(invoice: Invoice) -> InvoiceDocument:
    """The page of an issued invoice: from what it froze, so whatever changes later, the same bytes come out."""
    if invoice.seller is None or invoice.buyer is None:
        raise NotIssued
    frozen: Any = invoice  # the database keeps these columns filled once issued
    return InvoiceDocument(
        number=frozen.label,
        issued_on=frozen.issued_on,
        due_on=frozen.due_on,
        supplied_on=frozen.supplied_on,
        locale=cast("Locale", str(frozen.language)),
        seller=_party(invoice.seller),
        buyer=_party(invoice.buyer),
        lines=tuple(
            Line(
                description=line.description,
                quantity=line.quantity,
                unit=line.unit,
                unit_price_cents=line.unit_price.cents,
                vat_rate=line.vat_rate,
                net_cents=line.net.cents,
            )
            for line in invoice.lines
        ),
        vat=tuple(
            VatLine(rate=share.rate, base_cents=share.base.cents, vat_cents=share.vat.cents)
            for share in invoice.totals.shares
        ),
        net_cents=frozen.net.cents,
        vat_cents=frozen.vat.cents,
        gross_cents=frozen.gross.cents,
        payment_reference=frozen.payment_reference,
        iban=invoice.seller["iban"],
        bic=invoice.seller["bic"],
        vat_regime=invoice.seller["vat_regime"],
        generated_at=frozen.issued_at,
    )


def _party(snapshot: dict[str, Any]) -> Party:
    return Party(**{name: snapshot[name] for name in PARTY})
