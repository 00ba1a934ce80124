"""The most that the law lets a clause ask of a consumer, as dated data; a practice's own terms stay within it."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from domain.kit.money import ZERO, Money
from domain.payments.late_model import LateTermsBeyondLaw
from domain.payments.late_rates import FILE

CENT = Money(1)
LARGEST_DEBT = Money(10**12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """What the costs for a debt over an amount may come to: a fixed sum, and per cent of what lies over it."""

    over: Money
    fixed: Money
    percent: Decimal
    most: Money | None
    source: str
    certainty: str

    def of(self, debt: Money) -> Money:
        found = self.fixed + (debt - self.over).percent(self.percent)
        return found if self.most is None else min(found, self.most)

    def bends_at(self) -> Iterator[Money]:
        """The debts about which it begins, or grows no further."""
        yield self.over + CENT
        if self.most is not None and self.percent > 0:
            reached = int((self.most - self.fixed).cents * 100 / self.percent)
            yield from (self.over + Money(max(reached, 0)), self.over + Money(max(reached, 0) + 1))


def cap_at(caps: Sequence[Cap], debt: Money) -> Money:
    """By the last of the caps that begins below the debt."""
    found = [cap for cap in caps if cap.over < debt]
    return found[-1].of(debt) if found else ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Grace:
    """What a consumer has after her first reminder; a letter counts as come once some working days are over."""

    days: int
    working_days: int
    source: str
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    from_on: date
    first_step: int  # the first reminder that may cost something
    per_reminder: Money
    paid_reminders: int  # how many may cost something
    grace: Grace
    caps: Sequence[Cap]
    source: str
    certainty: str

    def hold_reminders(self, from_step: int | None, per_reminder: Money) -> None:
        by = {"source": self.source, "certainty": self.certainty}
        if from_step is not None and from_step < self.first_step:
            raise LateTermsBeyondLaw(field="consumer/from_step", at_least=self.first_step, **by)
        if per_reminder > self.per_reminder:
            most = self.per_reminder.cents
            raise LateTermsBeyondLaw(field="consumer/per_reminder_cents", at_most_cents=most, **by)

    def hold_caps(self, caps: Sequence[Cap]) -> None:
        """Both are straight between where one of them begins or bends, so it is enough to look there."""
        bends = {one for cap in (*caps, *self.caps) for one in (cap.over, *cap.bends_at())} | {LARGEST_DEBT}
        for debt in sorted(one for one in bends if one <= LARGEST_DEBT):
            most = cap_at(self.caps, debt)
            if cap_at(caps, debt) <= most:
                continue
            place = max(place for place, cap in enumerate(caps) if cap.over < debt)
            law = [cap for cap in self.caps if cap.over < debt][-1]
            raise LateTermsBeyondLaw(
                field=f"consumer/caps/{place}",
                debt_cents=debt.cents,
                at_most_cents=most.cents,
                source=law.source,
                certainty=law.certainty,
            )


def limits_on(day: date) -> Limits | None:
    """What holds on a day; before the law came there was none."""
    found = [one for one in _limits() if one.from_on <= day]
    return found[-1] if found else None


def grace_on(day: date) -> Grace:
    """Before the law came, as much was given as the first one asks for."""
    return (limits_on(day) or _limits()[0]).grace


@cache
def _limits() -> Sequence[Limits]:
    return [
        Limits(
            from_on=date.fromisoformat(one["from_on"]),
            first_step=one["first_step"],
            per_reminder=Money(one["per_reminder"]),
            paid_reminders=one["paid_reminders"],
            grace=Grace(**one["grace"]),
            caps=[thawed_cap(cap) for cap in one["caps"]],
            source=one["source"],
            certainty=one["certainty"],
        )
        for one in tomllib.loads(FILE.read_text("utf-8"))["limits"]
    ]


def thawed_cap(told: dict[str, Any]) -> Cap:
    return Cap(
        over=Money(told["over"]),
        fixed=Money(told["fixed"]),
        percent=Decimal(told["percent"]),
        most=Money(told["most"]) if told.get("most") is not None else None,
        source=told["source"],
        certainty=told["certainty"],
    )
