"""The rules of Peppol that those of EN 16931 leave out, each under its own name, with the field that it is about."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.invoicing.ubl.tree import CAC, CBC, etree
from domain.kit.errors import Invalid

NAMES = {"cac": CAC, "cbc": CBC}
SPECIFICATION = re.compile(
    r"urn:cen\.eu:en16931:2017#compliant#urn:fdc:peppol\.eu:2017:poacc:(billing|selfbilling):3\.0"
)
PROCESS = re.compile(r"urn:fdc:peppol\.eu:2017:poacc:(billing|selfbilling):[0-9]{2}:1\.0")
SLACK = Decimal("0.02")


class PeppolRuleBroken(Invalid):
    """The e-invoice would break a rule of Peppol, which `rule` names, so it is not issued; mend what `field` names."""


class Document:
    """A document to ask with XPath."""

    def __init__(self, ubl: bytes) -> None:
        self.root = etree.fromstring(ubl, etree.XMLParser(resolve_entities=False, no_network=True))

    def __call__(self, path: str, start: Any = None) -> Any:
        return (self.root if start is None else start).xpath(path, namespaces=NAMES)

    def texts(self, path: str) -> list[str]:
        return [element.text for element in self(path)]

    def numbers(self, path: str, start: Any = None) -> list[Decimal]:
        return [Decimal(element.text) for element in self(path, start)]


def line_nets_follow_from_quantity_and_price(it: Document) -> bool:
    return all(
        abs(it.numbers("cbc:LineExtensionAmount", line)[0] - _expected_net(it, line)) <= SLACK
        for line in it("cac:InvoiceLine | cac:CreditNoteLine")
    )


def _expected_net(it: Document, line: Any) -> Decimal:
    [quantity] = it.numbers("cbc:InvoicedQuantity | cbc:CreditedQuantity", line)
    [price] = it.numbers("cac:Price/cbc:PriceAmount", line)
    per = it.numbers("cac:Price/cbc:BaseQuantity", line) or [Decimal(1)]
    charges = sum(it.numbers("cac:AllowanceCharge[cbc:ChargeIndicator = 'true']/cbc:Amount", line))
    allowances = sum(it.numbers("cac:AllowanceCharge[cbc:ChargeIndicator = 'false']/cbc:Amount", line))
    return quantity * price / per[0] + charges - allowances


def enterprise_numbers_check(it: Document) -> bool:
    """The last two digits are 97 less the remainder of the others, so they are never 00."""
    return all(
        re.fullmatch(r"[01]\d{9}", number) and int(number[8:]) == 97 - int(number[:8]) % 97
        for number in it.texts("//*[@schemeID = '0208']")
    )


def vat_in_both_currencies_has_one_sign(it: Document) -> bool:
    booked = it("cac:TaxTotal[cbc:TaxAmount/@currencyID = /*/cbc:TaxCurrencyCode]/cbc:TaxAmount")
    told = it.numbers("cac:TaxTotal[cbc:TaxAmount/@currencyID = /*/cbc:DocumentCurrencyCode]/cbc:TaxAmount")
    return all((Decimal(amount.text) < 0) == (told[0] < 0) for amount in booked)


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    field: str
    holds: Callable[[Document], Any]


RULES = (
    Rule("PEPPOL-EN16931-R001", "kind", lambda it: it("boolean(normalize-space(cbc:ProfileID))")),
    Rule("PEPPOL-EN16931-R002", "lines", lambda it: it("count(cbc:Note) <= 1")),
    Rule("PEPPOL-EN16931-R003", "number", lambda it: it("boolean(cbc:BuyerReference or cac:OrderReference/cbc:ID)")),
    Rule("PEPPOL-EN16931-R004", "kind", lambda it: SPECIFICATION.fullmatch(it("string(cbc:CustomizationID)"))),
    Rule("PEPPOL-EN16931-R007", "kind", lambda it: PROCESS.fullmatch(it("string(cbc:ProfileID)"))),
    Rule("PEPPOL-EN16931-R008", "lines", lambda it: it("not(//*[not(*) and not(normalize-space())])")),
    Rule(
        "PEPPOL-EN16931-R010",
        "buyer/enterprise_number",
        lambda it: it("boolean(cac:AccountingCustomerParty/cac:Party/cbc:EndpointID)"),
    ),
    Rule(
        "PEPPOL-EN16931-R020",
        "seller/enterprise_number",
        lambda it: it("boolean(cac:AccountingSupplierParty/cac:Party/cbc:EndpointID)"),
    ),
    Rule(
        "PEPPOL-EN16931-R043",
        "discount",
        lambda it: it("not(//cac:AllowanceCharge[not(cbc:ChargeIndicator = 'true' or cbc:ChargeIndicator = 'false')])"),
    ),
    Rule("PEPPOL-EN16931-R051", "currency", lambda it: it("not(//@currencyID[. != /*/cbc:DocumentCurrencyCode])")),
    Rule("PEPPOL-EN16931-R053", "lines", lambda it: it("count(cac:TaxTotal[cac:TaxSubtotal]) = 1")),
    Rule("PEPPOL-EN16931-R055", "currency", vat_in_both_currencies_has_one_sign),
    Rule(
        "PEPPOL-EN16931-R061",
        "seller/iban",
        lambda it: it(
            "not(cac:PaymentMeans[cbc:PaymentMeansCode = '49' or cbc:PaymentMeansCode = '59']"
            "[not(cac:PaymentMandate/cbc:ID)])"
        ),
    ),
    Rule("PEPPOL-EN16931-R120", "lines", line_nets_follow_from_quantity_and_price),
    Rule("PEPPOL-COMMON-R043", "buyer/enterprise_number", enterprise_numbers_check),
)


def broken_rules(ubl: bytes) -> list[Rule]:
    it = Document(ubl)
    return [rule for rule in RULES if not rule.holds(it)]


def check_ubl(ubl: bytes) -> None:
    """Refuse a document that an access point would send back."""
    for rule in broken_rules(ubl):
        raise PeppolRuleBroken(field=rule.field, rule=rule.name)
