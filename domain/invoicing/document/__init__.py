"""The invoice as a page on paper: values in, a PDF of archival quality out."""

from domain.invoicing.document.contents import InvoiceDocument, Line, Party, Reference, VatLine
from domain.invoicing.document.page import visible
from domain.invoicing.document.printing import render
from domain.invoicing.document.wording import Wording

__all__ = ["InvoiceDocument", "Line", "Party", "Reference", "VatLine", "Wording", "render", "visible"]
