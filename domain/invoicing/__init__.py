"""I."""

from domain.invoicing.model import Invoice as Invoice
