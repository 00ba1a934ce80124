"""Invoices to businesses such as the application may issue, drawn at random."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from domain.documents import Party, visible
from domain.invoicing.document import InvoiceDocument, Line, VatLine
from domain.invoicing.rules import VAT_RATES, payment_reference, totals
from domain.kit.money import Money

HOSTILE = (
    "<cbc:ID>1</cbc:ID>",
    "]]><!-- & --><![CDATA[",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "\"' onload='x' & &amp; &#0; &#x1F600;",
    "Zoë  Çelik\u00a0\N{GRINNING FACE}",
    "one\x00two\x0b\ufffe\u202eeerht",
    "first\r\nsecond\tthird\n",
)
TEXTS = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=60).filter(visible)
LINES = TEXTS.map(lambda text: " ".join(visible(text).split()) or "-")
ENTERPRISE_NUMBERS = st.integers(2_000_000, 19_999_999).map(lambda number: f"{number:08}{97 - number % 97:02}")
COUNTRIES = st.sampled_from(["BE", "NL", "FR", "DE", "LU", "GR", "XI"])
UNTAXED = ("small_business", "exempt")


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


@st.composite
def sellers(draw, regime: str) -> Party:
    number = draw(ENTERPRISE_NUMBERS)
    return Party(
        name=draw(LINES),
        street=draw(LINES),
        postal_code=draw(st.sampled_from(["9000", "B-9000", " "])),
        city=draw(LINES),
        country="BE",
        enterprise_number=number,
        vat_number=None if regime == "exempt" else f"BE{number}",
        email=draw(maybe(st.just("lena@lindegroen.example"))),
        phone=draw(maybe(st.just("+32 9 225 14 70"))),
        legal_form=draw(maybe(LINES)),
        court=draw(maybe(LINES)),
    )


@st.composite
def buyers(draw) -> Party:
    number = draw(ENTERPRISE_NUMBERS)
    return Party(
        name=draw(LINES),
        street=draw(LINES),
        postal_code="1012 AB",
        city=draw(LINES),
        country=draw(COUNTRIES),
        enterprise_number=number,
        vat_number=draw(maybe(st.sampled_from([f"BE{number}", "NL004495445B01", "EL094259216"]))),
        email=draw(maybe(st.just("boekhouding@acme.example"))),
    )


@st.composite
def lines(draw, regime: str) -> Line:
    quantity = draw(st.decimals("0.01", "99999.99", places=2))
    unit_price = Money(draw(st.integers(0, 100_000_000)))
    return Line(
        description=draw(TEXTS),
        quantity=quantity,
        unit=draw(st.just("h") | TEXTS),
        unit_price_cents=unit_price.cents,
        vat_rate=Decimal(0) if regime in UNTAXED else draw(st.sampled_from(sorted(VAT_RATES))),
        net_cents=unit_price.times(quantity).cents,
    )


@st.composite
def invoices(draw) -> InvoiceDocument:
    """Under every regime, to a business in Belgium or elsewhere, with lines of several rates and any text."""
    regime = draw(st.sampled_from(["standard", *UNTAXED]))
    supplied = draw(st.lists(lines(regime), min_size=1, max_size=6))
    sums = totals((line.vat_rate, Money(line.net_cents)) for line in supplied)
    issued_on = draw(st.dates(date(2026, 1, 1), date(2035, 12, 31)))
    number = draw(st.integers(1, 999_999))
    return InvoiceDocument(
        number=f"F{issued_on.year}-{number:04}",
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=draw(st.integers(0, 90))),
        supplied_on=draw(st.none() | st.dates(date(2025, 1, 1), date(2036, 1, 1))),
        locale=draw(st.sampled_from(["nl", "fr", "en", "de"])),
        seller=draw(sellers(regime)),
        buyer=draw(buyers()),
        lines=tuple(supplied),
        vat=tuple(VatLine(rate=it.rate, base_cents=it.base.cents, vat_cents=it.vat.cents) for it in sums.shares),
        net_cents=sums.net.cents,
        vat_cents=sums.vat.cents,
        gross_cents=sums.gross.cents,
        payment_reference=payment_reference(issued_on.year, number),
        iban="BE71096123456769",
        bic=draw(maybe(st.just("GKCCBEBB"))),
        vat_regime=regime,
        generated_at=datetime(2026, 3, 2, 11, tzinfo=UTC),
    )
