"""What lines come to, and how a payment is told from another: calculation alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from stdnum.be import ogm_vcs

from domain.kit.errors import Invalid
from domain.kit.money import ZERO, Money
from domain.practice import VatRegime

VAT_RATES = frozenset(map(Decimal, (0, 6, 12, 21)))  # Belgium
DEFAULT_RATE = {VatRegime.STANDARD: Decimal(21), VatRegime.SMALL_BUSINESS: Decimal(0), VatRegime.EXEMPT: Decimal(0)}


class UnknownVatRate(Invalid):
    """Belgium has no such VAT rate; the rates are 0, 6, 12 and 21 per cent."""


@dataclass(frozen=True, slots=True)
class VatShare:
    """The taxable base of one rate, and its tax."""

    rate: Decimal
    base: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class Totals:
    net: Money
    vat: Money
    gross: Money
    shares: tuple[VatShare, ...]


def totals(nets: Iterable[tuple[Decimal, Money]]) -> Totals:
    """Add up lines, each its rate and its net: the tax is rounded once per rate, on the sum (KB nr. 1, art. 5)."""
    bases: dict[Decimal, Money] = defaultdict(lambda: ZERO)
    for rate, net in nets:
        bases[rate] += net
    shares = tuple(VatShare(rate, bases[rate], bases[rate].percent(rate)) for rate in sorted(bases, reverse=True))
    net = sum((share.base for share in shares), ZERO)
    vat = sum((share.vat for share in shares), ZERO)
    return Totals(net, vat, net + vat, shares)


def payment_reference(year: int, number: int) -> str:
    """The structured communication of an invoice (OGM), +++202/6000/00192+++: year, number, and two digits that check.

    One series alone may ask for payment, or two invoices would share a reference.
    """
    digits = f"{year:04}{number:06}"
    return f"+++{ogm_vcs.format(digits + ogm_vcs.calc_check_digits(digits))}+++"


def known_rate(rate: Decimal, *, field: str) -> Decimal:
    if rate not in VAT_RATES:
        raise UnknownVatRate(field=field, rate=rate)
    return rate
