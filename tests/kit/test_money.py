from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from domain.kit.money import Money


@pytest.mark.parametrize(
    ("cents", "factor", "expected"), [(1, "0.5", 1), (3, "0.5", 2), (12345, "1.5", 18518), (100, "0.21", 21)]
)
def test_half_a_cent_goes_up(cents, factor, expected):
    assert Money(cents).times(Decimal(factor)) == Money(expected)


@given(st.integers(0, 10**12), st.decimals(0, 100, places=2))
def test_a_percentage_is_never_off_by_more_than_half_a_cent(cents, rate):
    exact = Decimal(cents) * rate / 100
    assert abs(Decimal(Money(cents).percent(rate).cents) - exact) <= Decimal("0.5")
