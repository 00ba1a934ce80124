"""An issued document, part by part in the order of UBL 2.1; every sum is the stored one, nothing is calculated anew."""

from decimal import Decimal

from domain.documents import visible
from domain.invoicing.document import InvoiceDocument, Line, VatLine, wording_in
from domain.invoicing.ubl import parties
from domain.invoicing.ubl.tree import Element, aggregate, basic, document_bytes
from domain.kit.errors import Conflict

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:{service}:3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:{service}:01:1.0"
BILLING, SELF_BILLING = "billing", "selfbilling"
INVOICE_CODES = {("invoice", False): "380", ("deposit", False): "386", ("invoice", True): "389"}  # UNTDID 1001
CREDIT_NOTE_CODES = {False: "381", True: "261"}
CREDIT_TRANSFER = "30"  # UNTDID 4461
DISCOUNT = "95"  # UNTDID 5189
CURRENCY = "EUR"
HOUR, ONE = "HUR", "C62"  # UN/ECE Recommendation 20
# A line at 0 per cent of a practice that charges VAT is "zero rated": as on the page, it claims no exemption.
STANDARD, ZERO_RATED = "S", "Z"
UNTAXED = {"small_business": "E", "exempt": "E", "reverse_charge": "AE"}


class BuyerHasNoEnterpriseNumber(Conflict):
    """An e-invoice goes from business to business, and its buyer had neither an enterprise number nor another place on
    Peppol on the day of issue."""


def render_ubl(invoice: InvoiceDocument) -> bytes:
    """Write the document as Peppol BIS Billing 3.0, or Self-Billing 3.0; same document, same bytes."""
    if parties.endpoint(invoice.buyer) is None:
        raise BuyerHasNoEnterpriseNumber
    crediting = invoice.kind == "credit_note"
    service = SELF_BILLING if invoice.self_billed else BILLING
    return document_bytes(
        "CreditNote" if crediting else "Invoice",
        basic("CustomizationID", SPECIFICATION.format(service=service)),
        basic("ProfileID", PROCESS.format(service=service)),
        basic("ID", invoice.number),
        basic("IssueDate", invoice.issued_on.isoformat()),
        *_kind(invoice),
        basic("DocumentCurrencyCode", CURRENCY),
        # Peppol wants a reference of the buyer's (PEPPOL-EN16931-R003), also where she gave none.
        basic("BuyerReference", invoice.order_reference) or basic("BuyerReference", invoice.number),
        aggregate("OrderReference", basic("ID", invoice.order_reference)),
        *_references(invoice),
        parties.seller(invoice.seller),
        parties.buyer(invoice.buyer),
        _delivery(invoice),
        _payment(invoice),
        _terms(invoice),
        *(_discount_on_all(share, invoice) for share in invoice.vat if share.discount_cents),
        _tax(invoice),
        _sums(invoice),
        *(_line(line, place, invoice) for place, line in enumerate(invoice.lines, start=1)),
    )


def _kind(invoice: InvoiceDocument) -> tuple[Element | None, ...]:
    if invoice.kind == "credit_note":
        return (basic("CreditNoteTypeCode", CREDIT_NOTE_CODES[invoice.self_billed]),)
    code = INVOICE_CODES[invoice.kind, invoice.self_billed]
    return (basic("DueDate", invoice.due_on.isoformat()), basic("InvoiceTypeCode", code))


def _references(invoice: InvoiceDocument) -> list[Element | None]:
    return [
        aggregate(
            "BillingReference",
            aggregate(
                "InvoiceDocumentReference",
                basic("ID", earlier.number),
                basic("IssueDate", earlier.issued_on.isoformat()),
            ),
        )
        for earlier in invoice.refers_to
    ]


def _delivery(invoice: InvoiceDocument) -> Element | None:
    day = invoice.supplied_on
    return aggregate("Delivery", basic("ActualDeliveryDate", day.isoformat())) if day else None


def _payment(invoice: InvoiceDocument) -> Element | None:
    return aggregate(
        "PaymentMeans",
        basic("PaymentMeansCode", CREDIT_TRANSFER),
        basic("PaymentID", invoice.payment_reference),
        aggregate(
            "PayeeFinancialAccount",
            basic("ID", invoice.iban),
            basic("Name", invoice.seller.name),
            aggregate("FinancialInstitutionBranch", basic("ID", invoice.bic)),
        ),
    )


def _terms(invoice: InvoiceDocument) -> Element | None:
    """Instalments with their days, for the standard knows one due date: the last (BT-9, BT-20). A credit note has no
    day on which it is due, and the standard wants terms where an amount stands (BR-CO-25)."""
    wording = wording_in(invoice.locale)
    if invoice.instalments:
        parts = "; ".join(f"{wording.day(part.due_on)}: {wording.money(part.cents)}" for part in invoice.instalments)
        told = wording["instalments"].format(count=len(invoice.instalments))
        return aggregate("PaymentTerms", basic("Note", f"{told}. {parts}"))
    return aggregate("PaymentTerms", basic("Note", wording["credited"])) if invoice.kind == "credit_note" else None


def _discount_on_all(share: VatLine, invoice: InvoiceDocument) -> Element | None:
    """Once for each rate, for it is taken off before the tax."""
    return _allowance(
        share.discount_cents,
        wording_in(invoice.locale)["discount_on_all"],
        _category("TaxCategory", share.rate, invoice),
    )


def _allowance(cents: int, reason: str, category: Element | None = None) -> Element | None:
    return aggregate(
        "AllowanceCharge",
        basic("ChargeIndicator", "false"),
        basic("AllowanceChargeReasonCode", DISCOUNT),
        basic("AllowanceChargeReason", reason),
        _amount("Amount", cents),
        category,
    )


def _tax(invoice: InvoiceDocument) -> Element | None:
    return aggregate(
        "TaxTotal",
        _amount("TaxAmount", invoice.vat_cents),
        *(_share(share, invoice) for share in invoice.vat),
    )


def _share(share: VatLine, invoice: InvoiceDocument) -> Element | None:
    return aggregate(
        "TaxSubtotal",
        _amount("TaxableAmount", share.base_cents),
        _amount("TaxAmount", share.vat_cents),
        _category("TaxCategory", share.rate, invoice, basic("TaxExemptionReason", _exemption(invoice))),
    )


def _exemption(invoice: InvoiceDocument) -> str:
    """The words that the page prints, in the language of the invoice; there are none where VAT is charged."""
    regime = wording_in(invoice.locale)["regime"].get(invoice.vat_regime)
    return " ".join(told for told in (regime, invoice.exemption_note) if told) if regime else ""


def _category(name: str, rate: Decimal, invoice: InvoiceDocument, *reason: Element | None) -> Element | None:
    code = UNTAXED.get(invoice.vat_regime) or (STANDARD if rate else ZERO_RATED)
    return aggregate(
        name,
        basic("ID", code),
        basic("Percent", _number(rate)),
        *reason,
        aggregate("TaxScheme", basic("ID", "VAT")),
    )


def _sums(invoice: InvoiceDocument) -> Element | None:
    return aggregate(
        "LegalMonetaryTotal",
        _amount("LineExtensionAmount", invoice.lines_cents),
        _amount("TaxExclusiveAmount", invoice.net_cents),
        _amount("TaxInclusiveAmount", invoice.gross_cents),
        _amount("AllowanceTotalAmount", invoice.discount_cents) if invoice.discount_cents else None,
        _amount("PayableAmount", invoice.gross_cents),
    )


def _line(line: Line, place: int, invoice: InvoiceDocument) -> Element | None:
    """The name is one line of text; what is written in several stands in full in the description."""
    name, _, more = visible(line.description).partition("\n")
    crediting = invoice.kind == "credit_note"
    off = line.discount_cents
    return aggregate(
        "CreditNoteLine" if crediting else "InvoiceLine",
        basic("ID", str(place)),
        basic(
            "CreditedQuantity" if crediting else "InvoicedQuantity",
            _number(line.quantity),
            unitCode=HOUR if line.unit == "h" else ONE,
        ),
        _amount("LineExtensionAmount", line.net_cents),
        _allowance(off, wording_in(invoice.locale)["discount"]) if off else None,
        aggregate(
            "Item",
            basic("Description", line.description) if more else None,
            basic("Name", name) or basic("Name", str(place)),
            _category("ClassifiedTaxCategory", line.vat_rate, invoice),
        ),
        aggregate("Price", _amount("PriceAmount", line.unit_price_cents)),
    )


def _amount(name: str, cents: int) -> Element | None:
    return basic(name, f"{Decimal(cents).scaleb(-2):.2f}", currencyID=CURRENCY)


def _number(value: Decimal) -> str:
    """Without idle zeros: 1.50 is 1.5 and 21.00 is 21."""
    return f"{value.normalize():f}"
