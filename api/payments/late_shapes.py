"""Charges for late payment on the wire: the terms with their sources, and what they come to, row by row."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from api.fields import END, In, Line
from api.invoicing.lines import two_places
from api.payments.shapes import Reason, Reference
from domain.kit.ids import InvoiceId, OpenItemId
from domain.kit.money import Money
from domain.payments import (
    Because,
    BusinessTerms,
    Cap,
    ConsumerTerms,
    CostKind,
    LateCharge,
    LateCharges,
    LateClause,
    Rate,
    Reckoning,
    Terms,
)

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
    per_reminder_cents: Cents
    postage_cents: Cents
    lump: bool
    """Ask for as much as the caps allow, in place of an amount for each reminder."""
    caps: Annotated[list[CapIn], Meta(max_length=10)]
    source: Line
    certainty: Certainty

    def value(self) -> ConsumerTerms:
        return ConsumerTerms(
            from_step=self.from_step,
            interest=self.interest,
            per_reminder=Money(self.per_reminder_cents),
            postage=Money(self.postage_cents),
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
        per_reminder_cents=terms.per_reminder.cents,
        postage_cents=terms.postage.cents,
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


class InterestOut(msgspec.Struct, frozen=True, kw_only=True):
    """Interest from one day to another, both counted: what was late, times the rate, times the days, by 365."""

    first: date
    last: date
    days: int
    overdue_cents: int
    percent: str | None
    interest_cents: int | None
    """Null where the rate is not known."""

    @classmethod
    def each(cls, reckoning: Reckoning) -> "list[InterestOut]":
        return [
            cls(
                first=row.first,
                last=row.last,
                days=row.days,
                overdue_cents=row.overdue.cents,
                percent=None if row.percent is None else two_places(row.percent),
                interest_cents=None if row.interest is None else row.interest.cents,
            )
            for row in reckoning.rows
        ]


class CostOut(msgspec.Struct, frozen=True, kw_only=True):
    kind: CostKind
    count: int
    amount_cents: int


class BookedCharge(msgspec.Struct, frozen=True, kw_only=True):
    item_id: OpenItemId
    until: date
    interest_cents: int
    costs_cents: int
    terms_version: int
    reason: str
    made_at: datetime

    @classmethod
    def of(cls, charge: LateCharge) -> "BookedCharge":
        return cls(
            item_id=charge.item_id,
            until=charge.until,
            interest_cents=charge.interest.cents,
            costs_cents=charge.costs.cents,
            terms_version=charge.terms_version,
            reason=charge.reason,
            made_at=charge.made_at,
        )


class LateChargesOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the lateness of an invoice has come to, and what of it was booked."""

    invoice_id: InvoiceId
    until: date
    consumer: bool
    clause_agreed_on: date | None
    because: Because | None
    """Why nothing is charged."""
    interest: list[InterestOut]
    costs: list[CostOut]
    interest_cents: int | None
    """Null where a rate is not known; never 0 for that."""
    costs_cents: int
    interest_left_cents: int | None
    """Of these, what is not booked yet."""
    costs_left_cents: int
    terms_version: int
    booked: list[BookedCharge]

    @classmethod
    def of(cls, charges: LateCharges) -> "LateChargesOut":
        reckoning, left = charges.reckoning, charges.interest_left
        return cls(
            invoice_id=charges.invoice_id,
            until=reckoning.until,
            consumer=charges.consumer,
            clause_agreed_on=charges.clause_agreed_on,
            because=charges.because,
            interest=InterestOut.each(reckoning),
            costs=[CostOut(kind=one.kind, count=one.count, amount_cents=one.amount.cents) for one in reckoning.costs],
            interest_cents=None if reckoning.interest is None else reckoning.interest.cents,
            costs_cents=reckoning.cost.cents,
            interest_left_cents=None if left is None else left.cents,
            costs_left_cents=charges.costs_left.cents,
            terms_version=charges.terms.version,
            booked=_booked(charges.booked),
        )


def _booked(charges: Sequence[LateCharge]) -> list[BookedCharge]:
    return [BookedCharge.of(charge) for charge in charges]


class BookChargesIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Reason
    interest: bool = True
    """False books the costs alone."""


class LateClauseIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    agreed_on: date
    reference: Reference
    """Where it stands: the agreement that she signed, or your conditions and their edition."""


class LateClauseOut(msgspec.Struct, frozen=True, kw_only=True):
    agreed_on: date
    reference: str
    made_at: datetime

    @classmethod
    def of(cls, clause: LateClause) -> "LateClauseOut":
        return cls(agreed_on=clause.agreed_on, reference=clause.reference, made_at=clause.made_at)
