"""Invoices to businesses such as the application may issue, drawn at random."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from domain.documents import Party, visible
from domain.invoicing.document import InvoiceDocument, Line, Reference, VatLine
from domain.invoicing.document.contents import Part
from domain.invoicing.rules import VAT_RATES, Discount, Item, payment_reference, totals
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
UNTAXED = ("small_business", "exempt", "reverse_charge")
REGIMES = ("standard", *UNTAXED)


KINDS = [
    ("invoice", False),
    ("deposit", False),
    ("credit_note", False),
    ("invoice", True),
    ("credit_note", True),
]
EARLIER = Reference(number="F2026-0001", issued_on=date(2026, 1, 5))


def deducted(line: Line) -> Line:
    """A deposit of what the line comes to, taken off."""
    return replace(
        line, quantity=Decimal(-1), unit_price_cents=line.net_cents, discount_cents=0, net_cents=-line.net_cents
    )


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
def buyers(draw, regime: str) -> Party:
    number = draw(ENTERPRISE_NUMBERS)
    numbers = st.sampled_from([f"BE{number}", "NL004495445B01", "EL094259216"])
    return Party(
        name=draw(LINES),
        street=draw(LINES),
        postal_code="1012 AB",
        city=draw(LINES),
        country=draw(COUNTRIES),
        enterprise_number=number,
        vat_number=draw(numbers if regime == "reverse_charge" else maybe(numbers)),
        peppol_endpoint=draw(
            maybe(st.sampled_from(["9925:BE0403019261", "0088:5790000435975", "0204:04011000-12345-34"]))
        ),
        email=draw(maybe(st.just("boekhouding@acme.example"))),
    )


@st.composite
def lines(draw, regime: str) -> Line:
    quantity = draw(st.decimals("0.01", "99999.99", places=2))
    unit_price = Money(draw(st.integers(0, 100_000_000)))
    whole = unit_price.times(quantity)
    off = Money(draw(st.just(0) | st.integers(0, whole.cents)))
    return Line(
        description=draw(TEXTS),
        quantity=quantity,
        unit=draw(st.just("h") | TEXTS),
        unit_price_cents=unit_price.cents,
        vat_rate=Decimal(0) if regime in UNTAXED else draw(st.sampled_from(sorted(VAT_RATES))),
        discount_cents=off.cents,
        net_cents=(whole - off).cents,
    )


def asks(kind: str, self_billed: bool) -> bool:
    return kind != "credit_note" and not self_billed


def in_parts(cents: int, count: int, first: date) -> tuple[Part, ...]:
    """Equal instalments, a month between; the last takes what is left over."""
    if not 0 < count <= cents:
        return ()
    each = [cents // count] * (count - 1)
    amounts = [*each, cents - sum(each)]
    return tuple(Part(due_on=first + timedelta(days=30 * place), cents=part) for place, part in enumerate(amounts))


@st.composite
def invoices(draw) -> InvoiceDocument:
    """Under every regime, to a business in Belgium or elsewhere, with lines of several rates and any text."""
    regime = draw(st.sampled_from(REGIMES))
    supplied = draw(st.lists(lines(regime), min_size=1, max_size=6))
    whole = sum(line.net_cents for line in supplied)
    off = draw(st.just(0) | st.integers(0, whole))
    deposits = (
        [] if off else draw(st.lists(st.sampled_from(supplied), max_size=2, unique_by=lambda line: line.vat_rate))
    )
    supplied += [deducted(line) for line in deposits]
    sums = totals(
        (Item(line.vat_rate, Money(line.net_cents), deducts=line.quantity < 0) for line in supplied),
        Discount(Money(off)),
    )
    kind, self_billed = draw(st.sampled_from(KINDS))
    issued_on = draw(st.dates(date(2026, 1, 1), date(2035, 12, 31)))
    number = draw(st.integers(1, 999_999))
    return InvoiceDocument(
        kind=kind,
        self_billed=self_billed,
        refers_to=(EARLIER,) if kind == "credit_note" or deposits else (),
        number=f"F{issued_on.year}-{number:04}",
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=draw(st.integers(0, 90))),
        order_reference=draw(maybe(LINES)),
        supplied_on=draw(st.none() | st.dates(date(2025, 1, 1), date(2036, 1, 1))),
        locale=draw(st.sampled_from(["nl", "fr", "en", "de"])),
        seller=draw(sellers(regime)),
        buyer=draw(buyers(regime)),
        lines=tuple(supplied),
        vat=tuple(
            VatLine(rate=it.rate, base_cents=it.base.cents, vat_cents=it.vat.cents, discount_cents=it.discount.cents)
            for it in sums.shares
        ),
        net_cents=sums.net.cents,
        vat_cents=sums.vat.cents,
        gross_cents=sums.gross.cents,
        payment_reference=payment_reference(issued_on.year, number),
        iban="BE71096123456769",
        bic=draw(maybe(st.just("GKCCBEBB"))),
        vat_regime=regime,
        instalments=in_parts(sums.gross.cents, draw(st.integers(0, 4)), issued_on) if asks(kind, self_billed) else (),
        generated_at=datetime(2026, 3, 2, 11, tzinfo=UTC),
    )
