"""What a credit note comes to: calculation alone.

Each credit note takes what all of them together come to by then, less what was credited before. So the last one takes
the rest exactly, and an invoice that is credited in however many parts comes to nothing, to the cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.invoicing.rules import Totals, VatShare, added, summed
from domain.kit.money import ZERO, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A line of the invoice, with what was credited of it before and what is to be credited now."""

    rate: Decimal
    quantity: Decimal
    net: Money
    deducts: bool
    credited_quantity: Decimal
    credited_net: Money
    crediting: Decimal

    @property
    def credit(self) -> Money:
        after = self.credited_quantity + self.crediting
        return self.net.portion(after, self.quantity) - self.credited_net


def credit(lines: Sequence[Owed], invoice: Totals, before: Mapping[Decimal, VatShare]) -> Totals:
    """The totals of a credit note: `before` holds, per rate, what earlier ones came to."""
    rates = {line.rate for line in lines if line.crediting}
    return summed(
        _share([line for line in lines if line.rate == share.rate], share, before.get(share.rate))
        for share in invoice.shares
        if share.rate in rates
    )


def _share(lines: Sequence[Owed], share: VatShare, before: VatShare | None) -> VatShare:
    past = before or VatShare(share.rate, ZERO, ZERO)
    earned = [line for line in lines if not line.deducts]
    whole = added(line.net for line in earned)
    after = added(line.credited_net + line.credit for line in earned)
    discount = share.discount.portion(after.cents, whole.cents) - past.discount
    base = added(line.credit for line in lines) - discount
    vat = (past.base + base).percent(share.rate) - past.vat
    return VatShare(share.rate, base, vat, discount)
