"""Calculations on cheques: how their codes are written, which right they use, when to look at one again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.funding.model import Cheque, Scheme
from domain.funding.refusals import CodesNeeded, DayInFuture, DaysNeeded, InvalidChequeCode
from domain.funding.states import LAPSES
from domain.kit.calendar import add_months, end_of_day, instant, sane_day

LONGEST_CODE = 64
WARN_DAYS_BEFORE = (14, 3)
WARN_TIME = time(9)
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What the issuer's mail says: the day of the cheque and its two codes."""

    issued_on: date
    cheque_number: str
    client_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCheque:
    """What is known of a cheque when it is registered; how much that is decides its state."""

    nth: int = 1
    ordered_on: date | None = None
    issued_on: date | None = None
    cheque_number: str | None = None
    client_number: str | None = None

    def issue(self) -> Issue | None:
        """What was issued, or None for a cheque that is ordered or announced only."""
        if (self.issued_on, self.cheque_number, self.client_number) == (None, None, None):
            return None
        if self.ordered_on is None or self.issued_on is None:
            raise DaysNeeded(field="ordered_on" if self.ordered_on is None else "issued_on")
        if self.cheque_number is None or self.client_number is None:
            raise CodesNeeded(field="cheque_number" if self.cheque_number is None else "client_number")
        return Issue(issued_on=self.issued_on, cheque_number=self.cheque_number, client_number=self.client_number)


def code(text: str, *, field: str) -> str:
    """A code as we keep it. Nothing official says how codes are built, so nothing more is checked."""
    kept = text.strip().upper()
    if not 1 <= len(kept) <= LONGEST_CODE:
        raise InvalidChequeCode(field=field)
    return kept


def past_day(day: date, today: date, *, field: str) -> date:
    """The day, or the refusal of one that has yet to come."""
    if sane_day(day, field=field) > today:
        raise DayInFuture(field=field, today=today)
    return day


def right_is_used(earlier: Iterable[Cheque], scheme: Scheme, *, nth: int, day: date) -> bool:
    """Whether the coachee's other cheques leave no room for this one under its scheme (§1.2).

    They count within the scheme's window, either way, for cheques are not always registered in the order of their
    days; without a window they count for a whole career.
    """
    counted = {cheque.nth for cheque in earlier if _within_window(cheque.ordered_on or day, scheme, day)}
    return nth in counted or len(counted) >= len(scheme.unit_minutes)


def _within_window(ordered_on: date, scheme: Scheme, day: date) -> bool:
    if scheme.window_years is None:
        return True
    months = scheme.window_years * MONTHS_PER_YEAR
    return add_months(day, -months) < ordered_on < add_months(day, months)


def next_look(cheque: Cheque, now: datetime, zone: str) -> datetime | None:
    """When the scheduler has something to do: warn of the deadline, or let the cheque lapse after its last day."""
    if cheque.deadline is None:
        return None
    which, day = cheque.deadline
    warnings = (instant(day - timedelta(days=days), WARN_TIME, zone) for days in WARN_DAYS_BEFORE)
    moments = [moment for moment in warnings if moment > now]
    if which in LAPSES:
        moments.append(end_of_day(day, zone))
    return min(moments, default=None)
