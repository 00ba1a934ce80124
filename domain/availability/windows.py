"""The arithmetic of open time: stretches between instants, and when a coach's hours open them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from domain.availability.model import ExceptionKind
from domain.kit.calendar import instant, local_day, local_time, shown_twice

DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """From one instant up to another, which it does not contain."""

    starts_at: datetime
    ends_at: datetime


class Hours(NamedTuple):
    """Open from one wall time to another on one day of every week (1 is Monday), for some kinds of session or all."""

    weekday: int
    from_time: time
    to_time: time
    zone: str | None = None
    kinds: frozenset[str] | None = None


class Exceptional(NamedTuple):
    kind: ExceptionKind
    first_day: date
    last_day: date
    from_time: time | None
    to_time: time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRules:
    """What binds all coaches of a practice."""

    zone: str
    grid_minutes: int
    notice_minutes: int
    horizon_days: int
    buffer: timedelta
    cancel_free_hours: int
    version: int
    holidays: dict[date, str]


@dataclass(frozen=True, slots=True)
class CoachHours:
    """A coach without weekly hours is always open, but for the days on which she is off."""

    week: tuple[Hours, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()

    @property
    def bound(self) -> bool:
        return bool(self.week)


def merge(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in as few stretches as can be, in order."""
    merged: list[Stretch] = []
    for one in sorted(stretches):
        if one.ends_at <= one.starts_at:
            continue
        if merged and one.starts_at <= merged[-1].ends_at:
            merged[-1] = Stretch(merged[-1].starts_at, max(merged[-1].ends_at, one.ends_at))
        else:
            merged.append(one)
    return merged


def subtract(free: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of `free` (merged) without `taken`."""
    blocks, left, first = merge(taken), list[Stretch](), 0
    for begins, ends in free:
        while first < len(blocks) and blocks[first].ends_at <= begins:
            first += 1
        begin = begins
        for block in blocks[first : bisect_left(blocks, (ends,), first)]:
            if begin < block.starts_at:
                left.append(Stretch(begin, block.starts_at))
            begin = max(begin, block.ends_at)
        if begin < ends:
            left.append(Stretch(begin, ends))
    return left


def widen(taken: Iterable[Stretch], by: timedelta) -> list[Stretch]:
    return [Stretch(one.starts_at - by, one.ends_at + by) for one in taken] if by else list(taken)


def open_time(rules: BookingRules, coach: CoachHours, kind: str, within: Stretch) -> list[Stretch]:
    """When the coach is open for that kind of session, whatever is planned already."""
    days = list(days_of(local_day(within.starts_at, rules.zone) - DAY, local_day(within.ends_at, rules.zone) + DAY))
    usual = list(_usual(rules, coach, kind, days)) if coach.bound else [within]
    off = list(_exceptional(coach, ExceptionKind.OFF, days, rules.zone))
    extra = _exceptional(coach, ExceptionKind.EXTRA, days, rules.zone)
    opened = merge([*subtract(merge(usual), off), *extra])
    return merge(Stretch(max(one.starts_at, within.starts_at), min(one.ends_at, within.ends_at)) for one in opened)


def days_of(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _usual(rules: BookingRules, coach: CoachHours, kind: str, days: list[date]) -> Iterator[Stretch]:
    for hours in coach.week:
        if hours.kinds is not None and kind not in hours.kinds:
            continue
        zone = hours.zone or rules.zone
        for day in days[(hours.weekday - days[0].isoweekday()) % 7 :: 7]:
            if day not in rules.holidays:
                yield Stretch(_opens(day, hours.from_time, zone), _opens(day, hours.to_time, zone))


_opens = lru_cache(maxsize=10_000)(instant)  # the hours of many days and coaches are few wall times


def _exceptional(coach: CoachHours, kind: ExceptionKind, days: list[date], zone: str) -> Iterator[Stretch]:
    for one in coach.exceptions:
        if one.kind is not kind:
            continue
        for day in days:
            if one.first_day <= day <= one.last_day:
                yield _on_day(one, day, zone)


def _on_day(one: Exceptional, day: date, zone: str) -> Stretch:
    if one.from_time is None or one.to_time is None:
        return Stretch(instant(day, time(0), zone), instant(day + DAY, time(0), zone))
    return Stretch(instant(day, one.from_time, zone), instant(day, one.to_time, zone))


def on_grid(moment: datetime, rules: BookingRules) -> bool:
    """Whether the practice's clock shows a time of its grid."""
    local = local_time(moment, rules.zone)
    return (local.hour * 60 + local.minute) % rules.grid_minutes == 0 and local.second == 0


class Start(NamedTuple):
    """When a session can begin: the moment by the practice's clock, the day and the time which that shows."""

    starts_at: datetime
    day: date
    time: str


class Dial(NamedTuple):
    """The times of a grid through some days: in UTC, to search in, and as the practice's clock shows each."""

    moments: Sequence[datetime]
    starts: Sequence[Start]


def dial_of(rules: BookingRules, first: date, last: date) -> Dial:
    moments, starts = list[datetime](), list[Start]()
    for day in days_of(first, last):
        of_day = _dial_of_day(day, rules.grid_minutes, rules.zone)
        moments += of_day.moments
        starts += of_day.starts
    return Dial(moments, starts)


@lru_cache(maxsize=512)
def _dial_of_day(day: date, grid_minutes: int, zone: str) -> Dial:
    """None that the clock skips that day, or that its wall time does not tell apart."""
    moments, starts = list[datetime](), list[Start]()
    for minute in range(0, 24 * 60, grid_minutes):
        at = time(*divmod(minute, 60))
        moment = instant(day, at, zone)
        local = local_time(moment, zone)
        if (local.date(), local.time()) == (day, at) and not shown_twice(local):
            moments.append(moment)
            starts.append(Start(local, day, f"{at:%H:%M}"))
    return Dial(tuple(moments), tuple(starts))


def starts_in(free: Iterable[Stretch], length: timedelta, dial: Dial, until: datetime) -> list[Start]:
    """Of the times of the dial, before `until`, those at which that long a session can begin. `free` is in order."""
    moments, starts, after = dial.moments, list[Start](), 0
    for begins, ends in free:
        first = bisect_left(moments, begins, after)
        after = bisect_right(moments, ends - length, first)
        starts += dial.starts[first:after]
    return [one for one in starts if one.starts_at < until] if starts and starts[-1].starts_at >= until else starts
