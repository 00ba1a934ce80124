"""A share of a whole, and how sure it is."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # of 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a whole, which share that is, and Wilson's interval of 95 % around it."""

    count: int
    total: int
    share: float
    low: float
    high: float


def share_of(count: int, total: int) -> Share | None:
    """Of nothing there is no share."""
    return Share(count, total, round(count / total, 4), *wilson(count, total)) if total else None


def wilson(count: int, total: int) -> tuple[float, float]:
    """Wilson's score interval: where the share lies that is behind `count` of `total`, 95 times in 100."""
    share, spread = count / total, Z * Z / total
    middle = (share + spread / 2) / (1 + spread)
    reach = Z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)
