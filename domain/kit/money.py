"""Euros, held as whole cents."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Money:
    cents: int

    def __add__(self, other: Self) -> "Money":
        return Money(self.cents + other.cents)

    def times(self, factor: Decimal) -> "Money":
        """Multiply, then round half up: the one place where cents are rounded."""
        return Money(int((self.cents * factor).quantize(Decimal(1), ROUND_HALF_UP)))

    def percent(self, rate: Decimal) -> "Money":
        """That many per cent of it, rounded once."""
        return self.times(rate / 100)


ZERO = Money(0)
