"""What lines come to, and how a payment is told from another: calculation alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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


class DiscountTooHigh(Invalid):
    """A discount is an amount or a percentage, and never more than what it is taken from."""


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off: an amount, or per cent of whatever it is taken from; neither is no discount."""

    amount: Money | None = None
    percent: Decimal | None = None

    def of(self, whole: Money) -> Money:
        if self.percent is not None:
            return whole.percent(self.percent)
        return self.amount or ZERO

    def checked(self, whole: Money, *, field: str) -> "Discount":
        """Itself, where it can be taken from that; `field` is the name of the amount or percentage, but for its end."""
        if (self.amount is not None and self.percent is not None) or self.of(whole) > whole:
            raise DiscountTooHigh(field=f"{field}_{'cents' if self.percent is None else 'percent'}")
        return self


NO_DISCOUNT = Discount()


@dataclass(frozen=True, slots=True)
class Item:
    """What a line adds up to at its rate; one that deducts a deposit is below zero and bears no discount."""

    rate: Decimal
    net: Money
    deducts: bool = False


@dataclass(frozen=True, slots=True)
class VatShare:
    """The taxable base of one rate after its part of the discount on the whole, and its tax."""

    rate: Decimal
    base: Money
    vat: Money
    discount: Money = ZERO

    def __add__(self, other: "VatShare") -> "VatShare":
        return VatShare(self.rate, self.base + other.base, self.vat + other.vat, self.discount + other.discount)


@dataclass(frozen=True, slots=True)
class Totals:
    net: Money
    vat: Money
    gross: Money
    shares: tuple[VatShare, ...]

    @property
    def discount(self) -> Money:
        return added(share.discount for share in self.shares)


def totals(items: Iterable[Item], discount: Discount = NO_DISCOUNT) -> Totals:
    """Add up lines: the tax is rounded once per rate, on the sum after discounts (KB nr. 1, art. 5)."""
    earned, deducted = _per_rate(items)
    off = spread(earned, discount)
    bases = {rate: net - off[rate] + deducted[rate] for rate, net in earned.items()}
    shares = [VatShare(rate, bases[rate], bases[rate].percent(rate), off[rate]) for rate in sorted(bases, reverse=True)]
    return summed(shares)


def summed(shares: Iterable[VatShare]) -> Totals:
    kept = tuple(shares)
    net = added(share.base for share in kept)
    vat = added(share.vat for share in kept)
    return Totals(net, vat, net + vat, kept)


def added(amounts: Iterable[Money]) -> Money:
    return sum(amounts, ZERO)


def _per_rate(items: Iterable[Item]) -> tuple[dict[Decimal, Money], dict[Decimal, Money]]:
    earned: dict[Decimal, Money] = {}
    deducted: dict[Decimal, Money] = defaultdict(lambda: ZERO)
    for item in items:
        earned.setdefault(item.rate, ZERO)
        if item.deducts:
            deducted[item.rate] += item.net
        else:
            earned[item.rate] += item.net
    return earned, deducted


def spread(earned: Mapping[Decimal, Money], discount: Discount) -> dict[Decimal, Money]:
    """The discount on the whole, over the rates by what each earned: every cent of it once, and none too many."""
    if discount.percent is not None:
        return {rate: net.percent(discount.percent) for rate, net in earned.items()}
    left, of = discount.amount or ZERO, added(earned.values())
    parts: dict[Decimal, Money] = {}
    for rate in sorted(earned):  # each takes its part of what is left, so that the last takes the rest exactly
        parts[rate] = left.portion(earned[rate].cents, of.cents)
        left, of = left - parts[rate], of - earned[rate]
    return parts


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
