"""Issue: a draft gets its number and is frozen, once and for all."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain import practice
from domain.invoicing import archive, parties, snapshots
from domain.invoicing.billing import must_still_leave_to_cheques
from domain.invoicing.instalments import checked_instalments
from domain.invoicing.model import OWN_TERMS, Invoice, InvoiceKind, Issue
from domain.invoicing.queries import get_invoice
from domain.invoicing.refusals import BuyerAddressMissing, ReverseChargeNotAllowed
from domain.invoicing.rules import Totals
from domain.kit.calendar import local_day
from domain.kit.ids import InvoiceId
from domain.kit.work import Work
from domain.messaging import Recipient, announce, post
from domain.practice import Practice, VatRegime

SERIES = "F"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """What a document is issued with, before its number is known."""

    series: str
    issued_on: date
    due_on: date
    seller: dict[str, Any]
    buyer: dict[str, Any]
    totals: Totals
    refers_to: list[dict[str, str]]
    reason: str | None = None  # of a credit note


async def issue_invoice(work: Work, invoice_id: InvoiceId) -> Invoice:
    """Freeze the draft with its parties, number it, put its e-invoice away, promise its PDF and queue its mail: all of
    it, or nothing."""
    invoice = await get_invoice(work, invoice_id, lock=True)
    home = await practice.get_practice(work)
    invoice.must_be_issuable(home.vat_regime)
    await must_still_leave_to_cheques(work, invoice)
    seller = snapshots.seller(home)
    buyer = snapshots.buyer(await parties.buyer(work, invoice.coachee_id, invoice.sponsor_id))
    _check_buyer(invoice, home, buyer)
    issued_on = local_day(work.now, home.zone)
    parts = invoice.asked_in_parts
    if parts:
        checked_instalments(parts, invoice.totals.gross, issued_on)
    issuing = Issuing(
        series=SERIES,
        issued_on=issued_on,
        due_on=parts[-1].due_on if parts else issued_on + timedelta(days=_term(home, buyer["kind"])),
        seller=seller,
        buyer=buyer,
        totals=invoice.totals,
        refers_to=await _deducted(work, invoice),
    )
    return await issue(work, invoice, issuing)


async def issue(work: Work, invoice: Invoice, issuing: Issuing) -> Invoice:
    """The number is taken as late as can be, so that whoever issues at the same moment waits for a short while: what
    can be refused is refused before, and what is printed is printed after the commit."""
    invoice.freeze(
        Issue(
            series=issuing.series,
            year=issuing.issued_on.year,
            issued_at=work.now,
            issued_on=issuing.issued_on,
            due_on=issuing.due_on,
            seller=issuing.seller,
            buyer=issuing.buyer,
            totals=issuing.totals,
            refers_to=issuing.refers_to,
        )
    )
    archive.must_be_fit(invoice)
    with work.session.no_autoflush:
        invoice.issue(await practice.next_number(work, issuing.series, issuing.issued_on.year))
    await work.session.flush()
    _tell(work, invoice, issuing.buyer, issuing.reason)
    await archive.put_away(work, invoice)
    return invoice


def _term(home: Practice, kind: str) -> int:
    own: int | None = getattr(home, OWN_TERMS.get(kind, ""), None)
    return home.payment_term_days if own is None else own


def _check_buyer(invoice: Invoice, home: Practice, buyer: dict[str, Any]) -> None:
    missing = [name for name in ("street", "postal_code", "city") if not buyer[name]]
    if missing:
        raise BuyerAddressMissing(missing=missing)
    shifts = home.vat_regime is VatRegime.STANDARD and buyer["vat_number"] and buyer["country"] != home.country
    if invoice.reverse_charge and not shifts:
        raise ReverseChargeNotAllowed(field="reverse_charge")


async def _deducted(work: Work, invoice: Invoice) -> list[dict[str, str]]:
    deposits = dict.fromkeys(line.deducts_id for line in invoice.lines if line.deducts_id is not None)
    return [snapshots.reference(await get_invoice(work, deposit_id)) for deposit_id in deposits]


def _tell(work: Work, invoice: Invoice, buyer: dict[str, Any], reason: str | None) -> None:
    """The books hear of number, amount and why; the buyer hears what to pay, if there is an address to write to."""
    gross_cents = invoice.gross and invoice.gross.cents
    kind = "credit_note_issued" if invoice.kind is InvoiceKind.CREDIT_NOTE else "invoice_issued"
    why = {} if reason is None else {"reason": reason}
    announce(work, kind, invoice.id, number=invoice.label, gross_cents=gross_cents, **why)
    reader = invoice.sponsor_id or invoice.coachee_id
    if buyer["email"] is None or reader is None:
        return
    asks: dict[str, Any] = {"due_on": invoice.due_on, "payment_reference": invoice.payment_reference}
    post(
        work,
        kind,
        Recipient(reader, buyer["email"], invoice.language),
        number=invoice.label,
        gross_cents=gross_cents,
        **({} if invoice.kind is InvoiceKind.CREDIT_NOTE else asks),
    )
