"""When check-ins fall and of which kind they are: pure calculation, the same every time for the same seed.

Sources: method.md §2.3 (wall time first), §2.4 (one seeded draw a window) and §3.4 (strength first).
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from domain.checkins.model import Kind
from domain.kit.calendar import end_of_day, instant, local_time
from domain.kit.errors import Invalid

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
SHORTEST_WINDOW = timedelta(minutes=15)
LONGEST_PLAN = timedelta(days=2 * 366)
SHORTEST_ANSWER = timedelta(hours=1)  # a person who is busy must still be able to answer

AHEAD = timedelta(days=14)  # how many local days of check-ins are made at a time
LOOK_AGAIN = timedelta(days=7)  # with how many days left the next ones are made
LOOK_AT = time(4)  # making them is work for the night

SLOT = 1  # plans have one check-in a day so far
SUCCESSES_FIRST = 3
BLOCK = 4  # after those: one obstacle in every block of four, never its first


class WindowInQuietHours(Invalid):
    """The window must lie between 08:00 and 21:00: nothing is sent in the quiet hours."""


class WindowTooShort(Invalid):
    """The window must end at least 15 minutes after it begins."""


class WeekdayTwice(Invalid):
    """Name each weekday once."""


class PlanEndsBeforeStart(Invalid):
    """A plan cannot end before it starts."""


class PlanTooLong(Invalid):
    """A plan lasts two years at the most."""


class PlanInPast(Invalid):
    """The last day of this plan lies in the past."""


class Occasion(NamedTuple):
    """One check-in to be: what the clock on the wall will show, and the instants which that means."""

    day: date
    kind: Kind
    wall_time: time
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What of a plan decides when its check-ins fall and of which kind they are."""

    weekdays: Sequence[int]
    window_from: time
    window_to: time
    zone: str
    expires_after: timedelta
    seed: bytes
    coachee: bytes
    obstacles: bool  # whether the coachee consents to being asked about them


def check_window(window_from: time, window_to: time) -> None:
    if not QUIET_UNTIL <= window_from < QUIET_FROM:
        raise WindowInQuietHours(field="window_from")
    if not QUIET_UNTIL < window_to <= QUIET_FROM:
        raise WindowInQuietHours(field="window_to")
    if _seconds(window_to) - _seconds(window_from) < SHORTEST_WINDOW.total_seconds():
        raise WindowTooShort(field="window_to")


def check_days(weekdays: Sequence[int], starts_on: date, ends_on: date, *, today: date) -> None:
    if len(set(weekdays)) != len(weekdays):
        raise WeekdayTwice(field="weekdays")
    if ends_on < starts_on:
        raise PlanEndsBeforeStart(field="ends_on")
    if ends_on - starts_on > LONGEST_PLAN:
        raise PlanTooLong(field="ends_on")
    if ends_on < today:
        raise PlanInPast(field="ends_on")


def kind_of(seed: bytes, ordinal: int) -> Kind:
    """The policy `strength_first_v1`: three successes, then blocks of four with one obstacle at a seeded place.

    That place is never the first of its block, so two obstacles never follow one another.
    """
    block, place = divmod(ordinal - SUCCESSES_FIRST, BLOCK)
    if block < 0 or place == 0:
        return Kind.SUCCESS
    drawn = hmac.digest(seed, b"block" + block.to_bytes(4, "big"), "sha256")[0]
    return Kind.OBSTACLE if place == 1 + drawn % (BLOCK - 1) else Kind.SUCCESS


def draw_time(rhythm: Rhythm, day: date, slot: int = SLOT) -> time:
    """A whole second within the window: even over the window, fixed by the seed, a surprise to the coachee."""
    message = rhythm.coachee + day.toordinal().to_bytes(4, "big") + slot.to_bytes(1, "big")
    drawn = int.from_bytes(hmac.digest(rhythm.seed, message, "sha256")[:8], "big")
    first = _seconds(rhythm.window_from)
    second = first + drawn % (_seconds(rhythm.window_to) - first)
    return time(second // 3600, second // 60 % 60, second % 60)


def occasions(rhythm: Rhythm, first: date, last: date, *, after: datetime, ordinal: int) -> Iterator[Occasion]:
    """The check-ins of the local days `first` to `last` that fall after a moment; `ordinal` counts those made before.

    A wall time that a change of clocks skips moves on; where that leads into another day or into the quiet hours, the
    day has none.
    """
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        if day.isoweekday() not in rhythm.weekdays:
            continue
        wall_time = draw_time(rhythm, day)
        due_at = instant(day, wall_time, rhythm.zone)
        if due_at <= after or not _falls_on(due_at, day, rhythm.zone):
            continue
        kind = kind_of(rhythm.seed, ordinal) if rhythm.obstacles else Kind.SUCCESS
        yield Occasion(day, kind, wall_time, due_at, expiry(due_at, day, rhythm))
        ordinal += 1


def expiry(due_at: datetime, day: date, rhythm: Rhythm) -> datetime:
    """Until when it may be answered: not beyond its local day, and an hour at the least."""
    return max(min(due_at + rhythm.expires_after, end_of_day(day, rhythm.zone)), due_at + SHORTEST_ANSWER)


def quiet(at: time) -> bool:
    return at >= QUIET_FROM or at < QUIET_UNTIL


def last_day_to_make(today: date, starts_on: date, ends_on: date) -> date | None:
    """Up to which day check-ins are made today, or None where the plan starts too far ahead."""
    last = today + AHEAD - timedelta(days=1)
    return None if starts_on > last else min(last, ends_on)


def look_again_at(made_until: date | None, starts_on: date, ends_on: date, zone: str) -> datetime:
    """When the next check-ins are to be made; after the last ones, when the plan is over and they have expired."""
    if made_until is not None and made_until >= ends_on:
        return end_of_day(ends_on, zone) + SHORTEST_ANSWER
    return instant((made_until or starts_on) - LOOK_AGAIN, LOOK_AT, zone)


def _falls_on(due_at: datetime, day: date, zone: str) -> bool:
    local = local_time(due_at, zone)
    return local.date() == day and not quiet(local.time())


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second
