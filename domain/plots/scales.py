"""From values to places on the paper: round steps on an axis, and how long a text will be."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, log10

LETTER = 0.58  # of the height of a letter, on average, in the widest of the fonts that a device may have
MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` along a stretch of paper."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = (self.high - self.low) or 1
        return self.start + (value - self.low) / span * (self.end - self.start)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers from the one at or below `low` to the one at or above `high`: 1, 2 or 5 times a power of ten."""
    span = max(high - low, 1e-9)
    power = 10 ** floor(log10(span / MOST_STEPS))
    step = next(power * times for times in (1, 2, 5, 10, 20) if span / (power * times) <= MOST_STEPS)
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    return [round(place * step, 9) for place in range(first, max(last, first + 1) + 1)]


def width_of(text: str, size: float) -> float:
    return len(text) * size * LETTER


def wrapped(text: str, width: float, size: float) -> list[str]:
    """A text in lines that fit."""
    lines: list[str] = []
    for word in text.split(" "):  # and not at spaces that hold words together
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def thinned(places: tuple[str, ...], width: float, size: float) -> list[int]:
    """Which of the places get their name written, so that names do not touch."""
    if not places:
        return []
    longest = max(width_of(place, size) for place in places) + size
    every = max(1, -int(-longest * len(places) // max(width, 1)))
    return list(range(0, len(places), every))


def evenly(count: int, start: float, end: float) -> Callable[[int], float]:
    """The middle of each of so many equal parts."""
    part = (end - start) / max(count, 1)
    return lambda place: start + part * (place + 0.5)
