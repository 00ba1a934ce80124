"""A customer's statement: what was asked and what came in, day by day, and what is open at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from domain import people
from domain.kit.calendar import Period
from domain.kit.ids import CoacheeId, OpenItemId, SponsorId
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.payments.instalments_due import Part, parts_of
from domain.payments.model import Account, ItemKind, LedgerEntry, LedgerTransaction, OpenItem, TransactionKind
from domain.people import Coachee, Sponsor


@dataclass(frozen=True, slots=True)
class Movement:
    """`amount` is above zero where the customer owes more by it; `balance` is what she owes after it."""

    booked_on: date
    kind: TransactionKind
    item: ItemKind
    reference: str | None
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    customer: Coachee | Sponsor
    period: Period
    opening: Money
    movements: Sequence[Movement]
    open_items: Sequence[OpenItem]
    instalments: Mapping[OpenItemId, Sequence[Part]]  # of those that are paid by them

    @property
    def closing(self) -> Money:
        return self.movements[-1].balance if self.movements else self.opening


async def statement(
    work: Work, period: Period, *, coachee_id: CoacheeId | None = None, sponsor_id: SponsorId | None = None
) -> Statement:
    """All that moved in a customer's account in a period; allocations move nothing, so they are left out."""
    whose: ColumnElement[bool]
    customer: Coachee | Sponsor
    if coachee_id is not None:
        customer, whose = await people.get_coachee(work, coachee_id), OpenItem.coachee_id == coachee_id
    elif sponsor_id is not None:
        customer, whose = await people.get_sponsor(work, sponsor_id), OpenItem.sponsor_id == sponsor_id
    else:
        raise ValueError("a statement is of a coachee or of a sponsor")
    whose = (OpenItem.practice_id == work.practice_id) & whose
    opening, open_items = await _opening(work, whose, period.first), await _open(work, whose)
    return Statement(
        customer=customer,
        period=period,
        opening=opening,
        movements=await _movements(work, whose, period, opening),
        open_items=open_items,
        instalments=await parts_of(work, open_items),
    )


def _moves(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    return whose & (LedgerEntry.account == Account.RECEIVABLE) & (LedgerTransaction.kind != TransactionKind.ALLOCATION)


async def _opening(work: Work, whose: ColumnElement[bool], first: date) -> Money:
    query = (
        select(func.sum(LedgerEntry.amount))
        .join(OpenItem, _item())
        .join(LedgerTransaction, _transaction())
        .where(_moves(whose), LedgerTransaction.booked_on < first)
    )
    total = await work.session.scalar(query)
    return Money(int(total.cents)) if total else ZERO


async def _movements(work: Work, whose: ColumnElement[bool], period: Period, balance: Money) -> list[Movement]:
    query = (
        select(
            LedgerTransaction.booked_on, LedgerTransaction.kind, OpenItem.kind, OpenItem.reference, LedgerEntry.amount
        )
        .join(LedgerEntry, _transaction())
        .join(OpenItem, _item())
        .where(_moves(whose), LedgerTransaction.booked_on.between(period.first, period.last))
        .order_by(LedgerTransaction.booked_on, LedgerTransaction.posted_at, LedgerTransaction.id)
    )
    movements: list[Movement] = []
    for booked_on, kind, item, reference, amount in await work.session.execute(query):
        balance += amount
        movements.append(Movement(booked_on, kind, item, reference, amount, balance))
    return movements


async def _open(work: Work, whose: ColumnElement[bool]) -> Sequence[OpenItem]:
    query = select(OpenItem).where(whose, OpenItem.open != ZERO).order_by(OpenItem.booked_on, OpenItem.id)
    return (await work.session.scalars(query)).all()


def _item() -> ColumnElement[bool]:
    return (OpenItem.practice_id == LedgerEntry.practice_id) & (OpenItem.id == LedgerEntry.item_id)


def _transaction() -> ColumnElement[bool]:
    return (LedgerTransaction.practice_id == LedgerEntry.practice_id) & (
        LedgerTransaction.id == LedgerEntry.transaction_id
    )
