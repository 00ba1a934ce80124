"""The code that banking apps scan: EPC069-12 version 002, as a QR code."""

from decimal import Decimal
from importlib import import_module
from io import BytesIO
from typing import Any

from domain.documents import full_name, visible
from domain.invoicing.document.contents import InvoiceDocument

segno: Any = import_module("segno")  # its types are partly unknown
UTF_8 = "1"
LARGEST = 99_999_999_999  # cents: the standard's own bound


def payload(invoice: InvoiceDocument) -> str | None:
    """The lines of the code, or nothing where there is nothing to pay or no reference to pay it with. It pays the
    first of instalments."""
    cents = invoice.instalments[0].cents if invoice.instalments else invoice.gross_cents
    if not invoice.payment_reference or not 0 < cents <= LARGEST:
        return None
    structured = invoice.qr_reference == "structured"
    return "\n".join(
        [
            "BCD",
            "002",
            UTF_8,
            "SCT",
            invoice.bic or "",
            " ".join(visible(full_name(invoice.seller)).split())[:70],
            invoice.iban,
            f"EUR{Decimal(cents).scaleb(-2):.2f}",
            "",
            invoice.payment_reference if structured else "",
            "" if structured else invoice.payment_reference,
        ]
    )


def payment_code(invoice: InvoiceDocument) -> str | None:
    """As SVG; without a border, for the page leaves one."""
    told = payload(invoice)
    if told is None:
        return None
    code = segno.make(told, error="m", boost_error=False, micro=False, encoding="utf-8")
    drawn = BytesIO()
    code.save(drawn, kind="svg", border=0, xmldecl=False, omitsize=True, dark="#1b2226")
    return drawn.getvalue().decode()
