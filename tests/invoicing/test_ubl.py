"""The e-invoice, held against the official rules of UBL, EN 16931 and Peppol."""

import sys
from collections import Counter, defaultdict
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings

from domain.documents import visible
from domain.invoicing.document import InvoiceDocument
from domain.invoicing.ubl import BuyerHasNoEnterpriseNumber, PeppolRuleBroken, check_ubl, render_ubl
from domain.invoicing.ubl.checking import RULES, broken_rules
from domain.invoicing.ubl.reading import Document
from domain.people import PEPPOL_LISTS
from tests.invoicing.peppol import Official
from tests.invoicing.test_document import INVOICE, UNTAXED
from tests.invoicing.ubl_cases import HOSTILE, KINDS, REGIMES, invoices

ACME = replace(
    INVOICE.buyer,
    name="Acme NV",
    enterprise_number="0417497106",
    vat_number="BE0417497106",
    email="boekhouding@acme.example",
)
TO_ACME = replace(INVOICE, buyer=ACME)
LINES = "cac:InvoiceLine | cac:CreditNoteLine"
CENT = Decimal("0.01")
ALWAYS_THE_SAME = settings(max_examples=100, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def official() -> Official:
    return Official()


@settings(ALWAYS_THE_SAME, max_examples=200)
@given(invoices())
def test_the_official_rules_find_no_fault_in_any_invoice(official: Official, invoice: InvoiceDocument):
    assert official.faults(render_ubl(invoice)) == []


@pytest.mark.soak
def test_neither_official_rules_nor_ours_find_a_fault_in_a_thousand_documents(official: Official, capsys):
    seen: Counter[str] = Counter()

    @settings(ALWAYS_THE_SAME, max_examples=1000)
    @given(invoices())
    def check(invoice: InvoiceDocument) -> None:
        ubl = render_ubl(invoice)
        assert official.faults(ubl) == broken_rules(ubl) == []
        seen[f"{'self-billed ' if invoice.self_billed else ''}{invoice.kind}, {invoice.vat_regime}"] += 1

    check()
    assert seen.total() >= 500
    assert len(seen) == len(KINDS) * len(REGIMES)
    with capsys.disabled():  # to where xdist lets its workers speak
        counts = "; ".join(f"{count} of {what}" for what, count in sorted(seen.items()))
        sys.stderr.write(f"\n{seen.total()} documents, 0 faults: {counts}\n")


@ALWAYS_THE_SAME
@given(invoices())
def test_no_invoice_breaks_a_rule_of_peppol(invoice: InvoiceDocument):
    assert broken_rules(render_ubl(invoice)) == []


@ALWAYS_THE_SAME
@given(invoices())
def test_every_sum_is_exact_to_the_cent(invoice: InvoiceDocument):
    """The official rules let a VAT total three cents wrong pass; so the sums are done anew here, from the lines."""
    it = Document(render_ubl(invoice))
    bases: dict[str, Decimal] = defaultdict(Decimal)
    for line in it(LINES):
        [quantity] = it.numbers("cbc:InvoicedQuantity | cbc:CreditedQuantity", line)
        [price] = it.numbers("cac:Price/cbc:PriceAmount", line)
        [net] = it.numbers("cbc:LineExtensionAmount", line)
        off = sum(it.numbers("cac:AllowanceCharge/cbc:Amount", line))
        assert net == (quantity * price).quantize(CENT, ROUND_HALF_UP) - off
        bases[it("string(cac:Item/cac:ClassifiedTaxCategory/cbc:Percent)", line)] += net
    whole = sum(bases.values())
    for allowance in it("/*/cac:AllowanceCharge"):
        [off] = it.numbers("cbc:Amount", allowance)
        bases[it("string(cac:TaxCategory/cbc:Percent)", allowance)] -= off
    taxes = {rate: (base * Decimal(rate) / 100).quantize(CENT, ROUND_HALF_UP) for rate, base in bases.items()}
    told = it("cac:TaxTotal/cac:TaxSubtotal")
    rates = [it("string(cac:TaxCategory/cbc:Percent)", share) for share in told]
    assert dict(zip(rates, it.numbers("//cbc:TaxableAmount"), strict=True)) == bases
    assert dict(zip(rates, it.numbers("//cac:TaxSubtotal/cbc:TaxAmount"), strict=True)) == taxes
    net, tax = sum(bases.values()), sum(taxes.values())
    assert it.numbers("cac:TaxTotal/cbc:TaxAmount") == [tax]
    allowed = [whole - net] if whole != net else []
    assert it.numbers("cac:LegalMonetaryTotal/*") == [whole, net, net + tax, *allowed, net + tax]


@ALWAYS_THE_SAME
@given(invoices())
def test_any_text_comes_out_as_it_went_in_and_always_the_same(invoice: InvoiceDocument):
    ubl = render_ubl(invoice)
    assert ubl == render_ubl(invoice)
    it = Document(ubl)
    assert b"<!" not in ubl
    assert it.texts("cac:AccountingCustomerParty//cbc:RegistrationName") == [invoice.buyer.name]
    for line, written in zip(invoice.lines, it(LINES), strict=True):
        full = it("string(cac:Item/cbc:Description)", written) or it("string(cac:Item/cbc:Name)", written)
        assert full == visible(line.description)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(official: Official, text: str):
    party = replace(ACME, name=text, street=text, city=text)
    line = replace(INVOICE.lines[0], description=text, unit=text[:16])
    ubl = render_ubl(replace(TO_ACME, buyer=party, lines=(line,)))
    assert official.faults(ubl) == broken_rules(ubl) == []
    assert Document(ubl)("count(//*)") > 50


def test_an_invoice_says_who_pays_whom_how_much_by_when_and_with_which_message():
    it = Document(render_ubl(TO_ACME))
    facts = {
        "cbc:ID": "2026-0007",
        "cbc:IssueDate": "2026-11-21",
        "cbc:DueDate": "2026-12-21",
        "cbc:BuyerReference": "2026-0007",
        "cac:Delivery/cbc:ActualDeliveryDate": "2026-11-01",
        "cac:AccountingSupplierParty//cbc:EndpointID[@schemeID = '0208']": "0403019261",
        "cac:AccountingSupplierParty//cbc:CompanyLegalForm": "BV, RPR Gent",
        "cac:AccountingSupplierParty//cac:PartyTaxScheme/cbc:CompanyID": "BE0403019261",
        "cac:AccountingCustomerParty//cbc:EndpointID[@schemeID = '0208']": "0417497106",
        "cac:AccountingCustomerParty//cac:PartyTaxScheme/cbc:CompanyID": "BE0417497106",
        "cac:AccountingCustomerParty//cbc:ElectronicMail": "boekhouding@acme.example",
        "cac:PaymentMeans/cbc:PaymentID": "+++090/9337/55493+++",
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID": "BE71096123456769",
        "cac:PaymentMeans//cac:FinancialInstitutionBranch/cbc:ID": "GKCCBEBB",
        "cac:LegalMonetaryTotal/cbc:PayableAmount[@currencyID = 'EUR']": "1493.75",
    }
    assert {path: it.texts(path) for path in facts} == {path: [text] for path, text in facts.items()}


@pytest.mark.parametrize(("unit", "code"), [("h", "HUR"), ("sessie", "C62"), ("uur", "C62")])
def test_hours_and_pieces_are_told_apart_by_code(unit: str, code: str):
    it = Document(render_ubl(replace(TO_ACME, lines=(replace(INVOICE.lines[0], unit=unit),))))
    assert it("string(//cbc:InvoicedQuantity/@unitCode)") == code


@pytest.mark.parametrize("locale", ["nl", "fr", "en", "de"])
@pytest.mark.parametrize(("regime", "article"), [("small_business", "56bis"), ("exempt", "44")])
def test_without_vat_the_reason_is_told_in_the_language_of_the_invoice(official, locale, regime, article):
    invoice = replace(UNTAXED, buyer=ACME, locale=locale, vat_regime=regime)
    if regime == "exempt":
        invoice = replace(invoice, seller=replace(INVOICE.seller, vat_number=None))
    ubl = render_ubl(invoice)
    it = Document(ubl)
    assert official.faults(ubl) == []
    assert it.texts("//cac:TaxCategory/cbc:ID | //cac:ClassifiedTaxCategory/cbc:ID") == ["E", "E"]
    [reason] = it.texts("//cbc:TaxExemptionReason")
    assert article in reason
    scheme = "string(cac:AccountingSupplierParty//cac:PartyTaxScheme/cac:TaxScheme/cbc:ID)"
    assert it(scheme) == ("TAX" if regime == "exempt" else "VAT")


def test_a_line_without_vat_among_taxed_ones_is_zero_rated():
    line = replace(INVOICE.lines[0], vat_rate=Decimal(0))
    it = Document(render_ubl(replace(TO_ACME, lines=(*INVOICE.lines, line))))
    assert it.texts("//cac:ClassifiedTaxCategory/cbc:ID") == ["S", "Z"]


def test_a_buyer_from_elsewhere_is_reached_where_she_said(official: Official):
    buyer = replace(
        ACME, country="DE", enterprise_number=None, vat_number=None, peppol_endpoint="0204:04011000-1234-34"
    )
    ubl = render_ubl(replace(INVOICE, buyer=buyer))
    assert official.faults(ubl) == broken_rules(ubl) == []
    endpoint = "cac:AccountingCustomerParty//cbc:EndpointID[@schemeID = '0204']"
    assert Document(ubl).texts(endpoint) == ["04011000-1234-34"]


def test_the_official_rules_know_every_list_of_ours(official: Official):
    whole = render_ubl(TO_ACME)
    assert len(PEPPOL_LISTS) > 80
    for code in sorted(PEPPOL_LISTS):
        assert (
            official.faults(whole.replace(b'EndpointID schemeID="0208"', f'EndpointID schemeID="{code}"'.encode()))
            == []
        )


def test_a_buyer_without_enterprise_number_gets_no_e_invoice():
    with pytest.raises(BuyerHasNoEnterpriseNumber):
        render_ubl(INVOICE)


TWICE = b"<cbc:Note>a</cbc:Note><cbc:Note>b</cbc:Note>"
IN_POUNDS = (
    b"<cbc:TaxCurrencyCode>GBP</cbc:TaxCurrencyCode>"
    b'<cac:TaxTotal><cbc:TaxAmount currencyID="GBP">-1</cbc:TaxAmount></cac:TaxTotal>'
)
OBJECT = b"<cac:DocumentReference><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode></cac:DocumentReference>"
PROJECT = OBJECT.replace(b"cac:Document", b"cac:AdditionalDocument").replace(b"130", b"50")


def allowance(more: str, *, amount: str = "10.00", base: bool = True) -> tuple[bytes, bytes]:
    """A discount on the whole, of a hundred."""
    part = f"<cbc:ChargeIndicator>false</cbc:ChargeIndicator>{more}<cbc:Amount>{amount}</cbc:Amount>"
    part += "<cbc:BaseAmount>100.00</cbc:BaseAmount>" if base else ""
    return b"<cac:TaxTotal>", f"<cac:AllowanceCharge>{part}</cac:AllowanceCharge><cac:TaxTotal>".encode()


def in_price(part: str) -> tuple[bytes, bytes]:
    """Something within the price of every line."""
    closing = "</cac:X></cac:Price>" if part.endswith("<cac:X>") else "</cac:AllowanceCharge></cac:Price>"
    return b"</cac:Price>", f"<cac:AllowanceCharge>{part}{closing}".encode()


BREAKS = {
    "PEPPOL-EN16931-R001": (b"<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>", b""),
    "PEPPOL-EN16931-R002": (b"<cbc:DocumentCurrencyCode>", TWICE + b"<cbc:DocumentCurrencyCode>"),
    "PEPPOL-EN16931-R003": (b"<cbc:BuyerReference>2026-0007</cbc:BuyerReference>", b""),
    "PEPPOL-EN16931-R004": (b"#compliant#", b"#extended#"),
    "PEPPOL-EN16931-R005": (
        b"<cbc:BuyerReference>",
        b"<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode><cbc:BuyerReference>",
    ),
    "PEPPOL-EN16931-R007": (b"billing:01:1.0", b"billing:1:1.0"),
    "PEPPOL-EN16931-R008": (b"Acme NV", b" "),
    "PEPPOL-EN16931-R010": (b'<cbc:EndpointID schemeID="0208">0417497106</cbc:EndpointID>', b""),
    "PEPPOL-EN16931-R020": (b'<cbc:EndpointID schemeID="0208">0403019261</cbc:EndpointID>', b""),
    "PEPPOL-EN16931-R040": allowance("<cbc:MultiplierFactorNumeric>10</cbc:MultiplierFactorNumeric>", amount="9.97"),
    "PEPPOL-EN16931-R041": allowance("<cbc:MultiplierFactorNumeric>10</cbc:MultiplierFactorNumeric>", base=False),
    "PEPPOL-EN16931-R042": allowance(""),
    "PEPPOL-EN16931-R043": (
        b"<cac:TaxTotal>",
        b"<cac:AllowanceCharge><cbc:ChargeIndicator>1</cbc:ChargeIndicator></cac:AllowanceCharge><cac:TaxTotal>",
    ),
    "PEPPOL-EN16931-R044": in_price("<cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:Amount>1</cbc:Amount>"),
    "PEPPOL-EN16931-R046": in_price(
        "<cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount>1</cbc:Amount><cbc:BaseAmount>999</cbc:BaseAmount>"
    ),
    "PEPPOL-EN16931-R051": (b'currencyID="EUR">823.00', b'currencyID="USD">823.00'),
    "PEPPOL-EN16931-R053": (b"</cac:TaxTotal>", b"</cac:TaxTotal><cac:TaxTotal><cac:TaxSubtotal/></cac:TaxTotal>"),
    "PEPPOL-EN16931-R054": (
        b"<cac:TaxTotal>",
        b"<cac:TaxTotal><cbc:TaxAmount>1</cbc:TaxAmount></cac:TaxTotal><cac:TaxTotal>",
    ),
    "PEPPOL-EN16931-R055": (
        b"<cac:LegalMonetaryTotal>",
        IN_POUNDS + b"<cac:LegalMonetaryTotal>",
    ),
    "PEPPOL-EN16931-R061": (b"Code>30<", b"Code>59<"),
    "PEPPOL-EN16931-R080": (b"<cac:AccountingSupplierParty>", 2 * PROJECT + b"<cac:AccountingSupplierParty>"),
    "PEPPOL-EN16931-R100": (b"<cac:Item>", 2 * OBJECT + b"<cac:Item>"),
    "PEPPOL-EN16931-R101": (b"<cac:Item>", OBJECT.replace(b"130", b"50") + b"<cac:Item>"),
    "PEPPOL-EN16931-R120": (b">823.00<", b">823.02<"),
    "PEPPOL-EN16931-R121": in_price(
        '</cac:AllowanceCharge><cbc:BaseQuantity unitCode="HUR">0</cbc:BaseQuantity><cac:X>'
    ),
    "PEPPOL-EN16931-R130": in_price(
        '</cac:AllowanceCharge><cbc:BaseQuantity unitCode="C62">1</cbc:BaseQuantity><cac:X>'
    ),
    "PEPPOL-EN16931-P0100": (b"<cbc:InvoiceTypeCode>380<", b"<cbc:InvoiceTypeCode>389<"),
    "PEPPOL-EN16931-P0101": (
        b"InvoiceTypeCode>380</cbc:InvoiceTypeCode",
        b"CreditNoteTypeCode>261</cbc:CreditNoteTypeCode",
    ),
    "PEPPOL-EN16931-P0107": (
        b"</cbc:Percent>",
        b"</cbc:Percent><cbc:TaxExemptionReasonCode>VATEX-EU-AE</cbc:TaxExemptionReasonCode>",
    ),
    "PEPPOL-EN16931-F001": (b"<cbc:IssueDate>2026-11-21<", b"<cbc:IssueDate>2026-11-31<"),
    "PEPPOL-EN16931-CL002": allowance("<cbc:AllowanceChargeReasonCode>1</cbc:AllowanceChargeReasonCode>"),
    "PEPPOL-EN16931-CL007": (b'currencyID="EUR"', b'currencyID="EURO"'),
    "PEPPOL-EN16931-CL008": (b'EndpointID schemeID="0208"', b'EndpointID schemeID="9956"'),
    "PEPPOL-COMMON-R043": (b">0417497106<", b">0417497107<"),
}


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_each_of_our_own_checks_sees_what_it_is_for(rule: str):
    whole, (right, wrong) = render_ubl(TO_ACME), BREAKS[rule]
    assert right in whole
    assert rule in [broken.name for broken in broken_rules(whole.replace(right, wrong))]
    with pytest.raises(PeppolRuleBroken) as refusal:
        check_ubl(whole.replace(right, wrong))
    assert refusal.value.field


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        ("PEPPOL-EN16931-R004", b"poacc:selfbilling:3.0", b"poacc:billing:3.0"),
        ("PEPPOL-EN16931-R007", b"poacc:selfbilling:01:1.0", b"poacc:selfbill:01:1.0"),
        ("PEPPOL-EN16931-P0100", b"InvoiceTypeCode>389<", b"InvoiceTypeCode>380<"),
    ],
)
def test_a_self_billed_invoice_keeps_to_the_rules_of_self_billing(rule: str, right: bytes, wrong: bytes):
    whole = render_ubl(replace(TO_ACME, self_billed=True))
    assert broken_rules(whole) == []
    assert right in whole
    assert rule in [broken.name for broken in broken_rules(whole.replace(right, wrong))]


def test_a_self_billed_credit_note_has_a_type_of_its_own():
    whole = render_ubl(replace(TO_ACME, kind="credit_note", self_billed=True))
    assert broken_rules(whole) == []
    wrong = whole.replace(b"CreditNoteTypeCode>261<", b"CreditNoteTypeCode>381<")
    assert [broken.name for broken in broken_rules(wrong)] == ["PEPPOL-EN16931-P0101"]


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        (b"<cbc:Percent>21</cbc:Percent>", b"<cbc:Percent>6</cbc:Percent>", "BR-CO-17"),
        (b"PayableAmount", b"PaidAmount", "PaidAmount"),
        (b'unitCode="HUR"', b'unitCode="uur"', "BR-CL-23"),
        (b">1493.75</cbc:PayableAmount>", b">1493.74</cbc:PayableAmount>", "BR-CO-16"),
    ],
)
def test_the_official_rules_see_what_they_are_for(official: Official, right: bytes, wrong: bytes, fault: str):
    whole = render_ubl(TO_ACME)
    assert right in whole
    assert fault in str(official.faults(whole.replace(right, wrong)))
