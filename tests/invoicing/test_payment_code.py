"""The payment code on an invoice, read back as a banking app reads it."""

from dataclasses import replace
from io import BytesIO

import pytest
import segno
import zxingcpp
from PIL import Image

from domain.invoicing.document import render
from domain.invoicing.document.payment_code import payload, payment_code
from tests.invoicing.test_document import INVOICE, LENA

MANY = replace(LENA, name="Zoë & Çelik coaching")
REFERENCE = "+++090/9337/55493+++"


@pytest.mark.parametrize(("kind", "place"), [("structured", 9), ("text", 10)])
def test_every_field_of_the_code_is_read_back(kind, place):
    invoice = replace(INVOICE, seller=MANY, qr_reference=kind)
    drawn = BytesIO()
    segno.make(payload(invoice), error="m", boost_error=False, micro=False, encoding="utf-8").save(
        drawn, kind="png", scale=6
    )
    [found] = zxingcpp.read_barcodes(Image.open(drawn))
    fields = found.text.split("\n")
    wanted = [
        "BCD",
        "002",
        "1",
        "SCT",
        "GKCCBEBB",
        "Zoë & Çelik coaching BV",
        "BE71096123456769",
        "EUR1493.75",
        "",
        "",
        "",
    ]
    wanted[place] = REFERENCE
    assert fields == wanted


def test_nothing_to_pay_has_no_code():
    assert payment_code(replace(INVOICE, gross_cents=0)) is None
    assert payment_code(replace(INVOICE, payment_reference=None)) is None


def test_the_code_is_on_the_page():
    assert len(render(INVOICE)) > len(render(replace(INVOICE, payment_reference=None))) + 1000
