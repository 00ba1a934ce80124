"""The rules of Peppol that those of EN 16931 leave out, each under its own name, with the field that it is about.

They are those of Peppol BIS Billing 3.0 and of Self-Billing 3.0 (docs.peppol.eu/poacc), as far as a document of ours,
or a mistake in our writing one, could break them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.invoicing.ubl import judging
from domain.invoicing.ubl.reading import Document
from domain.kit.errors import Invalid


class PeppolRuleBroken(Invalid):
    """The e-invoice would break a rule of Peppol, which `rule` names, so it is not issued; mend what `field` names."""


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    field: str
    holds: Callable[[Document], Any]


ALLOWANCES = "(/*/cac:AllowanceCharge | cac:InvoiceLine/cac:AllowanceCharge | cac:CreditNoteLine/cac:AllowanceCharge)"
LINES = "(cac:InvoiceLine | cac:CreditNoteLine)"


def no(path: str) -> Callable[[Document], Any]:
    """That there is nothing such in the document."""
    return lambda it: it(f"not({path})")


RULES = (
    Rule("PEPPOL-EN16931-R001", "kind", lambda it: it("boolean(normalize-space(cbc:ProfileID))")),
    Rule("PEPPOL-EN16931-R002", "lines", lambda it: it("count(cbc:Note) <= 1")),
    Rule("PEPPOL-EN16931-R003", "number", lambda it: it("boolean(cbc:BuyerReference or cac:OrderReference/cbc:ID)")),
    Rule("PEPPOL-EN16931-R004", "kind", judging.specification_is_of_the_process),
    Rule("PEPPOL-EN16931-R005", "currency", no("/*[cbc:TaxCurrencyCode = cbc:DocumentCurrencyCode]")),
    Rule("PEPPOL-EN16931-R007", "kind", judging.process_is_known),
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
    Rule("PEPPOL-EN16931-R040", "discount", judging.percentages_come_to_their_amounts),
    Rule("PEPPOL-EN16931-R041", "discount", no(f"{ALLOWANCES}[cbc:MultiplierFactorNumeric][not(cbc:BaseAmount)]")),
    Rule("PEPPOL-EN16931-R042", "discount", no(f"{ALLOWANCES}[cbc:BaseAmount][not(cbc:MultiplierFactorNumeric)]")),
    Rule(
        "PEPPOL-EN16931-R043",
        "discount",
        lambda it: it("not(//cac:AllowanceCharge[not(cbc:ChargeIndicator = 'true' or cbc:ChargeIndicator = 'false')])"),
    ),
    Rule("PEPPOL-EN16931-R044", "lines", no("//cac:Price/cac:AllowanceCharge[cbc:ChargeIndicator != 'false']")),
    Rule("PEPPOL-EN16931-R046", "lines", judging.net_prices_are_gross_less_allowance),
    Rule("PEPPOL-EN16931-R051", "currency", lambda it: it("not(//@currencyID[. != /*/cbc:DocumentCurrencyCode])")),
    Rule("PEPPOL-EN16931-R053", "lines", lambda it: it("count(cac:TaxTotal[cac:TaxSubtotal]) = 1")),
    Rule(
        "PEPPOL-EN16931-R054",
        "currency",
        lambda it: it("count(cac:TaxTotal[not(cac:TaxSubtotal)]) = count(cbc:TaxCurrencyCode)"),
    ),
    Rule("PEPPOL-EN16931-R055", "currency", judging.vat_in_both_currencies_has_one_sign),
    Rule(
        "PEPPOL-EN16931-R061",
        "seller/iban",
        lambda it: it(
            "not(cac:PaymentMeans[cbc:PaymentMeansCode = '49' or cbc:PaymentMeansCode = '59']"
            "[not(cac:PaymentMandate/cbc:ID)])"
        ),
    ),
    Rule(
        "PEPPOL-EN16931-R080",
        "lines",
        lambda it: it("count(cac:AdditionalDocumentReference[cbc:DocumentTypeCode = '50']) <= 1"),
    ),
    Rule("PEPPOL-EN16931-R100", "lines", no(f"{LINES}[count(cac:DocumentReference) > 1]")),
    Rule("PEPPOL-EN16931-R101", "lines", no(f"{LINES}/cac:DocumentReference[not(cbc:DocumentTypeCode = '130')]")),
    Rule("PEPPOL-EN16931-R120", "lines", judging.line_nets_follow_from_quantity_and_price),
    Rule("PEPPOL-EN16931-R121", "lines", no("//cac:Price/cbc:BaseQuantity[not(number() > 0)]")),
    Rule(
        "PEPPOL-EN16931-R130",
        "lines",
        no("//cac:Price/cbc:BaseQuantity[@unitCode and not(@unitCode = ../../*/@unitCode)]"),
    ),
    Rule("PEPPOL-EN16931-P0100", "kind", judging.type_of_invoice_is_of_the_process),
    Rule("PEPPOL-EN16931-P0101", "kind", judging.type_of_credit_note_is_of_the_process),
    Rule("PEPPOL-EN16931-P0107", "reverse_charge", judging.exemption_codes_have_their_category),
    Rule("PEPPOL-EN16931-F001", "supplied_on", judging.days_are_days),
    Rule("PEPPOL-EN16931-CL002", "discount", judging.reasons_of_allowances_are_listed),
    Rule("PEPPOL-EN16931-CL007", "currency", no("//@currencyID[. != 'EUR']")),
    Rule("PEPPOL-EN16931-CL008", "buyer/peppol_endpoint", judging.endpoints_are_in_listed_lists),
    Rule("PEPPOL-COMMON-R043", "buyer/enterprise_number", judging.enterprise_numbers_check),
)


def broken_rules(ubl: bytes) -> list[Rule]:
    it = Document(ubl)
    return [rule for rule in RULES if not rule.holds(it)]


def check_ubl(ubl: bytes) -> None:
    """Refuse a document that an access point would send back."""
    for rule in broken_rules(ubl):
        raise PeppolRuleBroken(field=rule.field, rule=rule.name)
