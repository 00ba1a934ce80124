"""The page of an invoice, word for word, before it is laid out."""

from decimal import Decimal
from typing import Any

from domain.documents import Wording, full_name, iban, letter, party, plain, present
from domain.invoicing.document.contents import InvoiceDocument, Line, VatLine
from domain.invoicing.document.payment_code import payment_code
from domain.invoicing.document.wording import wording_in


def page(invoice: InvoiceDocument) -> dict[str, Any]:
    """Everything that the template prints, in the language of the invoice, in the order of reading."""
    wording = wording_in(invoice.locale)
    title = wording["title"][invoice.kind]
    abroad = invoice.seller.country != invoice.buyer.country
    return {
        **_letter(invoice, wording, f"{title} {invoice.number}"),
        "title": title,
        "number": plain(invoice.number),
        "notice": wording["self_billed"] if invoice.self_billed else None,
        "to": wording["to"],
        "seller": party(invoice.seller, wording, abroad=abroad),
        "buyer": party(invoice.buyer, wording, abroad=abroad),
        "facts": _facts(invoice, wording),
        "table": _table(invoice, wording),
        "sums": _sums(invoice, wording),
        "total": _total(invoice, wording),
        "notes": _notes(invoice, wording),
        "payment": _payment(invoice, wording),
        "instalments": _instalments(invoice, wording),
    }


def _facts(invoice: InvoiceDocument, wording: Wording) -> list[tuple[str, str]]:
    facts = [(wording["issued_on"][invoice.kind], wording.day(invoice.issued_on))]
    if invoice.supplied_on and invoice.supplied_on != invoice.issued_on:
        facts.append((wording["supplied_on"], wording.day(invoice.supplied_on)))
    if invoice.kind != "credit_note":
        facts.append((wording["due_on"], wording.day(invoice.due_on)))
    if invoice.order_reference:
        facts.append((wording["order_reference"], plain(invoice.order_reference)))
    if invoice.refers_to:
        earlier = [f"{plain(it.number)}, {wording.day(it.issued_on)}" for it in invoice.refers_to]
        facts.append((wording["refers_to"], "\n".join(earlier)))
    return facts


def _table(invoice: InvoiceDocument, wording: Wording) -> dict[str, Any]:
    """Heads and rows; without a VAT column where no line bears VAT."""
    taxed = invoice.vat_regime == "standard" or any(line.vat_rate for line in invoice.lines)
    heads = ["description", "quantity", "unit_price", *(["vat"] if taxed else []), "net"]
    return {
        "heads": [wording[head] for head in heads],
        "rows": [_row(line, wording, taxed=taxed) for line in invoice.lines],
    }


def _row(line: Line, wording: Wording, *, taxed: bool) -> list[str]:
    return [
        "\n".join(present(line.description, _line_discount(line, wording))),
        plain(wording.quantity(line.quantity, line.unit)),
        wording.money(line.unit_price_cents),
        *([wording.rate(line.vat_rate)] if taxed else []),
        wording.money(line.net_cents),
    ]


def _line_discount(line: Line, wording: Wording) -> str | None:
    """As a second line under what it is taken off."""
    if not line.discount_cents:
        return None
    return (
        f"{_discount_label(wording['discount'], line.discount_percent, wording)}: {wording.money(-line.discount_cents)}"
    )


def _discount_label(label: str, percent: Decimal | None, wording: Wording) -> str:
    return label if percent is None else f"{label} {wording.rate(percent)}"


def _sums(invoice: InvoiceDocument, wording: Wording) -> list[tuple[str, str]]:
    tax = [(_tax_label(line, invoice, wording), wording.money(line.vat_cents)) for line in invoice.vat]
    label = _discount_label(wording["discount_on_all"], invoice.discount_percent, wording)
    off = [(label, wording.money(-invoice.discount_cents))] if invoice.discount_cents else []
    return [*off, (wording["subtotal"], wording.money(invoice.net_cents)), *tax]


def _tax_label(line: VatLine, invoice: InvoiceDocument, wording: Wording) -> str:
    base = wording.money(line.base_cents)
    if invoice.vat_regime == "standard" or line.rate:
        return wording["vat_on"].format(rate=wording.rate(line.rate), base=base)
    return wording["zero_on"].format(word=wording["zero"][invoice.vat_regime], base=base)


def _total(invoice: InvoiceDocument, wording: Wording) -> tuple[str, str]:
    label = "total" if invoice.vat_regime == "standard" or invoice.vat_cents else "total_untaxed"
    return wording[label], wording.money(invoice.gross_cents)


def _notes(invoice: InvoiceDocument, wording: Wording) -> list[str]:
    regime = wording["regime"].get(invoice.vat_regime)
    repay = wording["repay"] if invoice.kind == "credit_note" and invoice.vat_cents else None
    return present(regime, invoice.exemption_note, repay)


def _payment(invoice: InvoiceDocument, wording: Wording) -> dict[str, Any]:
    """What to pay, by when, where to; on a credit note only what comes back."""
    amount = wording.money(invoice.gross_cents)
    if invoice.kind == "credit_note":
        return {"label": wording["credited"], "amount": amount, "by": None, "details": [], "message": [], "code": None}
    bic = [(wording["bic"], plain(invoice.bic))] if invoice.bic else []
    return {
        "label": wording["to_pay"],
        "amount": amount,
        "by": None if invoice.instalments else wording["pay_by"].format(day=wording.day(invoice.due_on)),
        "details": [
            (wording["beneficiary"], plain(full_name(invoice.seller))),
            (wording["iban"], iban(plain(invoice.iban))),
            *bic,
        ],
        "message": [(wording["message"], plain(invoice.payment_reference))] if invoice.payment_reference else [],
        "code": _code(invoice, wording),
    }


def _instalments(invoice: InvoiceDocument, wording: Wording) -> dict[str, Any] | None:
    """Each part with its day; what is scanned pays the first."""
    if not invoice.instalments:
        return None
    rows = [(wording.day(part.due_on), wording.money(part.cents)) for part in invoice.instalments]
    return {"label": wording["instalments"].format(count=len(rows)), "rows": rows}


def _code(invoice: InvoiceDocument, wording: Wording) -> dict[str, str] | None:
    svg = payment_code(invoice)
    return {"svg": svg, "label": wording["scan_first" if invoice.instalments else "scan"]} if svg else None


def _letter(invoice: InvoiceDocument, wording: Wording, title: str) -> dict[str, Any]:
    running = f"{title}  ·  {full_name(invoice.seller)}"
    account = f"{wording['iban']} {iban(plain(invoice.iban))}"
    return letter(invoice.locale, wording, invoice.seller, title=title, running=running, more=account)
