"""What stands on every document, whatever it is about: plain values."""

from dataclasses import dataclass
from typing import TypeAlias

Locale: TypeAlias = str  # the code of a language, as `messaging.Language` has them


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The practice or the one it writes to, as they were called on the day of the document.

    `country` is a two-letter code, printed only when the two parties live in different countries; `court` is the
    register of legal persons as printed, "RPR Gent"; `brand_colour`, "#0f4c4a", is that of what
    the party writes itself, and `logo` the digest of its logo then. `peppol_endpoint`, "0088:5790000435975", is where
    it receives e-invoices if not under its enterprise number.
    """

    name: str
    street: str
    postal_code: str
    city: str
    country: str
    enterprise_number: str | None = None
    vat_number: str | None = None
    email: str | None = None
    phone: str | None = None
    legal_form: str | None = None
    court: str | None = None
    brand_colour: str | None = None
    logo: str | None = None
    peppol_endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """Something to download."""

    filename: str
    media_type: str
    content: bytes
