"""The invoice on paper, read back from the PDF."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from threading import Thread

import pytest
from pypdf import PdfReader

from domain.documents import Party
from domain.invoicing.document import InvoiceDocument, Line, Reference, VatLine, render
from tests.documents.archival import archival_faults

LENA = Party(
    name="Studio Lindegroen",
    legal_form="BV",
    street="Kortrijksesteenweg 114 bus 2",
    postal_code="9000",
    city="Gent",
    country="BE",
    enterprise_number="0403019261",
    vat_number="BE0403019261",
    email="lena@lindegroen.example",
    phone="+32 9 225 14 70",
    court="RPR Gent",
)
AMIR = Party(name="Amir El Idrissi", street="Veldstraat 9", postal_code="8000", city="Brugge", country="BE")
TALK = Line(
    description="Coachingsgesprek",
    quantity=Decimal("1.50"),
    unit="h",
    unit_price_cents=82300,
    vat_rate=Decimal("21.00"),
    net_cents=123450,
)
INVOICE = InvoiceDocument(
    number="2026-0007",
    issued_on=date(2026, 11, 21),
    supplied_on=date(2026, 11, 1),
    due_on=date(2026, 12, 21),
    locale="nl",
    seller=LENA,
    buyer=AMIR,
    lines=(TALK,),
    vat=(VatLine(rate=Decimal(21), base_cents=123450, vat_cents=25925),),
    net_cents=123450,
    vat_cents=25925,
    gross_cents=149375,
    payment_reference="+++090/9337/55493+++",
    iban="BE71096123456769",
    bic="GKCCBEBB",
    generated_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
)
UNTAXED = replace(
    INVOICE,
    lines=(replace(TALK, vat_rate=Decimal(0)),),
    vat=(VatLine(rate=Decimal(0), base_cents=123450, vat_cents=0),),
    vat_cents=0,
    gross_cents=123450,
)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def pages(invoice: InvoiceDocument) -> list[str]:
    """The words of each page, with every kind of space made an ordinary one."""
    return [" ".join(page.extract_text().split()) for page in read(render(invoice)).pages]


def words(invoice: InvoiceDocument) -> str:
    return " ".join(pages(invoice))


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        (
            "nl",
            [
                "Factuur 2026-0007",
                "Factuurdatum 21 november 2026",
                "Datum van levering 1 november 2026",
                "1,5 uur 823,00 € 21 % 1.234,50 €",
                "Btw 21 % op 1.234,50 € 259,25 €",
                "Totaal incl. btw 1.493,75 €",
                "Te betalen 1.493,75 € uiterlijk op 21 december 2026",
                "Pagina 1 van 1",
            ],
        ),
        (
            "fr",
            [
                "Facture 2026-0007",
                "Date de facture 21 novembre 2026",
                "Date de la prestation 1er novembre 2026",
                "1,5 h 823,00 € 21 % 1 234,50 €",
                "TVA 21 % sur 1 234,50 € 259,25 €",
                "Total TVA comprise 1 493,75 €",
                "À payer 1 493,75 € au plus tard le 21 décembre 2026",
                "Page 1 sur 1",
            ],
        ),
        (
            "en",
            [
                "Invoice 2026-0007",
                "Invoice date 21 November 2026",
                "Date of supply 1 November 2026",
                "1.5 h €823.00 21% €1,234.50",
                "VAT 21% on €1,234.50 €259.25",
                "Total incl. VAT €1,493.75",
                "Amount due €1,493.75 due by 21 December 2026",
                "Page 1 of 1",
            ],
        ),
        (
            "de",
            [
                "Rechnung 2026-0007",
                "Rechnungsdatum 21. November 2026",
                "Leistungsdatum 1. November 2026",
                "1,5 Std. 823,00 € 21 % 1.234,50 €",
                "MwSt. 21 % auf 1.234,50 € 259,25 €",
                "Gesamt inkl. MwSt. 1.493,75 €",
                "Zu zahlen 1.493,75 € zahlbar bis 21. Dezember 2026",
                "Seite 1 von 1",
            ],
        ),
    ],
)
def test_each_language_writes_words_amounts_and_days_its_own_way(locale, expected):
    text = words(replace(INVOICE, locale=locale))
    assert [phrase for phrase in (*expected, INVOICE.payment_reference) if phrase not in text] == []


def test_the_parties_and_the_account_are_named_in_full():
    text = words(INVOICE)
    seller = "Studio Lindegroen BV Kortrijksesteenweg 114 bus 2 9000 Gent Btw BE 0403.019.261 RPR Gent"
    assert seller in text
    assert "lena@lindegroen.example +32 9 225 14 70" in text
    assert "Amir El Idrissi Veldstraat 9 8000 Brugge" in text
    assert "Begunstigde Studio Lindegroen BV IBAN BE71 0961 2345 6769 BIC GKCCBEBB" in text
    assert "Mededeling +++090/9337/55493+++" in text


@pytest.mark.parametrize(
    ("locale", "given", "printed"),
    [
        ("fr", "RPR Gent", "RPM Gent"),
        ("de", "RPR Gent", "RJP Gent"),
        ("en", "RPR Gent", "RPR Gent"),
        ("nl", "RPM Namur", "RPR Namur"),
        ("fr", "Handelsregister RPR", "Handelsregister RPR"),
    ],
)
def test_the_register_of_legal_persons_has_its_name_in_each_language(locale, given, printed):
    text = words(replace(INVOICE, locale=locale, seller=replace(INVOICE.seller, court=given)))
    assert f"BE 0403.019.261 {printed} " in text


def test_each_rate_shows_its_base_and_its_tax():
    book = replace(TALK, description="Werkboek", vat_rate=Decimal(6), net_cents=1000)
    reduced = VatLine(rate=Decimal(6), base_cents=1000, vat_cents=60)
    text = words(replace(INVOICE, lines=(TALK, book), vat=(*INVOICE.vat, reduced)))
    assert "Btw 21 % op 1.234,50 € 259,25 € Btw 6 % op 10,00 € 0,60 €" in text


@pytest.mark.parametrize(
    ("locale", "regime", "wording"),
    [
        ("nl", "small_business", "Bijzondere vrijstellingsregeling kleine ondernemingen (artikel 56bis"),
        ("fr", "small_business", "Régime particulier de franchise des petites entreprises (article 56bis"),
        ("en", "small_business", "Special exemption scheme for small enterprises (article 56bis"),
        ("de", "small_business", "Sonderregelung der Steuerbefreiung für Kleinunternehmen (Artikel 56bis"),
        ("nl", "exempt", "Vrijgesteld van btw op grond van artikel 44 van het"),
        ("fr", "exempt", "Exonéré de la TVA en vertu de l\u2019article 44 du Code de la TVA."),
        ("en", "exempt", "Exempt from VAT under article 44 of the Belgian VAT Code."),
        ("de", "exempt", "Von der MwSt. befreit gemäß Artikel 44"),
        ("nl", "reverse_charge", "Btw verlegd."),
        ("fr", "reverse_charge", "Autoliquidation."),
        ("en", "reverse_charge", "Reverse charge."),
        ("de", "reverse_charge", "Steuerschuldnerschaft des Leistungsempfängers."),
    ],
)
def test_an_invoice_without_vat_says_why_and_shows_no_rate(locale, regime, wording):
    text = words(replace(UNTAXED, locale=locale, vat_regime=regime))
    assert wording in text
    assert "%" not in text


def test_a_note_on_the_exemption_adds_to_the_wording_of_the_law():
    text = words(replace(UNTAXED, vat_regime="exempt", exemption_note="Artikel 44, § 2, 4°."))
    assert "Wetboek. Artikel 44, § 2, 4°." in text


def test_a_zero_rate_under_the_standard_regime_is_shown_as_a_rate():
    assert "Btw 0 % op 1.234,50 € 0,00 €" in words(UNTAXED)


def test_a_credit_note_refers_to_its_invoice_and_asks_for_no_money():
    earlier = Reference(number="2026-0007", issued_on=date(2026, 11, 21))
    text = words(replace(INVOICE, kind="credit_note", number="2026-C001", refers_to=(earlier,)))
    assert "Creditnota 2026-C001" in text
    assert "Verwijst naar 2026-0007, 21 november 2026" in text
    assert "Btw terug te storten aan de Staat" in text
    assert "In uw voordeel 1.493,75 €" in text
    assert "Te betalen" not in text
    assert "+++" not in text


def test_an_invoice_made_out_by_the_buyer_says_so():
    assert "Factuur uitgereikt door afnemer" in words(replace(INVOICE, self_billed=True))


def test_what_is_not_known_leaves_no_trace():
    bare = Party(name="Lena Maes", street="Kaai 1", postal_code="9000", city="Gent", country="BE")
    text = words(replace(INVOICE, seller=bare, supplied_on=None, bic=None))
    assert "Lena Maes Kaai 1 9000 Gent Aan" in text
    assert "Datum van levering" not in text
    assert "BIC" not in text
    assert "None" not in text


@pytest.mark.parametrize("locale", ["nl", "fr", "en", "de"])
def test_all_facts_at_once_find_room(locale):
    long = "PO 4500099999 / afdeling leren en ontwikkelen / 2026-Q4-0001"
    earlier = tuple(Reference(number=f"F2026-{number:04}", issued_on=date(2026, 1, 5)) for number in range(1, 4))
    told = words(replace(INVOICE, locale=locale, order_reference=long, refers_to=earlier))
    assert " ".join(long.split()) in told
    assert all(reference.number in told for reference in earlier)


def test_the_day_of_supply_is_left_out_when_it_is_the_day_of_issue():
    assert "Datum van levering" not in words(replace(INVOICE, supplied_on=INVOICE.issued_on))


def test_countries_are_named_when_the_parties_live_in_two():
    buyer = replace(AMIR, country="NL", vat_number="NL004495445B01", enterprise_number="KvK 17085815")
    text = words(replace(INVOICE, buyer=buyer, locale="fr"))
    assert "9000 Gent Belgique" in text
    assert "8000 Brugge Pays-Bas TVA NL004495445B01 Numéro d\u2019entreprise KvK 17085815" in text


def test_a_legal_form_already_in_the_name_is_not_repeated():
    assert "Lindegroen BV BV" not in words(replace(INVOICE, seller=replace(LENA, name="Studio Lindegroen BV")))


@pytest.mark.parametrize(
    "hostile",
    [
        "#panic(1) #{sys.inputs} #import",
        "*bold* _it_ $x^2$ `raw`",
        "= title",
        "\\ \\u{41} \"a\" 'b' -> -- ... ~ // /* */",
        "<label> @ref [x] {y} {day} {base} %s",
        "Žofie Ελλη Ђорђе 😀🎉 ½ →",
    ],
)
def test_whatever_is_typed_is_printed_literally(hostile):
    line = replace(TALK, description=hostile, unit="#h")
    pdf = render(replace(INVOICE, lines=(line,), seller=replace(LENA, name=hostile), number=f"{hostile[:9]}7"))
    text = " ".join(read(pdf).pages[0].extract_text().split())
    assert text.count(hostile) >= 2
    assert "1,5 #h" in text
    assert archival_faults(pdf) == []


def test_characters_without_a_shape_do_not_stop_an_invoice():
    line = replace(TALK, description="a\x00b\x07c\ud800d\u202ee 李明 \ue000 f")
    text = words(replace(INVOICE, lines=(line,)))
    assert "abcde" in text
    assert "Totaal incl. btw 1.493,75 €" in text


def test_a_long_invoice_repeats_its_head_numbers_its_pages_and_keeps_its_totals_together():
    lines = tuple(replace(TALK, description=f"Gesprek nummer {n:02}") for n in range(60))
    found = pages(replace(INVOICE, lines=lines))
    assert len(found) == 3
    for number, text in enumerate(found, start=1):
        assert "Omschrijving Aantal Prijs excl. btw Btw Bedrag excl. btw" in text
        assert f"Pagina {number} van 3" in text
        assert "Factuur 2026-0007" in text
    assert all(f"Gesprek nummer {n:02}" in " ".join(found) for n in range(60))
    for phrase in ("Totaal excl. btw", "Totaal incl. btw", "Te betalen", "+++090/9337/55493+++"):
        assert [phrase in text for text in found] == [False, False, True]


@pytest.mark.parametrize("count", range(10, 24))
def test_totals_payment_and_the_last_lines_never_part_company(count):
    lines = tuple(replace(TALK, description=f"Gesprek nummer {n:02}") for n in range(count))
    kept = ("Totaal excl. btw", "+++090/9337/55493+++", *(f"Gesprek nummer {n:02}" for n in (count - 2, count - 1)))
    assert sum(all(one in text for one in kept) for text in pages(replace(INVOICE, lines=lines))) == 1


def test_a_description_longer_than_a_page_runs_on():
    endless = replace(TALK, description="verslag " * 1500 + "einde")
    found = pages(replace(INVOICE, lines=(endless,)))
    assert len(found) > 1
    assert "verslag einde" in " ".join(found)


def test_a_word_wider_than_its_column_breaks():
    text = words(replace(INVOICE, lines=(replace(TALK, description="x" * 400),)))
    assert text.replace(" ", "").replace("\u200b", "").count("x" * 400) == 1
    assert "x" * 60 not in text


def test_amounts_below_zero_carry_a_minus_sign():
    discount = replace(TALK, description="Korting", unit_price_cents=-100000, net_cents=-150000)
    assert "1,5 uur \u22121.000,00 € 21 % \u22121.500,00 €" in words(replace(INVOICE, lines=(TALK, discount)))


def test_the_same_invoice_gives_the_same_bytes():
    first = render(INVOICE)
    render(replace(INVOICE, number="2026-0008"))
    assert render(INVOICE) == first


def test_threads_print_side_by_side_and_agree():
    printed: list[bytes] = []
    threads = [Thread(target=lambda: printed.append(render(INVOICE))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert printed == [render(INVOICE)] * 4


def test_the_file_tells_its_title_its_language_and_its_date():
    pdf = render(replace(INVOICE, locale="fr"))
    reader = read(pdf)
    assert reader.metadata is not None
    assert reader.metadata.title == "Facture 2026-0007"
    assert reader.metadata.author == "Studio Lindegroen BV"
    assert reader.metadata.creation_date == INVOICE.generated_at
    assert reader.trailer["/Root"]["/Lang"] == "fr-BE"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert archival_faults(pdf) == []
    assert b"pdfuaid:part" in pdf


def test_the_ubl_travels_inside_the_file():
    pdf = render(INVOICE, ubl="<Invoice>€</Invoice>")
    assert read(pdf).attachments["invoice.xml"] == ["<Invoice>€</Invoice>".encode()]
    assert archival_faults(pdf) == []
