"""The invoice as Peppol BIS Billing 3.0, the form in which Belgian businesses send each other invoices since 2026."""

from domain.invoicing.ubl.checking import PeppolRuleBroken, check_ubl
from domain.invoicing.ubl.envelope import Envelope, envelope_of
from domain.invoicing.ubl.parties import endpoint
from domain.invoicing.ubl.writing import BuyerHasNoEnterpriseNumber, render_ubl

__all__ = [
    "BuyerHasNoEnterpriseNumber",
    "Envelope",
    "PeppolRuleBroken",
    "check_ubl",
    "endpoint",
    "envelope_of",
    "render_ubl",
]
