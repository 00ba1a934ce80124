"""What came in or was asked in a period, cut four ways; each way comes to the same totals."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, String, cast, func, literal, null, select, type_coerce, union_all

from domain.funding import Allocation, Booking, Cheque, Funder, Receipt, Scheme
from domain.invoicing import Invoice, InvoiceKind
from domain.kit.calendar import Period
from domain.kit.money import Money
from domain.kit.work import Work
from domain.practice import Staff
from domain.trajectories import Session, Trajectory


class Cut(StrEnum):
    MONTH = "month"
    COACH = "coach"
    FUNDER = "funder"
    SCHEME = "scheme"


NAMES: dict[Cut, tuple[Any, Any]] = {
    Cut.COACH: (Staff, Staff.name),
    Cut.FUNDER: (Funder, Funder.name),
    Cut.SCHEME: (Scheme, Scheme.code),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RevenueRow:
    """`key` is a month as 2026-03 or an id, and None for what belongs to no coach, funder or scheme. What is invoiced
    is without VAT and less its credit notes; what cheques brought is as it came."""

    key: str | None
    name: str | None
    invoiced: Money
    cheque_minutes: int
    cheques_received: Money


async def revenue(work: Work, period: Period, cut: Cut) -> list[RevenueRow]:
    """Invoiced by the day of issue, minutes on cheques by the day of the session, money of funders by its arrival."""
    parts = union_all(*(part(work, period, cut) for part in (_invoiced, _held, _received))).subquery()
    summed = (
        select(
            parts.c.key,
            *(
                cast(func.sum(parts.c[name]), BigInteger).label(name)
                for name in ("invoiced", "cheque_minutes", "cheques_received")
            ),
        )
        .group_by(parts.c.key)
        .subquery()
    )
    query, order = _named(work, summed, cut), summed.c.key
    return [
        RevenueRow(
            key=row.key,
            name=row.name,
            invoiced=Money(row.invoiced),
            cheque_minutes=row.cheque_minutes,
            cheques_received=Money(row.cheques_received),
        )
        for row in await work.session.execute(query.order_by("name", order))
    ]


def _named(work: Work, summed: Any, cut: Cut) -> Any:
    if cut not in NAMES:
        return select(summed, summed.c.key.label("name"))
    table, name = NAMES[cut]
    joined = (table.practice_id == work.practice_id) & (cast(table.id, String) == summed.c.key)
    return select(summed, name.label("name")).outerjoin(table, joined)


def _invoiced(work: Work, period: Period, cut: Cut) -> Any:
    """What a practice asks of its customers; what it pays its own coaches is no revenue."""
    keys = {Cut.MONTH: _month(Invoice.issued_on), Cut.COACH: cast(Trajectory.coach_id, String)}
    net = type_coerce(Invoice.net, BigInteger)
    given_back = Invoice.kind == InvoiceKind.CREDIT_NOTE
    signed = func.sum(net).filter(~given_back), func.sum(net).filter(given_back)
    total = func.coalesce(signed[0], 0) - func.coalesce(signed[1], 0)
    key = keys.get(cut, cast(null(), String)).label("key")
    on = (Trajectory.practice_id == Invoice.practice_id) & (Trajectory.id == Invoice.trajectory_id)
    return (
        _part(key, invoiced=total)
        .select_from(Invoice)
        .outerjoin(Trajectory, on)
        .where(
            Invoice.practice_id == work.practice_id,
            Invoice.issued_on.between(period.first, period.last),
            Invoice.coach_id.is_(None),
        )
        .group_by("key")
    )


def _held(work: Work, period: Period, cut: Cut) -> Any:
    key = _key_of_cheque(cut, Session.day, Session.coach_id)
    return (
        _part(key, cheque_minutes=func.sum(Booking.minutes))
        .select_from(Session)
        .join(Booking, (Booking.practice_id == Session.practice_id) & (Booking.session_id == Session.id))
        .join(Cheque, (Cheque.practice_id == Booking.practice_id) & (Cheque.id == Booking.cheque_id))
        .join(Scheme, (Scheme.practice_id == Cheque.practice_id) & (Scheme.id == Cheque.scheme_id))
        .where(Session.practice_id == work.practice_id, Session.day.between(period.first, period.last))
        .group_by("key")
    )


def _received(work: Work, period: Period, cut: Cut) -> Any:
    key = _key_of_cheque(cut, Receipt.received_on, Trajectory.coach_id)
    return (
        _part(key, cheques_received=func.sum(type_coerce(Allocation.amount, BigInteger)))
        .select_from(Receipt)
        .join(Allocation, (Allocation.practice_id == Receipt.practice_id) & (Allocation.receipt_id == Receipt.id))
        .join(Cheque, (Cheque.practice_id == Allocation.practice_id) & (Cheque.id == Allocation.cheque_id))
        .join(Scheme, (Scheme.practice_id == Cheque.practice_id) & (Scheme.id == Cheque.scheme_id))
        .join(Trajectory, (Trajectory.practice_id == Cheque.practice_id) & (Trajectory.id == Cheque.trajectory_id))
        .where(Receipt.practice_id == work.practice_id, Receipt.received_on.between(period.first, period.last))
        .group_by("key")
    )


def _key_of_cheque(cut: Cut, day: Any, coach_id: Any) -> Any:
    keys = {
        Cut.MONTH: _month(day),
        Cut.COACH: cast(coach_id, String),
        Cut.FUNDER: cast(Scheme.funder_id, String),
        Cut.SCHEME: cast(Scheme.id, String),
    }
    return keys[cut].label("key")


def _part(key: Any, **sums: Any) -> Any:
    names = ("invoiced", "cheque_minutes", "cheques_received")
    return select(key, *(cast(sums.get(name, literal(0)), BigInteger).label(name) for name in names))


def _month(day: Any) -> Any:
    return func.to_char(day, "YYYY-MM")
