"""When the check-ins of a plan fall and of which kind they are: pure calculation, the same every time.

Sources: method.md §2.3 (wall time first), §2.4 (seeded draws, anchors, collisions) and §3.4 (the kinds). What
materialises and what a preview shows both come from here.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import holidays

from domain.checkins.policy import Decision, Kind, Phase, Pin, Policy, Rule, Turn, decide
from domain.checkins.terms import (
    AnchorKind,
    Draw,
    Terms,
    Window,
    centres_of,
    quiet,
    seconds,
)
from domain.kit.calendar import end_of_day, instant, local_day, local_time

SHORTEST_ANSWER = timedelta(hours=1)  # a person who is busy must still be able to answer
SHORTEST_DAY = timedelta(hours=2)  # where only the end of the day is said
AROUND_SESSION = timedelta(hours=1)
EVENING = time(20)
EVE = time(17)  # from when on the evening before a quiet day has begun
DRAWS = 20  # how often a day is drawn anew before its slots go to the middle of their parts

AHEAD = timedelta(days=14)  # how many local days of check-ins are made at a time
LOOK_AGAIN = timedelta(days=7)  # with how many days left the next ones are made
LOOK_AT = time(4)  # making them is work for the night
OWN_INITIATIVE = timedelta(days=30)  # the last days of a plan that fades out
WORTH_FADING = timedelta(days=56)
ONE_DAY = timedelta(days=1)
WEEK = 7
NOW_AND_THEN = 100  # from this slot on: asked at once, swapped or begun by herself, outside the windows of a plan


class Edition(NamedTuple):
    """What a plan asks from one local day on."""

    number: int
    effective_from: date
    terms: Terms


class Occasion(NamedTuple):
    """One check-in to be: what the clock on the wall will show, and the instants which that means.

    `skipped` names why a planned slot brings none; then it has no decision either.
    """

    day: date
    slot: int
    edition: int
    kind: Kind
    wall_time: time
    due_at: datetime
    expires_at: datetime
    decision: Decision | None
    skipped: str | None


@dataclass(slots=True)
class Made:
    """What was made of a plan before: how many, the last kind, and the rows of these days."""

    ordinal: int = 0
    previous: Kind | None = None
    rows: Sequence[tuple[date, int, Kind | None]] = ()


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

    def edition(self, day: date) -> Edition:
        for one in reversed(self.editions):
            if one.effective_from <= day:
                return one
        return self.editions[0]


@dataclass(slots=True)
class _Week:
    """What a week has had."""

    monday: date
    used: int = 0
    obstacles: int = 0
    taken: set[tuple[date, int]] = field(default_factory=set[tuple[date, int]])


def occasions(course: Course, first: date, last: date, *, after: datetime, made: Made) -> Iterator[Occasion]:
    """The check-ins of the local days `first` to `last` that fall after a moment, skipped ones included.

    Making them in two goes gives the same as in one.
    """
    ordinal, previous = made.ordinal, made.previous
    for monday, days in _weeks(first, last):
        week = _had(monday, made.rows)
        for day, slot in _chosen(course, week, days):
            edition = course.edition(day)
            if edition.terms.after_n is not None and ordinal >= edition.terms.after_n:
                return
            wall_time = draw_times(course, edition, day)[slot - 1]
            due_at = instant(day, wall_time, course.zone)
            if due_at <= after:
                continue
            skipped = _skipped(course, edition.terms, day, wall_time, due_at)
            decision = None
            if skipped is None:
                decision = _decision(course, edition, day, wall_time, due_at, ordinal, previous, week.obstacles)
                ordinal, previous = ordinal + 1, decision.chosen
                week.obstacles += decision.chosen is Kind.OBSTACLE
            yield Occasion(
                day,
                slot,
                edition.number,
                Kind.SUCCESS if decision is None else decision.chosen,
                wall_time,
                due_at,
                expiry(due_at, day, course.zone, edition.terms.expires_after_minutes),
                decision,
                skipped,
            )


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


def expiry(due_at: datetime, day: date, zone: str, minutes: int | None) -> datetime:
    """Until when it may be answered: not beyond its local day, and an hour or two at the least."""
    end = end_of_day(day, zone)
    if minutes is None:
        return max(end, due_at + SHORTEST_DAY)
    return max(min(due_at + timedelta(minutes=minutes), end), due_at + SHORTEST_ANSWER)


def a_week(terms: Terms, pace: int | None, fatigue: int) -> int:
    """How many check-ins a week brings: as agreed, as she asked for less, and less again where they go unanswered."""
    most = terms.a_week if pace is None else min(terms.a_week, pace)
    if terms.policy is Policy.SELF_INITIATED:
        return 0
    return {0: most, 1: (most + 1) // 2}.get(fatigue, min(most, 1))


def last_day_to_make(today: date, starts_on: date, last_on: date) -> date | None:
    """Up to which day check-ins are made today, or None where the plan starts too far ahead."""
    last = today + AHEAD - ONE_DAY
    return None if starts_on > last else min(last, last_on)


def look_again_at(made_until: date | None, starts_on: date, last_on: date, zone: str) -> datetime:
    """When the next check-ins are to be made; after the last ones, when the plan is over and they have expired."""
    if made_until is not None and made_until >= last_on:
        return end_of_day(last_on, zone) + SHORTEST_DAY
    return instant((made_until or starts_on) - LOOK_AGAIN, LOOK_AT, zone)


@lru_cache(maxsize=512)
def is_holiday(country: str, day: date) -> bool:
    """Whether it is a public holiday there; of a country that we know no calendar of, no day is."""
    calendar = _calendar(country, day.year)
    return calendar is not None and day in calendar


@lru_cache(maxsize=64)
def _calendar(country: str, year: int) -> Any:
    try:
        return holidays.country_holidays(country, years=year, expand=False)
    except NotImplementedError:
        return None


def _weeks(first: date, last: date) -> Iterator[tuple[date, list[date]]]:
    day = first
    while day <= last:
        monday = day - timedelta(days=day.weekday())
        end = min(last, monday + timedelta(days=WEEK - 1))
        yield monday, [day + timedelta(days=number) for number in range((end - day).days + 1)]
        day = end + ONE_DAY


def _had(monday: date, rows: Sequence[tuple[date, int, Kind | None]]) -> _Week:
    week = _Week(monday)
    for day, slot, kind in rows:
        if monday <= day < monday + timedelta(days=WEEK):
            week.used += 1
            week.obstacles += kind is Kind.OBSTACLE
            week.taken.add((day, slot))
    return week


def _chosen(course: Course, week: _Week, days: Sequence[date]) -> list[tuple[date, int]]:
    """Which slots of these days are asked: all that there are, or of more than a week may have, drawn ones.

    They are drawn from what is left of the whole week, so that the days already made take nothing from the others.
    """
    whole = [week.monday + timedelta(days=number) for number in range(WEEK)]
    left = [day for day in whole if days[0] <= day <= course.last_on]
    open_slots = [one for day in left for one in _slots(course, day, week.taken)]
    terms = course.edition(days[-1]).terms
    room = max(0, a_week(terms, course.pace, course.fatigue) - week.used)
    if len(open_slots) > room:
        ranked = sorted(open_slots, key=lambda one: _rank(course, *one))
        open_slots = sorted(ranked[:room])
    return [one for one in open_slots if one[0] <= days[-1]]


def _slots(course: Course, day: date, taken: set[tuple[date, int]]) -> list[tuple[date, int]]:
    terms = course.edition(day).terms
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
    anchor = terms.anchor
    if anchor is None:
        return set()
    away = timedelta(days=-anchor.days if anchor.kind is AnchorKind.BEFORE_SESSION else anchor.days)
    return {local_day(starts_at, course.zone) + away for starts_at, _ in course.sessions}


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


def _skipped(course: Course, terms: Terms, day: date, wall_time: time, due_at: datetime) -> str | None:
    """Why nothing is asked in a slot; a wall time that a change of clocks moves away from its window is one reason."""
    local = local_time(due_at, course.zone)
    if local.date() != day or quiet(local.time(), terms) or local.time() != wall_time:
        return "dst_gap"
    if terms.skip_holidays and is_holiday(course.country, day):
        return "holiday"
    meetings = (*course.sessions, *course.elsewhere)
    near = any(starts - AROUND_SESSION < due_at < ends + AROUND_SESSION for starts, ends in meetings)
    return "session" if near else None


def _decision(
    course: Course,
    edition: Edition,
    day: date,
    wall_time: time,
    due_at: datetime,
    ordinal: int,
    previous: Kind | None,
    obstacles: int,
) -> Decision:
    terms = edition.terms
    rule = Rule(
        policy=terms.policy,
        ratio=terms.ratio,
        obstacles=course.obstacles,
        phase=course.phase,
        pin=course.pin,
        own=course.own,
    )
    tomorrow = day + ONE_DAY
    quiet_next = tomorrow.isoweekday() in terms.quiet_weekdays or (
        terms.skip_holidays and is_holiday(course.country, tomorrow)
    )
    turn = Turn(
        ordinal=ordinal,
        previous=previous,
        obstacles_this_week=obstacles,
        evening=wall_time >= EVENING or (quiet_next and wall_time >= EVE),
        obstacles_off=course.obstacles_off_until is not None and due_at < course.obstacles_off_until,
    )
    return decide(course.seed, rule, turn)
