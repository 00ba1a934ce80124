"""What lateness costs, reckoned: interest day by day, and costs as the law lets them be. Calculation alone.

A day counts from the day after that on which was to be paid, up to the day on which it was. Each row is rounded to the
cent, so that whoever reads them can add them up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

import holidays

from domain.invoicing import added
from domain.kit.money import ZERO, Money
from domain.payments.late_law import grace_on, limits_on
from domain.payments.late_rates import Rate, in_force, postage_on
from domain.payments.late_terms import BusinessTerms, ConsumerTerms

YEAR = 365  # days, in a leap year too
HOME = "BE"


class CostKind(StrEnum):
    LUMP = "lump"
    REMINDERS = "reminders"
    POSTAGE = "postage"


@dataclass(frozen=True, slots=True)
class Overdue:
    """What was late from a day on, until the next of them."""

    from_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Paid:
    """A reminder that may cost something; only one that went by post carries postage, that of the day."""

    posted_on: date | None


@dataclass(frozen=True, slots=True)
class InterestRow:
    """Interest from one day to another, both counted; None where the rate is not known."""

    first: date
    last: date
    overdue: Money
    percent: Decimal | None
    interest: Money | None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Cost:
    kind: CostKind
    amount: Money
    count: int = 1


@dataclass(frozen=True, slots=True)
class Reckoning:
    """All of it as of a day."""

    until: date
    rows: Sequence[InterestRow] = ()
    costs: Sequence[Cost] = ()

    @property
    def interest(self) -> Money | None:
        """None where a rate is not known."""
        found = [row.interest for row in self.rows]
        return None if None in found else added(one for one in found if one is not None)

    @property
    def cost(self) -> Money:
        return added(one.amount for one in self.costs)


def interest_rows(late: Sequence[Overdue], rates: Sequence[Rate], since: date, until: date) -> list[InterestRow]:
    """A row for each stretch of days with one amount and one rate, from `since` to `until`."""
    starts = {since, *(one.from_on for one in late), *(rate.from_on for rate in rates)}
    days = sorted(day for day in starts if since <= day <= until)
    lasts = [*(day - timedelta(days=1) for day in days[1:]), until]
    rows: list[InterestRow] = []
    for first, last in zip(days, lasts, strict=True):
        amount = next((one.amount for one in reversed(late) if one.from_on <= first), ZERO)
        if amount > ZERO:
            rate = in_force(rates, first)
            row = InterestRow(first, last, amount, rate.percent if rate else None, None)
            rows.append(row if row.percent is None else replace(row, interest=_interest(row, row.percent)))
    return rows


def _interest(row: InterestRow, percent: Decimal) -> Money:
    return row.overdue.portion(percent * row.days, Decimal(100 * YEAR))


def of_business(
    terms: BusinessTerms, rates: Sequence[Rate], late: Sequence[Overdue], since: date, until: date
) -> Reckoning:
    """Interest from the day after the due date, and one lump sum: both of right, without any clause."""
    rows = interest_rows(late, rates, since, until) if terms.interest else []
    was_late = any(one.amount > ZERO and one.from_on <= until for one in late)
    costs = [Cost(CostKind.LUMP, terms.costs)] if was_late and terms.costs > ZERO else []
    return Reckoning(until, rows, costs)


def of_consumer(
    terms: ConsumerTerms, rates: Sequence[Rate], late: Sequence[Overdue], since: date, until: date, paid: Sequence[Paid]
) -> Reckoning:
    """What a clause may ask once the days of grace are over: interest from then on, and costs up to the cap for what
    was late on that day."""
    debt = next((one.amount for one in reversed(late) if one.from_on <= since), ZERO)
    if since > until or debt <= ZERO:
        return Reckoning(until)
    rows = interest_rows(late, rates, since, until) if terms.interest else []
    cap = terms.cap(debt, until)
    costs = [Cost(CostKind.LUMP, cap)] if terms.lump else _reminders(terms, cap, until, paid)
    return Reckoning(until, rows, [cost for cost in costs if cost.amount > ZERO])


def _reminders(terms: ConsumerTerms, cap: Money, until: date, paid: Sequence[Paid]) -> list[Cost]:
    law = limits_on(until)
    asked = paid if law is None else paid[: law.paid_reminders]
    each = min(Money(terms.per_reminder.cents * len(asked)), cap)
    letters = [one.posted_on for one in asked if one.posted_on is not None]
    postage = min(added(postage_on(terms.postage, day) for day in letters), cap - each)
    return [Cost(CostKind.REMINDERS, each, len(asked)), Cost(CostKind.POSTAGE, postage, len(letters))]


def overdue_by_day(
    moved: Sequence[tuple[date, Money]], due_on: date, parts: Sequence[tuple[date, Money]], known_until: date
) -> list[Overdue]:
    """What was late from which day on: what moved before that day, less what was due on it or later. Of instalments
    those count that were due before `known_until`; the rest of the item falls due with it."""
    days = {day + timedelta(days=1) for day in (*(day for day, _ in moved), due_on, *(day for day, _ in parts))}
    planned = added(amount for _, amount in parts)
    late: list[Overdue] = []
    for day in sorted(days):
        open_ = added(amount for on, amount in moved if on < day)
        ahead = added(amount for on, amount in parts if on >= min(day, known_until))
        beyond = max(open_ - planned, ZERO) if due_on >= day else ZERO
        late.append(Overdue(day, max(open_ - ahead - beyond, ZERO)))
    return late


def first_late(late: Iterable[Overdue]) -> date | None:
    return next((one.from_on for one in late if one.amount > ZERO), None)


def grace_over(made_on: date, *, mailed: bool) -> date:
    """The first day after the calendar days that a consumer has: they begin on the day after the mail, or, of a letter
    by post, on one of the working days after it was sent."""
    grace, begins = grace_on(made_on), made_on + timedelta(days=1)
    if not mailed:
        working = 0
        day = made_on
        while working < grace.working_days:
            day += timedelta(days=1)
            working += day.isoweekday() <= 5 and day not in _holidays(day.year)  # noqa: PLR2004
        begins = day
    return begins + timedelta(days=grace.days)


@cache
def _holidays(year: int) -> Any:
    return holidays.country_holidays(HOME, years=year, expand=False)
