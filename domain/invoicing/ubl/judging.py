"""What rules of Peppol ask of a document, where a path alone does not tell."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from domain.invoicing.ubl.reading import Document
from domain.people import PEPPOL_LISTS

SPECIFICATION = re.compile(
    r"urn:cen\.eu:en16931:2017#compliant#urn:fdc:peppol\.eu:2017:poacc:(billing|selfbilling):3\.0"
)
PROCESS = re.compile(r"urn:fdc:peppol\.eu:2017:poacc:(billing|selfbilling):[0-9]{2}:1\.0")
SLACK = Decimal("0.02")
# UNTDID 1001, as far as we write them; a self-billed document has codes of its own.
INVOICE_TYPES = {"billing": {"380", "386"}, "selfbilling": {"389"}}
CREDIT_NOTE_TYPES = {"billing": {"381"}, "selfbilling": {"261"}}
# UNTDID 5189, the part that Peppol takes.
ALLOWANCE_REASONS = frozenset("41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105".split())  # noqa: SIM905
# Codes of why no VAT is charged, and the one category of VAT in which each may stand (P0104 to P0111).
CATEGORIES = {"G": "G", "O": "O", "IC": "K", "AE": "AE", "D": "E", "F": "E", "I": "E", "J": "E"}
DAYS = ("IssueDate", "DueDate", "TaxPointDate", "StartDate", "EndDate", "ActualDeliveryDate")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def service(it: Document) -> str | None:
    found = PROCESS.fullmatch(it("normalize-space(cbc:ProfileID)"))
    return found[1] if found else None


def process_is_known(it: Document) -> bool:
    return service(it) is not None


def specification_is_of_the_process(it: Document) -> bool:
    """Billing and self-billing have a specification each; the two are not mixed."""
    found = SPECIFICATION.fullmatch(it("normalize-space(cbc:CustomizationID)"))
    return found is not None and service(it) in {None, found[1]}


def type_of_invoice_is_of_the_process(it: Document) -> bool:
    return set(it.texts("cbc:InvoiceTypeCode")) <= INVOICE_TYPES.get(service(it) or "", set())


def type_of_credit_note_is_of_the_process(it: Document) -> bool:
    return set(it.texts("cbc:CreditNoteTypeCode")) <= CREDIT_NOTE_TYPES.get(service(it) or "", set())


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
    return quantity * price / (per[0] or 1) + charges - allowances


def percentages_come_to_their_amounts(it: Document) -> bool:
    return all(
        abs(it.numbers("cbc:Amount", one)[0] - base * percent / 100) <= SLACK
        for one in it("//cac:AllowanceCharge[cbc:MultiplierFactorNumeric and cbc:BaseAmount]")
        for base in it.numbers("cbc:BaseAmount", one)
        for percent in it.numbers("cbc:MultiplierFactorNumeric", one)
    )


def net_prices_are_gross_less_allowance(it: Document) -> bool:
    return all(
        it.numbers("../cbc:PriceAmount", one)
        == [it.numbers("cbc:BaseAmount", one)[0] - it.numbers("cbc:Amount", one)[0]]
        for one in it("//cac:Price/cac:AllowanceCharge[cbc:BaseAmount]")
    )


def enterprise_numbers_check(it: Document) -> bool:
    """The last two digits are 97 less the remainder of the others, so they are never 00."""
    return all(
        re.fullmatch(r"[01]\d{9}", number) and int(number[8:]) == 97 - int(number[:8]) % 97
        for number in it.texts("//*[@schemeID = '0208']")
    )


def endpoints_are_in_listed_lists(it: Document) -> bool:
    return PEPPOL_LISTS.issuperset(it("//cbc:EndpointID/@schemeID")) and it("not(//cbc:EndpointID[not(@schemeID)])")


def vat_in_both_currencies_has_one_sign(it: Document) -> bool:
    booked = it("cac:TaxTotal[cbc:TaxAmount/@currencyID = /*/cbc:TaxCurrencyCode]/cbc:TaxAmount")
    told = it.numbers("cac:TaxTotal[cbc:TaxAmount/@currencyID = /*/cbc:DocumentCurrencyCode]/cbc:TaxAmount")
    return all((Decimal(amount.text) < 0) == (told[0] < 0) for amount in booked)


def exemption_codes_have_their_category(it: Document) -> bool:
    return all(
        CATEGORIES.get(it("string(cbc:TaxExemptionReasonCode)", one).upper().removeprefix("VATEX-EU-"), told) == told
        for one in it("//cac:TaxCategory[cbc:TaxExemptionReasonCode]")
        for told in [it("string(cbc:ID)", one)]
    )


def reasons_of_allowances_are_listed(it: Document) -> bool:
    path = "//cac:AllowanceCharge[cbc:ChargeIndicator = 'false']/cbc:AllowanceChargeReasonCode"
    return ALLOWANCE_REASONS.issuperset(it.texts(path))


def days_are_days(it: Document) -> bool:
    return all(map(_is_day, it.texts(" | ".join(f"//cbc:{name}" for name in DAYS))))


def _is_day(text: str | None) -> bool:
    try:
        return bool(text and DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
