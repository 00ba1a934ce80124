"""When the check-ins of a plan fall and of which kind they are: pure calculation, the same every time.

Sources: method.md §2.3 (wall time first), §2.4 (seeded draws, anchors, collisions) and §3.4 (the kinds). What
materialises and what a preview shows both come from here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import holidays
from msgspec.structs import replace

from domain.checkins.lots import Tried, draw_lot
from domain.checkins.policy import Decision, Kind, Rule, Turn, Why, decide
from domain.checkins.slots import (
    ONE_DAY,
    Course,
    Edition,
    chosen,
    draw_times,
    had_in,
    on_its_side,
    stretches,
    weeks,
)
from domain.checkins.terms import Terms, quiet
from domain.kit.calendar import end_of_day, instant, local_time

SHORTEST_ANSWER = timedelta(hours=1)  # a person who is busy must still be able to answer
SHORTEST_DAY = timedelta(hours=2)  # where only the end of the day is said
AROUND_SESSION = timedelta(hours=1)
EVENING = time(20)
EVE = time(17)  # from when on the evening before a quiet day has begun

AHEAD = timedelta(days=14)  # how many local days of check-ins are made at a time
LOOK_AGAIN = timedelta(days=7)  # with how many days left the next ones are made
LOOK_AT = time(4)  # making them is work for the night
NOW_AND_THEN = 100  # from this slot on: asked at once, swapped or begun by herself, outside the windows of a plan


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
    """What was made of a plan before: how many, the last kind, and the rows of these days; and what became of it."""

    ordinal: int = 0
    previous: Kind | None = None
    rows: Sequence[tuple[date, int, Kind | None]] = ()
    sent: int = 0
    waiting: int = 0  # which may be sent, or not
    unsent: int = 0  # of what was waiting or is made now: told meanwhile by who foresees it
    foretold: bool = False  # whether all others are taken to be sent
    halted_on: date | None = None  # told by the making: from where on it hangs on what becomes of these


def occasions(course: Course, first: date, last: date, *, after: datetime, made: Made) -> Iterator[Occasion]:
    """The check-ins of the local days `first` to `last` that fall after a moment, skipped ones included.

    Making them in two goes gives the same as in one, also where an edition begins between the two. An edition of which
    its number was sent asks nothing more; a later one may go on. While that many are made and not all of them sent,
    no more are made.
    """
    ordinal, previous, asked = made.ordinal, made.previous, made.sent + made.waiting
    for monday, days in weeks(first, last):
        week = had_in(monday, made.rows)
        for edition, stretch in stretches(course, days):
            for day, slot in chosen(course, edition, week, stretch, after):
                if edition.terms.after_n is not None and asked - made.unsent >= edition.terms.after_n:
                    if made.foretold or asked == made.sent:
                        break
                    made.halted_on = day
                    return
                one = _occasion(course, edition, day, slot, Made(ordinal, previous), week.obstacles)
                week.used += 1
                if one.decision is not None:
                    ordinal, previous = ordinal + 1, one.kind
                    asked += 1
                    week.obstacles += one.kind is Kind.OBSTACLE
                yield one


def _occasion(course: Course, edition: Edition, day: date, slot: int, made: Made, obstacles: int) -> Occasion:
    wall_time = draw_times(course, edition, day)[slot - 1]
    due_at = instant(day, wall_time, course.zone)
    skipped = _skipped(course, edition.terms, day, wall_time, due_at)
    decision = None
    if skipped is None:
        decision = _decision(course, edition, day, wall_time, due_at, made.ordinal, made.previous, obstacles)
        decision = _with_lot(course, edition.terms, day, slot, decision)
    return Occasion(
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


def _with_lot(course: Course, terms: Terms, day: date, slot: int, decision: Decision) -> Decision:
    """Nothing is left to chance that her coach pinned, nor where a success is asked anyway."""
    pinned = decision.reason is Why.PINNED or decision.quality_id or decision.ideal_id
    if terms.trial is None or pinned or (terms.trial.of is Tried.KIND and decision.chosen is Kind.SUCCESS):
        return decision
    return replace(decision, lot=draw_lot(course.seed, course.coachee, day, slot, terms.trial))


def expiry(due_at: datetime, day: date, zone: str, minutes: int | None) -> datetime:
    """Until when it may be answered: not beyond its local day, and an hour or two at the least."""
    end = end_of_day(day, zone)
    if minutes is None:
        return max(end, due_at + SHORTEST_DAY)
    return max(min(due_at + timedelta(minutes=minutes), end), due_at + SHORTEST_ANSWER)


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


def is_day_off(course: Course, terms: Terms, day: date) -> bool:
    """Whether a plan leaves her in peace on it: no obstacle is asked about on the evening before."""
    return day.isoweekday() in terms.quiet_weekdays or (terms.skip_holidays and is_holiday(course.country, day))


def _skipped(course: Course, terms: Terms, day: date, wall_time: time, due_at: datetime) -> str | None:
    """Why nothing is asked in a slot; a wall time that a change of clocks moves away from its window is one reason."""
    local = local_time(due_at, course.zone)
    if local.date() != day or quiet(local.time(), terms) or local.time() != wall_time:
        return "dst_gap"
    if terms.skip_holidays and is_holiday(course.country, day):
        return "holiday"
    if terms.anchor is not None and not on_its_side(course, terms.anchor, day, due_at):
        return "session"
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
    quiet_next = is_day_off(course, terms, day + ONE_DAY)
    turn = Turn(
        ordinal=ordinal,
        previous=previous,
        obstacles_this_week=obstacles,
        evening=wall_time >= EVENING or (quiet_next and wall_time >= EVE),
        day_off_next=quiet_next,
        obstacles_off=course.obstacles_off_until is not None and due_at < course.obstacles_off_until,
    )
    return decide(course.seed, rule, turn)
