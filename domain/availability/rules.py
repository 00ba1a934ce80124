"""What refuses a time, whatever is planned already: the same rules for what is offered and for what is booked."""

from datetime import datetime, timedelta

from domain.availability.types import SessionType, length_of
from domain.availability.windows import BookingRules, CoachHours, Stretch, on_grid, open_time
from domain.kit.calendar import end_of_day, local_day
from domain.kit.errors import Invalid


class InThePast(Invalid):
    """That moment has passed; what was held already is planned with `in_hindsight`."""


class NoticeTooShort(Invalid):
    """That is sooner than the practice takes bookings."""


class BeyondHorizon(Invalid):
    """That is farther ahead than the practice takes bookings."""


class NotOnGrid(Invalid):
    """Sessions of this practice begin at the times of its grid only."""


class OutsideHours(Invalid):
    """The coach does not work at that time, or not for that kind of session."""


def earliest(rules: BookingRules, now: datetime) -> datetime:
    return now + timedelta(minutes=rules.notice_minutes)


def latest(rules: BookingRules, now: datetime) -> datetime:
    """The end of the last day on which sessions may begin."""
    return end_of_day(local_day(now, rules.zone) + timedelta(days=rules.horizon_days), rules.zone)


def must_be_open(rules: BookingRules, coach: CoachHours, kind: SessionType, span: Stretch, now: datetime) -> None:
    """Refuse what the coach's hours do not allow; without weekly hours only the days on which she is off."""
    if coach.bound:
        minutes = int((span.ends_at - span.starts_at).total_seconds() // 60)
        length_of(kind, minutes)
        if span.starts_at < earliest(rules, now):
            raise NoticeTooShort(field="time", notice_minutes=rules.notice_minutes)
        if span.starts_at >= latest(rules, now):
            raise BeyondHorizon(field="day", days=rules.horizon_days)
        if not on_grid(span.starts_at, rules):
            raise NotOnGrid(field="time", grid_minutes=rules.grid_minutes)
    if span not in open_time(rules, coach, kind.key, span):
        holiday = rules.holidays.get(local_day(span.starts_at, rules.zone)) if coach.bound else None
        raise OutsideHours(field="time", holiday=holiday)
