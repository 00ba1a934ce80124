"""What customers owe, by how long it is overdue."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, cast, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from domain import payments, practice
from domain.kit.calendar import local_day
from domain.kit.ids import CoacheeId, SponsorId
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.payments import OpenItem
from domain.people import Coachee, Sponsor

AGES: dict[str, tuple[int | None, int | None]] = {  # days overdue, first and last
    "not_due": (None, 0),
    "to_30": (1, 30),
    "to_60": (31, 60),
    "to_90": (61, 90),
    "over_90": (91, None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """Open amounts by days overdue; `credit` is what is open the other way: payments and credit notes not yet used."""

    not_due: Money = ZERO
    to_30: Money = ZERO
    to_60: Money = ZERO
    to_90: Money = ZERO
    over_90: Money = ZERO
    owed: Money = ZERO
    credit: Money = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    coachee_id: CoacheeId | None
    sponsor_id: SponsorId | None
    name: str
    aged: Aged


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    total: Aged
    customers: int
    debtors: list[Debtor]


async def outstanding(work: Work, *, most: int | None = None) -> Outstanding:
    """Of every customer with something open; those who owe most first, and of them `most` where that is named."""
    today = local_day(work.now, (await practice.get_practice(work)).zone)
    rows = (await work.session.execute(aged_query(work, today, most))).all()
    if not rows:
        return Outstanding(total=Aged(), customers=0, debtors=[])
    debtors = [
        Debtor(coachee_id=row.coachee_id, sponsor_id=row.sponsor_id, name=row.name, aged=_aged(row)) for row in rows
    ]
    return Outstanding(total=_aged(rows[0], "all_"), customers=rows[0].customers, debtors=debtors)


def aged_query(work: Work, today: Any, most: int | None) -> Any:
    """One pass over what is open, which an index holds by customer; the totals are those of all, whatever the limit."""
    open_ = _per_customer(work, today)
    names = [field.name for field in fields(Aged)]
    sums = [func.sum(open_.c[name]).over().label(f"all_{name}") for name in names]
    top = (
        select(open_, *sums, func.count().over().label("customers"))
        .order_by(open_.c.owed.desc(), open_.c.coachee_id, open_.c.sponsor_id)
        .limit(most)
        .subquery()
    )
    coachee, sponsor = aliased(Coachee), aliased(Sponsor)
    name = func.coalesce(sponsor.name, coachee.given_name + " " + coachee.family_name).label("name")
    return (
        select(top, name)
        .outerjoin(coachee, (coachee.practice_id == work.practice_id) & (coachee.id == top.c.coachee_id))
        .outerjoin(sponsor, (sponsor.practice_id == work.practice_id) & (sponsor.id == top.c.sponsor_id))
        .order_by(top.c.owed.desc(), top.c.coachee_id, top.c.sponsor_id)
    )


def _per_customer(work: Work, today: Any) -> Any:
    open_ = _open_by_day(work)
    late = cast(literal(today, Date) - open_.c.day, Integer)
    sums = [_sum(open_.c.owed, _within(late, *ages)).label(name) for name, ages in AGES.items()]
    return (
        select(
            open_.c.coachee_id,
            open_.c.sponsor_id,
            *sums,
            _sum(open_.c.owed).label("owed"),
            _sum(open_.c.credit).label("credit"),
        )
        .group_by(open_.c.coachee_id, open_.c.sponsor_id)
        .subquery()
    )


def _open_by_day(work: Work) -> Any:
    """What is open by the day on which it is due. What is left of instalments moves to their days from that of their
    invoice: few are paid so, and the index alone still tells all the rest."""
    open_: Any = type_coerce(OpenItem.open, BigInteger)
    day = func.coalesce(OpenItem.due_on, OpenItem.booked_on).label("day")
    whose = (OpenItem.coachee_id, OpenItem.sponsor_id)
    nothing = cast(literal(0), BigInteger)
    items = select(*whose, day, func.greatest(open_, 0).label("owed"), func.greatest(-open_, 0).label("credit")).where(
        OpenItem.practice_id == work.practice_id, OpenItem.open != ZERO, OpenItem.coach_id.is_(None)
    )
    parts = payments.left_query(work, *whose, day).subquery()
    there = select(parts.c.coachee_id, parts.c.sponsor_id, parts.c.due_on, parts.c.left, nothing)
    from_here = select(parts.c.coachee_id, parts.c.sponsor_id, parts.c.day, -parts.c.left, nothing)
    return union_all(items, there, from_here).subquery()


def _within(late: Any, first: int | None, last: int | None) -> Any:
    if first is None:
        return late <= last
    return late >= first if last is None else late.between(first, last)


def _sum(amount: Any, which: Any = None) -> Any:
    total = func.sum(amount)
    return cast(func.coalesce(total if which is None else total.filter(which), 0), BigInteger)


def _aged(row: Any, prefix: str = "") -> Aged:
    return Aged(**{field.name: Money(int(getattr(row, prefix + field.name))) for field in fields(Aged)})
