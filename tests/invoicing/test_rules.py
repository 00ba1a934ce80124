"""The arithmetic of invoices, by cases and by whatever hypothesis thinks of."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st
from stdnum.be import ogm_vcs

from domain.invoicing import InvoiceState, UnknownVatRate, rules
from domain.invoicing.model import MOVES
from domain.invoicing.rules import VAT_RATES, Item, known_rate, payment_reference
from domain.kit.money import ZERO, Money
from domain.kit.states import WrongState, step

RATES = st.sampled_from(sorted(VAT_RATES))
LINES = st.lists(
    st.tuples(
        st.decimals("0.01", "99999.99", places=2),
        st.integers(0, 100_000_000).map(Money),
        RATES,
    ),
    max_size=200,
)


def totals(nets):
    return rules.totals(Item(rate, net) for rate, net in nets)


def half_up(value: Fraction) -> int:
    """Rounding as at school, without a decimal in sight."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


@pytest.mark.parametrize(
    ("quantity", "cents", "net"),
    [("1", 12000, 12000), ("1.5", 12333, 18500), ("0.01", 50, 1), ("0.01", 49, 0), ("0.33", 10000, 3300)],
)
def test_a_line_is_rounded_half_up_to_the_cent(quantity, cents, net):
    assert Money(cents).times(Decimal(quantity)) == Money(net)


def test_vat_is_rounded_once_per_rate_and_not_per_line():
    assert Money(12).percent(Decimal(21)) == Money(3)
    assert totals([(Decimal(21), Money(12))] * 2).vat == Money(5)


def test_each_rate_has_its_own_share_highest_first():
    sums = totals([(Decimal(6), Money(1000)), (Decimal("21.00"), Money(500)), (Decimal(21), Money(500))])
    told = [(share.rate, share.base.cents, share.vat.cents) for share in sums.shares]
    assert told == [(Decimal(21), 1000, 210), (Decimal(6), 1000, 60)]
    assert (sums.net, sums.vat, sums.gross) == (Money(2000), Money(270), Money(2270))


def test_nothing_comes_to_nothing():
    assert totals([]).gross == ZERO


@given(LINES)
def test_totals_are_the_sum_of_the_lines_to_the_cent(lines):
    nets = [(rate, price.times(quantity)) for quantity, price, rate in lines]
    sums = totals(nets)
    expected_nets = [half_up(Fraction(quantity) * price.cents) for quantity, price, _ in lines]
    assert [net.cents for _, net in nets] == expected_nets
    assert sums.net.cents == sum(expected_nets)
    for share in sums.shares:
        base = sum(net for net, (_, _, rate) in zip(expected_nets, lines, strict=True) if rate == share.rate)
        assert share.base.cents == base
        assert share.vat.cents == half_up(Fraction(base) * Fraction(share.rate) / 100)
    assert sums.vat.cents == sum(share.vat.cents for share in sums.shares)
    assert sums.gross == sums.net + sums.vat
    assert sums.gross.cents < 2**53  # JSON carries it whole


@given(LINES)
def test_the_order_of_the_lines_does_not_change_the_totals(lines):
    nets = [(rate, price.times(quantity)) for quantity, price, rate in lines]
    assert totals(nets) == totals(reversed(nets))


@given(st.integers(0, 10**15), RATES)
def test_vat_is_the_exact_tax_rounded_half_up(cents, rate):
    exact = (Decimal(cents) * rate / 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert Money(cents).percent(rate).cents == exact


@given(st.integers(1900, 2199), st.integers(1, 999_999))
def test_a_payment_reference_checks_and_tells_its_invoice(year, number):
    reference = payment_reference(year, number)
    digits = ogm_vcs.validate(reference)
    assert int(digits[:10]) % 97 == int(digits[10:]) % 97
    assert digits[:10] == f"{year}{number:06}"
    assert reference == f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def test_a_remainder_of_nought_is_written_97():
    number = next(n for n in range(1, 98) if int(f"2026{n:06}") % 97 == 0)
    assert payment_reference(2026, number).endswith("97+++")


@pytest.mark.parametrize("rate", ["0", "6.00", "12", "21"])
def test_belgian_rates_pass(rate):
    assert known_rate(Decimal(rate), field="x") == Decimal(rate)


@pytest.mark.parametrize("rate", ["19", "20.99", "NaN", "99.99"])
def test_another_rate_is_refused_with_its_field(rate):
    with pytest.raises(UnknownVatRate) as refusal:
        known_rate(Decimal(rate), field="lines/2/vat_rate")
    assert refusal.value.field == "lines/2/vat_rate"


@pytest.mark.parametrize("here", InvoiceState)
@pytest.mark.parametrize("to", InvoiceState)
def test_an_invoice_goes_from_draft_to_issued_to_paid_and_nowhere_else(here, to):
    if (here, to) in {("draft", "issued"), ("issued", "paid")}:
        assert step(MOVES, here, to) is to
    else:
        with pytest.raises(WrongState):
            step(MOVES, here, to)
