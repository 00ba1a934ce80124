"""Seller and buyer as UBL names them, reached on Peppol by their enterprise numbers, or where they said."""

from domain.documents import Party
from domain.invoicing.ubl.tree import Element, aggregate, basic

ENTERPRISE_NUMBER = "0208"  # the register's number in the lists of electronic addresses (EAS) and identifiers (ICD)


def endpoint(party: Party) -> str | None:
    """Where e-invoices reach it, as a list of numbers and its number in it."""
    default = f"{ENTERPRISE_NUMBER}:{party.enterprise_number}" if party.enterprise_number else None
    return party.peppol_endpoint or default


def seller(party: Party) -> Element | None:
    register = ", ".join(told for told in (party.legal_form, party.court) if told)
    return aggregate(
        "AccountingSupplierParty",
        _party(party, _tax_number(party), _legal_entity(party, basic("CompanyLegalForm", register))),
    )


def buyer(party: Party) -> Element | None:
    """EN 16931 has no place for the buyer's legal form."""
    tax_number = party.vat_number and _tax_scheme(party.vat_number, "VAT")
    return aggregate("AccountingCustomerParty", _party(party, tax_number or None, _legal_entity(party)))


def _party(party: Party, tax_number: Element | None, legal_entity: Element | None) -> Element | None:
    scheme, _, number = (endpoint(party) or "").partition(":")
    return aggregate(
        "Party",
        basic("EndpointID", number, schemeID=scheme),
        aggregate("PartyName", basic("Name", party.name)),
        aggregate(
            "PostalAddress",
            basic("StreetName", party.street),
            basic("CityName", party.city),
            basic("PostalZone", party.postal_code),
            aggregate("Country", basic("IdentificationCode", party.country)),
        ),
        tax_number,
        legal_entity,
        aggregate("Contact", basic("Telephone", party.phone), basic("ElectronicMail", party.email)),
    )


def _tax_number(party: Party) -> Element | None:
    """Who is exempt under art. 44 has no VAT number; the rule BR-E-02 is content with a number under another scheme."""
    return _tax_scheme(party.vat_number, "VAT") if party.vat_number else _tax_scheme(party.enterprise_number, "TAX")


def _tax_scheme(number: str | None, scheme: str) -> Element | None:
    return aggregate("PartyTaxScheme", basic("CompanyID", number), aggregate("TaxScheme", basic("ID", scheme)))


def _legal_entity(party: Party, legal_form: Element | None = None) -> Element | None:
    return aggregate(
        "PartyLegalEntity",
        basic("RegistrationName", party.name),
        basic("CompanyID", party.enterprise_number, schemeID=ENTERPRISE_NUMBER),
        legal_form,
    )
