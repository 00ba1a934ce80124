"""What the administrator's views look like."""

from datetime import date

import msgspec

from api.fields import Out
from domain.funding import ChequeState, Deadline
from domain.kit.ids import ChequeId, CoacheeId, SponsorId, StaffId, TrajectoryId
from domain.reporting import (
    SOURCE,
    Aged,
    Debtor,
    Expiring,
    Hours,
    Known,
    Missing,
    Outstanding,
    RevenueRow,
    VatReport,
    VatSide,
)
from domain.trajectories import TrajectoryState


class AgedOut(msgspec.Struct, frozen=True, kw_only=True):
    not_due_cents: int
    to_30_cents: int
    """1 to 30 days overdue."""
    to_60_cents: int
    to_90_cents: int
    over_90_cents: int
    owed_cents: int
    """All of these together."""
    credit_cents: int
    """Open the other way: payments and credit notes that are not yet used."""

    @classmethod
    def of(cls, aged: Aged) -> "AgedOut":
        return cls(**_cents(aged))


class DebtorRow(msgspec.Struct, frozen=True, kw_only=True):
    coachee_id: CoacheeId | None
    sponsor_id: SponsorId | None
    name: str
    not_due_cents: int
    to_30_cents: int
    to_60_cents: int
    to_90_cents: int
    over_90_cents: int
    owed_cents: int
    credit_cents: int

    @classmethod
    def of(cls, debtor: Debtor) -> "DebtorRow":
        return cls(coachee_id=debtor.coachee_id, sponsor_id=debtor.sponsor_id, name=debtor.name, **_cents(debtor.aged))


class OutstandingOut(msgspec.Struct, frozen=True, kw_only=True):
    total: AgedOut
    customers: int
    debtors: list[DebtorRow]
    """Who owe most, at most a hundred; the table has all."""

    @classmethod
    def of(cls, told: Outstanding) -> "OutstandingOut":
        debtors = [DebtorRow.of(debtor) for debtor in told.debtors]
        return cls(total=AgedOut.of(told.total), customers=told.customers, debtors=debtors)


class RevenueLine(msgspec.Struct, frozen=True, kw_only=True):
    key: str | None
    """A month (2026-03), or the id of a coach, funder or scheme; null for what belongs to none."""
    name: str | None
    invoiced_cents: int
    """Without VAT, less credit notes."""
    cheque_minutes: int
    cheques_received_cents: int

    @classmethod
    def of(cls, row: RevenueRow) -> "RevenueLine":
        return cls(
            key=row.key,
            name=row.name,
            invoiced_cents=row.invoiced.cents,
            cheque_minutes=row.cheque_minutes,
            cheques_received_cents=row.cheques_received.cents,
        )


class RevenueOut(msgspec.Struct, frozen=True):
    items: list[RevenueLine]


class VatBox(msgspec.Struct, frozen=True, kw_only=True):
    box: str
    amount_cents: int | None
    """Null where it is not known; never 0 for that."""
    known: Known
    """Whether your documents tell all of the box or a part: of what is bought, self-billing alone is known here, and of
    what is sold nothing that funders paid without an invoice."""


class VatReportShare(msgspec.Struct, frozen=True, kw_only=True):
    bought: bool
    """By self-billing; else sold."""
    rate: int
    credit: bool
    shifted: bool
    country: str
    base_cents: int
    vat_cents: int

    @classmethod
    def of(cls, side: VatSide) -> "VatReportShare":
        return cls(
            bought=side.bought,
            rate=side.rate,
            credit=side.credit,
            shifted=side.shifted,
            country=side.country,
            base_cents=side.base.cents,
            vat_cents=side.vat.cents,
        )


class VatReportOut(msgspec.Struct, frozen=True, kw_only=True):
    first_day: date
    last_day: date
    boxes: list[VatBox]
    """Of the Belgian VAT return. Credit notes have their own (48, 49, 64); those of coaches stand in 85 and 63, and box
    82 is less them."""
    payable_cents: int
    """By sales alone: box 54 less box 64."""
    balance_cents: int
    """By sales and self-billing: boxes 54 and 63 less 59 and 64. For 71 or 72, add what is missing."""
    missing: list[Missing]
    shares: list[VatReportShare]
    source: str

    @classmethod
    def of(cls, told: VatReport) -> "VatReportOut":
        return cls(
            first_day=told.period.first,
            last_day=told.period.last,
            boxes=boxes_of(told),
            payable_cents=told.payable.cents,
            balance_cents=told.balance.cents,
            missing=told.missing,
            shares=[VatReportShare.of(side) for side in told.sides],
            source=SOURCE,
        )


class ExpiringOut(Out, frozen=True, kw_only=True):
    cheque_id: ChequeId
    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    state: ChequeState
    deadline: Deadline
    day: date
    days_left: int
    minutes_left: int

    @classmethod
    def all(cls, found: list[Expiring]) -> "list[ExpiringOut]":
        return [cls.of(one) for one in found]


class ExpiringList(msgspec.Struct, frozen=True):
    items: list[ExpiringOut]


class TrajectoryHours(Out, frozen=True, kw_only=True):
    """Minutes."""

    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    coach_id: StaffId
    state: TrajectoryState
    agreed: int
    held: int
    planned: int
    left: int
    """Below zero where more is planned than was agreed."""

    @classmethod
    def all(cls, found: "list[Hours]") -> "list[TrajectoryHours]":
        return [cls.of(one) for one in found]


class TrajectoryHoursPage(msgspec.Struct, frozen=True):
    items: list[TrajectoryHours]
    next_cursor: str | None


def boxes_of(told: VatReport) -> list[VatBox]:
    return [
        VatBox(box=box, amount_cents=None if amount is None else amount.cents, known=told.known(box))
        for box, amount in told.boxes.items()
    ]


def _cents(aged: Aged) -> dict[str, int]:
    return {f"{name}_cents": getattr(aged, name).cents for name in aged.__dataclass_fields__}
