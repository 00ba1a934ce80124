"""Charges for late payment on the wire: the clause that a coachee agreed to, and what they come to, row by row."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from api.fields import In
from api.invoicing.lines import two_places
from api.payments.shapes import Reason, Reference
from domain.kit.ids import InvoiceId, OpenItemId
from domain.payments import Because, CostKind, LateCharge, LateCharges, LateClause, Reckoning


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
