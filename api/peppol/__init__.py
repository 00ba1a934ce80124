"""E-invoices over Peppol, on the wire."""
