"""An invoice on the press."""

from pathlib import Path

from domain import documents
from domain.documents import Attachment, Picture
from domain.invoicing.document.contents import InvoiceDocument
from domain.invoicing.document.page import page

TEMPLATE = Path(__file__).with_name("invoice.typ")


def render(invoice: InvoiceDocument, *, ubl: str | None = None, logo: Picture | None = None) -> bytes:
    """Print the invoice, with its UBL attached if given; same invoice, same bytes."""
    attachments = (
        (Attachment(name="invoice.xml", media_type="application/xml", description="UBL", text=ubl),) if ubl else ()
    )
    return documents.render(TEMPLATE, page(invoice), made_at=invoice.generated_at, attachments=attachments, logo=logo)
