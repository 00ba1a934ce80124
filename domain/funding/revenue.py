"""What funders bring, kept apart by funder and scheme: held, expected and received within a period."""

from dataclasses import dataclass

from sqlalchemy import func, select

from domain.funding.model import Booking, Cheque, Funder, Scheme
from domain.funding.settlement import Allocation, Receipt
from domain.kit.calendar import Period
from domain.kit.ids import FunderId, SchemeId
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.trajectories import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRevenue:
    """`expected` is without VAT, and None while the fee is unknown; `received` is as it came."""

    funder_id: FunderId
    funder: str
    scheme_id: SchemeId
    scheme: str
    minutes_held: int
    expected: Money | None
    received: Money


async def funder_revenue(work: Work, period: Period) -> list[SchemeRevenue]:
    """By funder and scheme, of every scheme that had cheques."""
    held, received = await _held(work, period), await _received(work, period)
    query = (
        select(Scheme, Funder.name)
        .join(Funder, (Funder.practice_id == Scheme.practice_id) & (Funder.id == Scheme.funder_id))
        .where(Scheme.practice_id == work.practice_id)
        .order_by(Funder.name, Scheme.valid_from, Scheme.id)
    )
    return [
        SchemeRevenue(
            funder_id=scheme.funder_id,
            funder=funder,
            scheme_id=scheme.id,
            scheme=scheme.code,
            minutes_held=held.get(scheme.id, 0),
            expected=scheme.fee_for(held.get(scheme.id, 0)),
            received=received.get(scheme.id, ZERO),
        )
        for scheme, funder in await work.session.execute(query)
        if scheme.id in held or scheme.id in received
    ]


async def _held(work: Work, period: Period) -> dict[SchemeId, int]:
    query = (
        select(Cheque.scheme_id, func.sum(Booking.minutes).label("minutes"))
        .join(Booking, (Booking.practice_id == Cheque.practice_id) & (Booking.cheque_id == Cheque.id))
        .join(Session, (Session.practice_id == Booking.practice_id) & (Session.id == Booking.session_id))
        .where(Cheque.practice_id == work.practice_id, Session.day.between(period.first, period.last))
        .group_by(Cheque.scheme_id)
    )
    return {row.scheme_id: int(row.minutes) for row in await work.session.execute(query)}


async def _received(work: Work, period: Period) -> dict[SchemeId, Money]:
    cents = func.sum(Allocation.amount).label("amount")
    query = (
        select(Cheque.scheme_id, cents)
        .join(Allocation, (Allocation.practice_id == Cheque.practice_id) & (Allocation.cheque_id == Cheque.id))
        .join(Receipt, (Receipt.practice_id == Allocation.practice_id) & (Receipt.id == Allocation.receipt_id))
        .where(Cheque.practice_id == work.practice_id, Receipt.received_on.between(period.first, period.last))
        .group_by(Cheque.scheme_id)
    )
    return {row.scheme_id: Money(int(row.amount.cents)) for row in await work.session.execute(query)}
