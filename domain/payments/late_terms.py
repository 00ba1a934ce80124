"""The terms of late payment, as data: the shipped ones, and those that a practice set, each version kept."""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from domain.kit.calendar import sane_day
from domain.kit.money import Money
from domain.kit.work import Work
from domain.messaging import announce
from domain.payments.late_law import Cap, Limits, cap_at, limits_on, thawed_cap
from domain.payments.late_model import LateRatesOutOfOrder, LateTerms, LateTermsChanged
from domain.payments.late_rates import (
    Postage,
    Rate,
    hold_rates,
    law_rates,
    postage_on,
    thawed_postage,
    thawed_rate,
    within_law,
)
from domain.payments.ledger import today

FILE = Path(__file__).with_name("late_terms.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessTerms:
    """`from_step` is the first reminder that asks for them; None asks for nothing."""

    from_step: int | None
    interest: bool
    costs: Money
    source: str
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerTerms:
    """What the clause of the practice asks for; `lump` asks for as much as the caps allow. `rates` are those of the
    business where it has none of its own."""

    from_step: int | None
    interest: bool
    rates: Sequence[Rate] | None
    per_reminder: Money
    postage: Sequence[Postage]
    lump: bool
    caps: Sequence[Cap]
    source: str
    certainty: str

    def cap(self, debt: Money, day: date) -> Money:
        """By the clause, and no more than the law of that day lets it ask."""
        law, found = limits_on(day), cap_at(self.caps, debt)
        return found if law is None else min(found, cap_at(law.caps, debt))

    def most(self, debt: Money, day: date) -> Money:
        """What its costs may come to once the days of grace are over, as far as is known on that day: with postage, for
        who was mailed first may be sent a letter next."""
        each = self.per_reminder + postage_on(self.postage, day)
        return self.cap(debt, day) if self.lump else min(each, self.cap(debt, day))

    def within(self, law: Limits, rates: Sequence[Rate]) -> "ConsumerTerms":
        step = None if self.from_step is None else max(self.from_step, law.first_step)
        per_reminder = min(self.per_reminder, law.per_reminder)
        return replace(self, from_step=step, per_reminder=per_reminder, rates=within_law(rates, law.from_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`version` 0 is what ships with the program."""

    version: int
    rates: Sequence[Rate]
    business: BusinessTerms
    consumer: ConsumerTerms

    def asked_on(self, day: date) -> "Terms":
        """What may be asked by them on a day: terms that were set before a law came ask no more than it lets them."""
        law = limits_on(day)
        return self if law is None else replace(self, consumer=self.consumer.within(law, self.consumer_rates))

    @property
    def consumer_rates(self) -> Sequence[Rate]:
        return self.rates if self.consumer.rates is None else self.consumer.rates

    def check(self, day: date) -> None:
        """Whether they are in order, and within the law of that day."""
        for field, dated in (
            ("rates", self.rates),
            ("consumer/rates", self.consumer.rates or []),
            ("consumer/postage", self.consumer.postage),
        ):
            _check_order(dated, field)
        for place, cap in enumerate(self.consumer.caps):
            if place and cap.over <= self.consumer.caps[place - 1].over:
                raise LateRatesOutOfOrder(field=f"consumer/caps/{place}/over_cents")
        if (law := limits_on(day)) is not None:
            self._hold(law)

    def _hold(self, law: Limits) -> None:
        asked = self.consumer
        law.hold_reminders(asked.from_step, asked.per_reminder)
        law.hold_caps(asked.caps)
        if asked.interest and asked.from_step is not None:
            field = "rates" if asked.rates is None else "consumer/rates"
            hold_rates(self.consumer_rates, law.from_on, field)


def _check_order(dated: Sequence[Rate] | Sequence[Postage], field: str) -> None:
    for place, one in enumerate(dated):
        sane_day(one.from_on, field=f"{field}/{place}/from_on")
        if place and one.from_on <= dated[place - 1].from_on:
            raise LateRatesOutOfOrder(field=f"{field}/{place}/from_on")


async def late_terms(work: Work) -> Terms:
    """The terms in force."""
    query = select(LateTerms).where(LateTerms.practice_id == work.practice_id)
    kept = await work.session.scalar(query.order_by(LateTerms.version.desc()).limit(1))
    return thawed(kept.version, kept.terms) if kept is not None else shipped_terms()


async def set_late_terms(work: Work, wanted: Terms) -> Terms:
    """Replace the terms of the version that was read; what was booked by them stays."""
    wanted.check(await today(work))
    found = await late_terms(work)
    if found.version != wanted.version:
        raise LateTermsChanged(version=found.version)
    terms = frozen(wanted)
    kept = LateTerms(practice_id=work.practice_id, version=found.version + 1, terms=terms, made_at=work.now)
    await work.store(kept)
    announce(work, "late_terms_set", work.practice_id, version=kept.version)
    return thawed(kept.version, terms)


@cache
def shipped_terms() -> Terms:
    told = tomllib.loads(FILE.read_text("utf-8"))
    return replace(thawed(0, told | {"rates": []}), rates=law_rates())


def frozen(terms: Terms) -> dict[str, Any]:
    """As JSON keeps it: amounts in cents, rates and days as text."""
    told = _plain(asdict(terms))
    return {name: told[name] for name in ("rates", "business", "consumer")}


def _plain(value: Any) -> Any:
    match value:
        case {"cents": cents}:
            return cents
        case dict():
            return {name: _plain(one) for name, one in cast("dict[str, Any]", value).items()}
        case list() | tuple():
            return [_plain(one) for one in cast("Sequence[Any]", value)]
        case date() | Decimal():
            return str(value)
        case _:
            return value


def thawed(version: int, told: dict[str, Any]) -> Terms:
    business, consumer = told["business"], told["consumer"]
    return Terms(
        version=version,
        rates=[thawed_rate(one) for one in told["rates"]],
        business=BusinessTerms(**business | {"costs": Money(business["costs"])}),
        consumer=ConsumerTerms(
            **consumer
            | {
                "per_reminder": Money(consumer["per_reminder"]),
                "postage": thawed_postage(consumer.get("postage", 0), consumer["source"]),
                "rates": None if consumer.get("rates") is None else [thawed_rate(one) for one in consumer["rates"]],
                "caps": [thawed_cap(one) for one in consumer["caps"]],
            }
        ),
    )
