"""Rates of interest and postage by the day from which they hold, and the most that the law lets a consumer be asked."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from domain.kit.money import ZERO, Money
from domain.payments.late_model import LateTermsBeyondLaw

FILE = Path(__file__).with_name("late_law.toml")
READ = "high"  # how certain a rate is that was read in the notice itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A yearly rate of interest from a day on; without a figure it is not known."""

    from_on: date
    percent: Decimal | None
    source: str
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postage:
    """What a letter costs to send from a day on; without a figure it is not known, and none is charged."""

    from_on: date
    amount: Money | None
    source: str
    certainty: str


Dated = TypeVar("Dated", Rate, Postage)


def in_force(found: Sequence[Dated], day: date) -> Dated | None:
    return next((one for one in reversed(found) if one.from_on <= day), None)


def postage_on(postage: Sequence[Postage], day: date) -> Money:
    found = in_force(postage, day)
    return ZERO if found is None or found.amount is None else found.amount


@cache
def law_rates() -> Sequence[Rate]:
    return [thawed_rate(one) for one in tomllib.loads(FILE.read_text("utf-8"))["rates"]]


def within_law(rates: Sequence[Rate], since: date) -> list[Rate]:
    """The same rates, from `since` on no higher than the law's. For days whose rate the program does not know, the
    practice's own counts where it was read for certain; else it is not known."""
    days = {since, *(rate.from_on for rate in rates), *(rate.from_on for rate in law_rates() if rate.from_on > since)}
    return [_held(own, day, since) for day in sorted(days) if (own := in_force(rates, day)) is not None]


def _held(own: Rate, day: date, since: date) -> Rate:
    law, own = in_force(law_rates(), day), replace(own, from_on=day)
    if day < since or own.percent is None or law is None:
        return own
    if law.percent is None:
        return own if own.certainty == READ else replace(own, percent=None)
    return own if own.percent <= law.percent else replace(law, from_on=day)


def hold_rates(rates: Sequence[Rate], since: date, field: str) -> None:
    """Refuse a rate that is higher than the law's on any of its days."""
    for place, rate in enumerate(rates):
        until = rates[place + 1].from_on if place + 1 < len(rates) else date.max
        for law in _law_between(max(rate.from_on, since), until):
            if rate.percent is not None and law.percent is not None and rate.percent > law.percent:
                raise LateTermsBeyondLaw(
                    field=f"{field}/{place}/percent",
                    at_most_percent=str(law.percent),
                    from_on=str(law.from_on),
                    source=law.source,
                    certainty=law.certainty,
                )


def _law_between(first: date, until: date) -> Iterator[Rate]:
    if first < until and (begun := in_force(law_rates(), first)) is not None:
        yield begun
        yield from (rate for rate in law_rates() if first < rate.from_on < until)


def thawed_rate(told: dict[str, Any]) -> Rate:
    percent = told.get("percent")
    return Rate(
        from_on=date.fromisoformat(told["from_on"]),
        percent=None if percent is None else Decimal(percent),
        source=told["source"],
        certainty=told["certainty"],
    )


def thawed_postage(told: Any, source: str) -> Sequence[Postage]:
    """Before it was dated it was one amount for all days, of which nobody told where it came from."""
    if isinstance(told, int):
        kept = {"from_on": "2023-09-01", "amount": told, "source": source, "certainty": "low"}
        told = [kept] if told else []
    return [
        Postage(
            from_on=date.fromisoformat(one["from_on"]),
            amount=None if one["amount"] is None else Money(one["amount"]),
            source=one["source"],
            certainty=one["certainty"],
        )
        for one in told
    ]
