"""What a plan asks of a coachee, as one value: on which days, at which hours, how often, through what, and when never.

Sources: method.md §2.3 and §2.4. Nothing here looks at a clock or at a table.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import pairwise

import msgspec

from domain.checkins.lots import Trial
from domain.checkins.policy import Policy
from domain.kit.errors import Invalid
from domain.messaging import Channel

QUIET_FROM, QUIET_UNTIL = time(21), time(8)  # a hard wall: a plan may widen it, never narrow it
SHORTEST_WINDOW = timedelta(minutes=15)
LONGEST_PLAN = timedelta(days=2 * 366)
BURST = timedelta(days=14)  # how long two a day may last


class Draw(StrEnum):
    """Whether a check-in comes at the beginning of its part of the window, or at a drawn moment in it."""

    FIXED = "fixed"
    RANDOM = "random"


class AnchorKind(StrEnum):
    BEFORE_SESSION = "before_session"
    AFTER_SESSION = "after_session"


class WindowInQuietHours(Invalid):
    """A window must lie outside the quiet hours, and those last from 21:00 to 08:00 at the least."""


class WindowTooShort(Invalid):
    """The window must end at least 15 minutes after it begins."""


class WindowsOverlap(Invalid):
    """Two windows of a plan may not overlap: name them from the earliest to the latest."""


class TooManySlots(Invalid):
    """The windows hold more check-ins than a day of this plan may have."""


class GapTooLong(Invalid):
    """The least time between two check-ins does not fit into these windows."""


class BurstTooLong(Invalid):
    """Two check-ins a day last fourteen days at the most: end the plan sooner, or ask once a day."""


class QuietHoursTooShort(Invalid):
    """Quiet hours begin at 21:00 at the latest and last until 08:00 at the least."""


class QuietDayPlanned(Invalid):
    """A weekday that is to be quiet cannot have check-ins."""


class WeekdayTwice(Invalid):
    """Name each weekday once."""


class ChannelTwice(Invalid):
    """Name each channel once."""


class PlanEndsBeforeStart(Invalid):
    """A plan cannot end before it starts."""


class PlanTooLong(Invalid):
    """A plan lasts two years at the most."""


class PlanInPast(Invalid):
    """The last day of this plan lies in the past."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a day, cut into as many equal parts as it has slots: one check-in in each."""

    start: time
    end: time
    slots: int = 1

    @property
    def part(self) -> int:
        """The length of one part, in seconds."""
        return (seconds(self.end) - seconds(self.start)) // self.slots


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """Check-ins so many days before or after each session, and on no other day."""

    kind: AnchorKind
    days: int


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """One edition of what a plan asks. Weekdays as ISO has them, from 1 for Monday."""

    weekdays: tuple[int, ...]
    windows: tuple[Window, ...]
    draw: Draw = Draw.RANDOM
    min_gap_minutes: int = 120
    per_day_max: int = 1
    per_week_max: int | None = None
    anchor: Anchor | None = None
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    quiet_weekdays: tuple[int, ...] = ()
    skip_holidays: bool = False
    expires_after_minutes: int | None = None  # none is the end of the local day
    grace_minutes: int = 30
    reminder: bool = True
    channels: tuple[Channel, ...] = (Channel.EMAIL,)  # in the order in which they are tried; hers comes before it
    escalate_after_minutes: int = 30  # unopened for so long, the next channel is tried
    policy: Policy = Policy.STRENGTH_FIRST
    ratio: int = 3
    after_n: int | None = None
    taper: bool = True
    trial: Trial | None = None  # what is left to chance for research

    @property
    def slots(self) -> int:
        return sum(window.slots for window in self.windows)

    @property
    def a_week(self) -> int:
        """How many check-ins a full week brings at the most."""
        whole = len(self.weekdays) * self.slots
        return whole if self.per_week_max is None else min(whole, self.per_week_max)


def check_terms(terms: Terms) -> None:
    """Refuse by name what cannot be."""
    if len(set(terms.weekdays)) != len(terms.weekdays):
        raise WeekdayTwice(field="weekdays")
    if len(set(terms.channels)) != len(terms.channels):
        raise ChannelTwice(field="channels")
    _check_quiet(terms)
    for window in terms.windows:
        _check_window(window, terms)
    _check_slots(terms)


def _check_quiet(terms: Terms) -> None:
    if set(terms.quiet_weekdays) & set(terms.weekdays):
        raise QuietDayPlanned(field="quiet_weekdays")
    if terms.quiet_from > QUIET_FROM:
        raise QuietHoursTooShort(field="quiet_from")
    if terms.quiet_until < QUIET_UNTIL:
        raise QuietHoursTooShort(field="quiet_until")


def _check_slots(terms: Terms) -> None:
    if any(first.end > second.start for first, second in pairwise(terms.windows)):
        raise WindowsOverlap(field="windows")
    if terms.slots > terms.per_day_max:
        raise TooManySlots(field="windows", slots=terms.slots, per_day_max=terms.per_day_max)
    centres = [second for window in terms.windows for second in centres_of(window)]
    if any(later - earlier < terms.min_gap_minutes * 60 for earlier, later in pairwise(centres)):
        raise GapTooLong(field="min_gap_minutes")


def check_days(terms: Terms, starts_on: date, ends_on: date | None, *, today: date) -> None:
    last = last_day(starts_on, ends_on)
    if last < starts_on:
        raise PlanEndsBeforeStart(field="ends_on")
    if last - starts_on > LONGEST_PLAN:
        raise PlanTooLong(field="ends_on")
    if last < today:
        raise PlanInPast(field="ends_on")
    if terms.per_day_max > 1 and last - starts_on >= BURST:
        raise BurstTooLong(field="per_day_max")


def last_day(starts_on: date, ends_on: date | None) -> date:
    """A plan without a last day ends with its trajectory, and after two years at the latest."""
    return starts_on + LONGEST_PLAN if ends_on is None else ends_on


def asks_more(old: Terms, new: Terms) -> bool:
    """Whether new terms ask anything of the coachee that the old ones did not: then she must accept them."""
    return not (
        set(new.weekdays) <= set(old.weekdays)
        and all(_within(window, old.windows) for window in new.windows)
        and new.a_week <= old.a_week
        and new.per_day_max <= old.per_day_max
        and new.min_gap_minutes >= old.min_gap_minutes
        and new.anchor == old.anchor
        and new.quiet_from <= old.quiet_from
        and new.quiet_until >= old.quiet_until
        and set(new.quiet_weekdays) >= set(old.quiet_weekdays)
        and new.skip_holidays >= old.skip_holidays
        and new.reminder <= old.reminder
        and set(new.channels) <= set(old.channels)
        and (len(new.channels) == 1 or new.escalate_after_minutes >= old.escalate_after_minutes)
        and (new.policy == old.policy or new.policy in {Policy.SUCCESS_ONLY, Policy.SELF_INITIATED})
        and new.ratio >= old.ratio
        and new.taper >= old.taper
        and (new.trial is None or new.trial == old.trial)
        and (old.after_n is None or (new.after_n is not None and new.after_n <= old.after_n))
    )


def quiet(at: time, terms: Terms) -> bool:
    return at >= terms.quiet_from or at < terms.quiet_until


def centres_of(window: Window) -> list[int]:
    """The middle of each part of a window, as a second of the day."""
    return [seconds(window.start) + window.part * place + window.part // 2 for place in range(window.slots)]


def seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _check_window(window: Window, terms: Terms) -> None:
    if not terms.quiet_until <= window.start < terms.quiet_from:
        raise WindowInQuietHours(field="windows")
    if not terms.quiet_until < window.end <= terms.quiet_from:
        raise WindowInQuietHours(field="windows")
    if seconds(window.end) - seconds(window.start) < SHORTEST_WINDOW.total_seconds():
        raise WindowTooShort(field="windows")


def _within(window: Window, others: Sequence[Window]) -> bool:
    return any(other.start <= window.start and window.end <= other.end for other in others)
