"""Between the wall clock of a person and the one time line we store."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from domain.kit.errors import Invalid


class UnknownZone(Invalid):
    """That is no time zone of the IANA database; write it like Europe/Brussels."""


class TimeSkipped(Invalid):
    """That wall time does not come on that day: the clock is put forward over it."""


class TimeAmbiguous(Invalid):
    """That wall time comes twice on that day, as the clock is put back over it: choose another."""


class PeriodBackwards(Invalid):
    """A period ends on its first day or later."""


@dataclass(frozen=True, slots=True)
class Period:
    """Two days, and all between."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PeriodBackwards(field="to", first=self.first)

    @classmethod
    def of(cls, today: date, first: date | None, last: date | None) -> "Period":
        """As a caller asked for it in `from` and `to`; this year so far, where nothing is named."""
        begin = first or today.replace(month=1, day=1)
        return cls(sane_day(begin, field="from"), sane_day(last or today, field="to"))


def instant(day: date, at: time, zone: str) -> datetime:
    """The UTC instant at which that wall clock shows `at`.

    An hour skipped in spring moves on by the length of the gap; an hour that comes twice in autumn means its first.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def existing_instant(day: date, at: time, zone: str, *, field: str) -> datetime:
    """The same for a time that a person chose: one that the clock skips or shows twice that day is refused."""
    moment = instant(day, at, zone)
    if local_time(moment, zone).replace(tzinfo=None) != datetime.combine(day, at):
        raise TimeSkipped(field=field, day=day, time=at.isoformat("minutes"), zone=zone)
    if shown_twice(local_time(moment, zone)):
        raise TimeAmbiguous(field=field, day=day, time=at.isoformat("minutes"), zone=zone)
    return moment


def shown_twice(local: datetime) -> bool:
    """Whether the clock on the wall shows that time twice that day, as it is put back."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def local_time(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def start_of_day(day: date, zone: str) -> datetime:
    """The instant at which that local day begins."""
    return instant(day, time(0), zone)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which that local day is over."""
    return instant(day + timedelta(days=1), time(0), zone)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def known_zone(zone: str, *, field: str = "zone") -> str:
    """The zone, or the refusal of one that does not exist."""
    try:
        known = zone in _zones() and ZoneInfo(zone).key == zone
    except (ZoneInfoNotFoundError, ValueError):  # a name that is also a folder, or not in this system's data
        known = False
    if not known:
        raise UnknownZone(field=field, zone=zone)
    return zone


EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


class DayOutOfRange(Invalid):
    """That day lies outside the years 1900 to 2199."""


def sane_day(day: date, *, field: str) -> date:
    """The day, or the refusal of one so far away that it can only be a mistake."""
    if not EARLIEST <= day < LATEST:
        raise DayOutOfRange(field=field, day=day)
    return day
