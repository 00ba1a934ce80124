"""Euros, held as whole cents."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Money:
    cents: int

    def __add__(self, other: Self) -> "Money":
        return Money(self.cents + other.cents)

    def __sub__(self, other: Self) -> "Money":
        return Money(self.cents - other.cents)

    def __neg__(self) -> "Money":
        return Money(-self.cents)

    def times(self, factor: Decimal) -> "Money":
        """Multiply, then round half up: the one place where cents are rounded."""
        return Money(int((self.cents * factor).quantize(Decimal(1), ROUND_HALF_UP)))

    def portion(self, part: int | Decimal, whole: int | Decimal) -> "Money":
        """As much of it as the part is of the whole, exactly, then rounded half up; nothing of nothing."""
        if not whole:
            return Money(0)
        exact = self.cents * Fraction(part) / Fraction(whole)
        away = 1 if exact >= 0 else -1
        return Money(away * floor(abs(exact) + Fraction(1, 2)))

    def percent(self, rate: Decimal) -> "Money":
        """That many per cent of it, rounded once."""
        return self.times(rate / 100)


ZERO = Money(0)
