"""How long an answer lets itself be waited for, where some never came: the estimate of Kaplan and Meier (1958).

A check-in that expired says only that it was not answered until then: it is censored, and not left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import exp, log, sqrt

from domain.kit.shares import Z


@dataclass(frozen=True, slots=True)
class Waited:
    """Minutes until it was begun, or until nobody looked any more."""

    minutes: float
    begun: bool


@dataclass(frozen=True, slots=True)
class Step:
    """From that minute on, which share is still waited for, with its interval of 95 % (log of minus log)."""

    minutes: float
    at_risk: int
    begun: int
    waiting: float
    low: float | None
    high: float | None


def kaplan_meier(waited: Iterable[Waited]) -> list[Step]:
    """A step for each minute at which one was begun, and one where the last was given up.

    Of two at the same minute, the one that was given up was still waited for.
    """
    found = sorted(waited, key=lambda one: one.minutes)
    at_risk, waiting, spread = len(found), 1.0, 0.0
    steps = list[Step]()
    for minutes, at_once in groupby(found, key=lambda one: one.minutes):
        begun = [one.begun for one in at_once]
        events = sum(begun)
        if events:
            waiting *= 1 - events / at_risk
            spread += events / (at_risk * (at_risk - events)) if events < at_risk else 0.0
            low, high = _interval(waiting, spread)
            steps.append(Step(round(minutes, 2), at_risk, events, round(waiting, 4), low, high))
        at_risk -= len(begun)
    if found and steps and found[-1].minutes > steps[-1].minutes:
        last = steps[-1]
        still = sum(one.minutes == found[-1].minutes for one in found)
        steps.append(Step(round(found[-1].minutes, 2), still, 0, last.waiting, last.low, last.high))
    return steps


def _interval(waiting: float, spread: float) -> tuple[float | None, float | None]:
    """Greenwood's variance on the scale where the interval stays within 0 and 1; none where all were begun."""
    if not 0 < waiting < 1:
        return None, None
    reach = Z * sqrt(spread) / abs(log(waiting))
    low, high = waiting ** exp(reach), waiting ** exp(-reach)
    return round(low, 4), round(high, 4)
