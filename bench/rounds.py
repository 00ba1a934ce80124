"""How figures come about: rounds in which everybody has a turn, medians, and ratios within a round."""

import json
import statistics
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

Turn = Callable[[], Awaitable[float]]
Say = Callable[[str], None]
SLICES = 5


@dataclass(frozen=True)
class Telling:
    """What goes on: `step` for a moment, `line` to stay."""

    step: Say
    line: Say


@dataclass(frozen=True)
class Pace:
    """How many rounds, how many seconds each has in a round, and how many rows are planted."""

    rounds: int
    seconds: float
    sessions: int
    check_ins: int
    lines: int = 10_000  # of a bank's file
    invoices: int = 1_000_000  # whose open items are summed

    @property
    def slice_seconds(self) -> float:
        return self.seconds / SLICES


@dataclass(frozen=True)
class Figure:
    bench: str
    figure: float
    unit: str
    against: str
    ratio: float

    def __str__(self) -> str:
        digits = 0 if self.figure >= 1000 else 1
        told = {"figure": round(self.figure, digits or None), "ratio": round(self.ratio, 2)}
        return json.dumps(
            {"bench": self.bench, "figure": told["figure"], "unit": self.unit, "against": self.against}
            | {"ratio": told["ratio"]}
        )


async def take_turns(turns: Mapping[str, Turn], rounds: int, told: Say) -> dict[str, list[float]]:
    """What each made of its rounds.

    Machines have moods. So a round is cut into slices, everybody has one in each mood, and the order goes round.
    """
    found: dict[str, list[float]] = {name: [] for name in turns}
    names = list(turns)
    for number in range(rounds):
        made: dict[str, list[float]] = {name: [] for name in turns}
        for part in range(SLICES):
            start = (number + part) % len(names)
            for name in names[start:] + names[:start]:
                told(f"round {number + 1} of {rounds}: {name}")
                made[name].append(await turns[name]())
        for name, each in made.items():
            found[name].append(statistics.mean(each))
    return found


def compared(bench: str, unit: str, ours: list[float], against: str, theirs: list[float]) -> Figure:
    """The median of ours, and of the ratio that each round saw."""
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    return Figure(bench, statistics.median(ours), unit, against, ratio)
