"""Which slots of a week a plan asks, and at which wall time each of them comes: drawn by its seed, ever the same.

Sources: method.md §2.4 (seeded draws, anchors, maxima) and its taper.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

from domain.checkins.policy import Kind, Phase, Pin, Policy
from domain.checkins.terms import Anchor, AnchorKind, Draw, Terms, Window, centres_of, seconds
from domain.kit.calendar import instant, local_day

DRAWS = 20  # how often a day is drawn anew before its slots go to the middle of their parts
OWN_INITIATIVE = timedelta(days=30)  # the last days of a plan that fades out
WORTH_FADING = timedelta(days=56)
ONE_DAY = timedelta(days=1)
WEEK = 7


class Edition(NamedTuple):
    """What a plan asks from one local day on."""

    number: int
    effective_from: date
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Everything that decides when the check-ins of one plan fall and of which kind they are."""

    seed: bytes
    coachee: bytes
    zone: str
    starts_on: date
    last_on: date
    fades: bool  # whether its last day was named, so that its last month can be left to her own initiative
    editions: Sequence[Edition]
    obstacles: bool
    country: str = "BE"
    sessions: Sequence[tuple[datetime, datetime]] = ()
    elsewhere: Sequence[tuple[datetime, datetime]] = ()  # in other trajectories or a group: nothing hangs on them
    pace: int | None = None
    fatigue: int = 0
    obstacles_off_until: datetime | None = None
    phase: Phase | None = None
    pin: Pin | None = None
    own: bool = False
    research: bool = False  # whether lots count, as things stand

    def edition(self, day: date) -> Edition:
        for one in reversed(self.editions):
            if one.effective_from <= day:
                return one
        return self.editions[0]


@dataclass(slots=True)
class Week:
    """What a week has had."""

    monday: date
    used: int = 0
    obstacles: int = 0
    taken: set[tuple[date, int]] = field(default_factory=set[tuple[date, int]])


def draw_times(course: Course, edition: Edition, day: date) -> list[time]:
    """The wall time of every slot of a day: even over its part of the window, fixed by the seed, in whole seconds."""
    terms = edition.terms
    if terms.draw is Draw.FIXED:
        starts = [seconds(window.start) + window.part * n for window in terms.windows for n in range(window.slots)]
        return [_clock(second) for second in starts]
    gap = terms.min_gap_minutes * 60
    for attempt in range(DRAWS):
        drawn = _drawn(course, edition, day, attempt)
        if all(later - earlier >= gap for earlier, later in pairwise(drawn)):
            return [_clock(second) for second in drawn]
    return [_clock(second) for window in terms.windows for second in centres_of(window)]


def a_week(terms: Terms, pace: int | None, fatigue: int) -> int:
    """How many check-ins a week brings: as agreed, as she asked for less, and less again where they go unanswered."""
    most = terms.a_week if pace is None else min(terms.a_week, pace)
    if terms.policy is Policy.SELF_INITIATED:
        return 0
    return {0: most, 1: (most + 1) // 2}.get(fatigue, min(most, 1))


def weeks(first: date, last: date) -> Iterator[tuple[date, list[date]]]:
    day = first
    while day <= last:
        monday = day - timedelta(days=day.weekday())
        end = min(last, monday + timedelta(days=WEEK - 1))
        yield monday, [day + timedelta(days=number) for number in range((end - day).days + 1)]
        day = end + ONE_DAY


def had_in(monday: date, rows: Sequence[tuple[date, int, Kind | None]]) -> Week:
    week = Week(monday)
    for day, slot, kind in rows:
        if monday <= day < monday + timedelta(days=WEEK):
            week.used += 1
            week.obstacles += kind is Kind.OBSTACLE
            week.taken.add((day, slot))
    return week


def stretches(course: Course, days: Sequence[date]) -> Iterator[tuple[Edition, list[date]]]:
    """The days of a week, parted where another edition begins."""
    for edition, stretch in groupby(days, course.edition):
        yield edition, list(stretch)


def chosen(
    course: Course, edition: Edition, week: Week, days: Sequence[date], after: datetime
) -> list[tuple[date, int]]:
    """Which slots of these days are asked: all that there are, or of more than a week may have, drawn ones.

    They are drawn from what is left of the whole week, so that the days already made take nothing from the others,
    and as if the edition went on to the week's end: what it asks of its own days hangs on no edition after it.
    """
    whole = [week.monday + timedelta(days=number) for number in range(WEEK)]
    left = [day for day in whole if days[0] <= day <= course.last_on]
    open_slots = [one for day in left for one in _slots(course, edition, day, week.taken)]
    open_slots = [one for one in open_slots if _is_ahead(course, edition, one, after)]
    room = max(0, a_week(edition.terms, course.pace, course.fatigue) - week.used)
    if len(open_slots) > room:
        ranked = sorted(open_slots, key=lambda one: _rank(course, *one))
        open_slots = sorted(ranked[:room])
    return [one for one in open_slots if one[0] <= days[-1]]


def _is_ahead(course: Course, edition: Edition, one: tuple[date, int], after: datetime) -> bool:
    """Whether a slot still lies ahead: one that has passed takes nothing from the rest of the week."""
    day, slot = one
    today = local_day(after, course.zone)
    if day != today:
        return day > today
    return instant(day, draw_times(course, edition, day)[slot - 1], course.zone) > after


def _slots(course: Course, edition: Edition, day: date, taken: set[tuple[date, int]]) -> list[tuple[date, int]]:
    terms = edition.terms
    if day < course.starts_on or day.isoweekday() not in terms.weekdays:
        return []
    if terms.taper and course.fades and _is_last_month(course, day):
        return []
    if terms.anchor is not None and day not in _anchored(course, terms):
        return []
    had = [one for one, _ in taken].count(day)
    free = [(day, slot) for slot in range(1, terms.slots + 1) if (day, slot) not in taken]
    return free[: max(0, terms.per_day_max - had)]


def _is_last_month(course: Course, day: date) -> bool:
    return course.last_on - course.starts_on > WORTH_FADING and day > course.last_on - OWN_INITIATIVE


def _anchored(course: Course, terms: Terms) -> set[date]:
    return {day for day, _, _ in _hanging(course, terms.anchor)}


def _hanging(course: Course, anchor: Anchor | None) -> Iterator[tuple[date, datetime, datetime]]:
    """The days that hang on a session, each with its session."""
    if anchor is None:
        return
    away = timedelta(days=-anchor.days if anchor.kind is AnchorKind.BEFORE_SESSION else anchor.days)
    for starts_at, ends_at in course.sessions:
        yield local_day(starts_at, course.zone) + away, starts_at, ends_at


def on_its_side(course: Course, anchor: Anchor, day: date, due_at: datetime) -> bool:
    """Before a session that it is to come before, or after one that it is to come after: also on the day itself."""
    before = anchor.kind is AnchorKind.BEFORE_SESSION
    of_day = [(starts, ends) for on, starts, ends in _hanging(course, anchor) if on == day]
    return any(due_at < starts if before else due_at > ends for starts, ends in of_day)


def _rank(course: Course, day: date, slot: int) -> bytes:
    message = b"week" + course.coachee + day.toordinal().to_bytes(4, "big") + slot.to_bytes(1, "big")
    return hmac.digest(course.seed, message, "sha256")


def _drawn(course: Course, edition: Edition, day: date, attempt: int) -> list[int]:
    parts = [(window, place) for window in edition.terms.windows for place in range(window.slots)]
    return [_second(course, edition, day, slot, attempt, part) for slot, part in enumerate(parts, start=1)]


def _second(course: Course, edition: Edition, day: date, slot: int, attempt: int, part: tuple[Window, int]) -> int:
    window, place = part
    message = b"".join(
        (
            course.coachee,
            day.toordinal().to_bytes(4, "big"),
            slot.to_bytes(1, "big"),
            edition.number.to_bytes(4, "big"),
            attempt.to_bytes(1, "big"),
        )
    )
    drawn = int.from_bytes(hmac.digest(course.seed, message, "sha256")[:8], "big")
    return seconds(window.start) + window.part * place + drawn % window.part


def _clock(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)
