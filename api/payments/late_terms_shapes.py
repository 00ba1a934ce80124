"""The terms of late payment on the wire: every figure with its source and how certain it is."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from api.fields import END, In, Line
from api.invoicing.lines import two_places
from domain.kit.money import Money
from domain.payments import BusinessTerms, Cap, ConsumerTerms, Postage, Rate, Terms

Certainty: TypeAlias = Literal["high", "medium", "low"]
Cents: TypeAlias = Annotated[int, Meta(ge=0, le=10**12, examples=[750])]
Percent: TypeAlias = Annotated[
    str,
    Meta(max_length=6, pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?" + END, description="Per cent", examples=["10.50"]),
]
FromStep: TypeAlias = Annotated[int, Meta(ge=1, le=6, examples=[2])]


class RateIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    from_on: date
    percent: Percent | None
    """A year; null where it is not known: then nothing is reckoned for its days."""
    source: Line
    certainty: Certainty

    def value(self) -> Rate:
        percent = None if self.percent is None else Decimal(self.percent)
        return Rate(from_on=self.from_on, percent=percent, source=self.source, certainty=self.certainty)


class PostageIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    from_on: date
    amount_cents: Cents | None
    """Of one letter; null where it is not known: then none is charged."""
    source: Line
    certainty: Certainty

    def value(self) -> Postage:
        amount = None if self.amount_cents is None else Money(self.amount_cents)
        return Postage(from_on=self.from_on, amount=amount, source=self.source, certainty=self.certainty)


class CapIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    over_cents: Cents
    """The debt above which it holds, up to the next of them."""
    fixed_cents: Cents
    percent: Percent
    """Of what lies over it."""
    most_cents: Cents | None = None
    source: Line
    certainty: Certainty

    def value(self) -> Cap:
        return Cap(
            over=Money(self.over_cents),
            fixed=Money(self.fixed_cents),
            percent=Decimal(self.percent),
            most=None if self.most_cents is None else Money(self.most_cents),
            source=self.source,
            certainty=self.certainty,
        )


class BusinessTermsIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    from_step: FromStep | None
    """The first reminder that asks for them; null asks for nothing."""
    interest: bool
    costs_cents: Cents
    source: Line
    certainty: Certainty

    def value(self) -> BusinessTerms:
        return BusinessTerms(
            from_step=self.from_step,
            interest=self.interest,
            costs=Money(self.costs_cents),
            source=self.source,
            certainty=self.certainty,
        )


class ConsumerTermsIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What your clause asks for. It binds those coachees alone who agreed to it (`/v1/coachees/{id}/late-clause`)."""

    from_step: FromStep | None
    interest: bool
    rates: Annotated[list[RateIn], Meta(max_length=200)] | None = None
    """Rates of her own; null: those that hold for businesses. From 1 September 2023 on at most those of the law of 2
    August 2002; for days whose rate the program does not know, one counts whose certainty is high."""
    per_reminder_cents: Cents
    """Asked once, however many reminders follow."""
    postage: Annotated[list[PostageIn], Meta(max_length=200)]
    """What a letter costs to send, by day. Asked only of a reminder that went by post."""
    lump: bool
    """Ask for as much as the caps allow, in place of an amount for each reminder."""
    caps: Annotated[list[CapIn], Meta(max_length=10)]
    source: Line
    certainty: Certainty

    def value(self) -> ConsumerTerms:
        return ConsumerTerms(
            from_step=self.from_step,
            interest=self.interest,
            rates=None if self.rates is None else [rate.value() for rate in self.rates],
            per_reminder=Money(self.per_reminder_cents),
            postage=[one.value() for one in self.postage],
            lump=self.lump,
            caps=[cap.value() for cap in self.caps],
            source=self.source,
            certainty=self.certainty,
        )


class LateTermsIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    version: Annotated[int, Meta(ge=0, le=1_000_000, examples=[0])]
    """The version that you read."""
    rates: Annotated[list[RateIn], Meta(max_length=200)]
    business: BusinessTermsIn
    consumer: ConsumerTermsIn

    def value(self) -> Terms:
        return Terms(
            version=self.version,
            rates=[rate.value() for rate in self.rates],
            business=self.business.value(),
            consumer=self.consumer.value(),
        )


class LateTermsOut(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    """0 is what ships with the program."""
    rates: list[RateIn]
    business: BusinessTermsIn
    consumer: ConsumerTermsIn

    @classmethod
    def of(cls, terms: Terms) -> "LateTermsOut":
        return cls(
            version=terms.version,
            rates=[_rate(rate) for rate in terms.rates],
            business=_business(terms.business),
            consumer=_consumer(terms.consumer),
        )


def _sure(certainty: str) -> Certainty:
    return msgspec.convert(certainty, Certainty)


def _rate(rate: Rate) -> RateIn:
    percent = None if rate.percent is None else two_places(rate.percent)
    return RateIn(from_on=rate.from_on, percent=percent, source=rate.source, certainty=_sure(rate.certainty))


def _postage(one: Postage) -> PostageIn:
    cents = None if one.amount is None else one.amount.cents
    return PostageIn(from_on=one.from_on, amount_cents=cents, source=one.source, certainty=_sure(one.certainty))


def _business(terms: BusinessTerms) -> BusinessTermsIn:
    return BusinessTermsIn(
        from_step=terms.from_step,
        interest=terms.interest,
        costs_cents=terms.costs.cents,
        source=terms.source,
        certainty=_sure(terms.certainty),
    )


def _consumer(terms: ConsumerTerms) -> ConsumerTermsIn:
    return ConsumerTermsIn(
        from_step=terms.from_step,
        interest=terms.interest,
        rates=None if terms.rates is None else [_rate(rate) for rate in terms.rates],
        per_reminder_cents=terms.per_reminder.cents,
        postage=[_postage(one) for one in terms.postage],
        lump=terms.lump,
        caps=[
            CapIn(
                over_cents=cap.over.cents,
                fixed_cents=cap.fixed.cents,
                percent=two_places(cap.percent),
                most_cents=cap.most and cap.most.cents,
                source=cap.source,
                certainty=_sure(cap.certainty),
            )
            for cap in terms.caps
        ],
        source=terms.source,
        certainty=_sure(terms.certainty),
    )
