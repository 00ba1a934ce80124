"""The invoice as a page on paper."""

from domain.invoicing.document.contents import InvoiceDocument, Line, Reference, VatLine
from domain.invoicing.document.page import page
from domain.invoicing.document.printing import render
from domain.invoicing.document.wording import wording_in

__all__ = ["InvoiceDocument", "Line", "Reference", "VatLine", "page", "render", "wording_in"]
