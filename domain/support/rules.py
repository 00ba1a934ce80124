"""By when an alert must be acknowledged: a working day of 24 hours, in the practice's own zone and by its holidays."""

from datetime import date, datetime, time, timedelta

from domain.checkins import is_holiday
from domain.kit.calendar import instant, local_time

OPENS = time(9)
FRIDAY = 5


def works(day: date, country: str) -> bool:
    return day.isoweekday() <= FRIDAY and not is_holiday(country, day)


def next_working_day(day: date, country: str) -> date:
    later = day + timedelta(days=1)
    while not works(later, country):
        later += timedelta(days=1)
    return later


def deadline(alerted_at: datetime, zone: str, country: str) -> datetime:
    """The same time on the next working day; what comes on a free day counts from nine on the first working day."""
    here = local_time(alerted_at, zone)
    day, at = here.date(), here.time().replace(tzinfo=None)
    if not works(day, country):
        day, at = next_working_day(day, country), OPENS
    return instant(next_working_day(day, country), at, zone)
