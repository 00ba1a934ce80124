"""When a session could begin: open hours less what is planned, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from domain import availability
from domain.availability import Calendar, Dial, SessionType, Start, Stretch
from domain.kit.calendar import PeriodBackwards, add_months, end_of_day, instant, local_day, sane_day
from domain.kit.errors import Invalid
from domain.kit.ids import CoacheeId, LocationId, StaffId
from domain.kit.work import Reading
from domain.people import only_coach
from domain.practice import COACHING_ROLES
from domain.trajectories.actions import NoSuchCoachee, NotACoach
from domain.trajectories.other_times import LONGEST
from domain.trajectories.places import AROUND, FARTHEST_MONTHS, exclusive

MOST_DAYS = 56
MOST_COACH_DAYS = 20 * 14
COACHES = """
SELECT id FROM staff
 WHERE practice_id = $1 AND role = ANY($2::text[]) AND left_at IS NULL
 ORDER BY id LIMIT 20
"""
DEFAULT_DAYS = timedelta(days=13)
ZONE = "SELECT zone FROM practices WHERE id = $1"
COACHEE = """
SELECT EXISTS (SELECT FROM coachees WHERE practice_id = $1 AND id = $2
   AND ($3::uuid IS NULL OR EXISTS (
     SELECT FROM trajectories WHERE practice_id = $1 AND coachee_id = $2 AND coach_id = $3)))
"""
# One row for each, not one for each session: what is decoded a thousand times is dearer than the question.
TAKEN = """
SELECT whose, array_agg(starts_at), array_agg(ends_at) FROM (
  SELECT {whose} AS whose, starts_at, ends_at FROM sessions
   WHERE practice_id = $1 AND {whose} = ANY($2::uuid[]) {only} AND starts_at > $3 AND starts_at < $4
     AND (state IN ('planned', 'held') OR state = 'on_hold' AND hold_expires_at > $5)
   UNION ALL
  SELECT {whose}, starts_at, ends_at FROM other_times
   WHERE practice_id = $1 AND {whose} = ANY($2::uuid[]) AND starts_at > $3 AND starts_at < $4
) taken GROUP BY whose
"""
OF_COACHES = TAKEN.format(whose="coach_id", only="")
OF_COACHEE = TAKEN.format(whose="coachee_id", only="")
OF_ROOM = TAKEN.format(whose="location_id", only="AND in_room")


class PeriodTooLong(Invalid):
    """Ask for at most eight weeks of one coach, or two weeks of twenty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The practice's coaches where none is named, and two weeks from today where no days are."""

    coach_ids: Sequence[StaffId] = ()
    kind: str
    first_day: date | None = None
    last_day: date | None = None
    minutes: int | None = None
    coachee_id: CoacheeId | None = None
    location_id: LocationId | None = None


class FreeStarts(NamedTuple):
    """When sessions of one coach could begin, and whether weekly hours bind her: without them each hour is free."""

    coach_id: StaffId
    starts: list[Start]
    has_hours: bool


@dataclass(frozen=True, slots=True)
class Offer:
    zone: str
    minutes: int
    coaches: list[FreeStarts]


async def find_free_starts(reading: Reading, asked: Question) -> Offer:
    """For each coach the times on the grid that booking would take now."""
    first, last = await _days(reading, asked)
    coach_ids = await _coaches(reading, asked.coach_ids)
    _check_period(first, last, len(coach_ids))
    await _check_coachee(reading, asked.coachee_id)
    calendar = await availability.load_calendar(
        reading.connection, reading.practice_id, coach_ids, first - AROUND, last + AROUND
    )
    if not calendar.coaching.issuperset(coach_ids):
        raise NotACoach(field="coach_id")
    kind = calendar.type_of(asked.kind, field="kind")
    minutes = availability.length_of(kind, asked.minutes)
    zone = calendar.rules.zone
    within = Stretch(instant(first, datetime.min.time(), zone), end_of_day(last, zone))
    busy = await _busy(reading, OF_COACHES, coach_ids, within)
    shared = await _shared(reading, asked, within)
    taken = {one: [*availability.widen(busy.get(one, []), calendar.rules.buffer), *shared] for one in coach_ids}
    length, dial = timedelta(minutes=minutes), availability.dial_of(calendar.rules, first, last)
    coaches = [
        FreeStarts(
            one,
            starts_of(calendar, dial, one, kind, within, taken[one], length, reading.now),
            calendar.hours[one].bound,
        )
        for one in coach_ids
    ]
    return Offer(zone, minutes, coaches)


async def _days(reading: Reading, asked: Question) -> tuple[date, date]:
    first = sane_day(asked.first_day or await _today(reading), field="from_day")
    return first, sane_day(asked.last_day or first + DEFAULT_DAYS, field="to_day")


async def _today(reading: Reading) -> date:
    return local_day(reading.now, await reading.connection.fetchval(ZONE, reading.practice_id))


def _check_period(first: date, last: date, coaches: int) -> None:
    days = (last - first).days + 1
    if days < 1:
        raise PeriodBackwards(field="to_day", first=first)
    if days > MOST_DAYS or days * coaches > MOST_COACH_DAYS:
        raise PeriodTooLong(field="to_day")


async def _coaches(reading: Reading, wanted: Sequence[StaffId]) -> list[StaffId]:
    """Those that were asked for, in that order; all of the practice (twenty at most) where none was."""
    if wanted:
        return list(dict.fromkeys(wanted))
    return [row[0] for row in await reading.connection.fetch(COACHES, reading.practice_id, sorted(COACHING_ROLES))]


async def _check_coachee(reading: Reading, coachee_id: CoacheeId | None) -> None:
    if coachee_id is not None and not await reading.connection.fetchval(
        COACHEE, reading.practice_id, coachee_id, only_coach(reading.actor)
    ):
        raise NoSuchCoachee(field="coachee_id")


async def _shared(reading: Reading, asked: Question, within: Stretch) -> list[Stretch]:
    """When the coachee is elsewhere, or somebody is in the room."""
    taken: list[Stretch] = []
    if asked.coachee_id is not None:
        taken += (await _busy(reading, OF_COACHEE, [asked.coachee_id], within)).get(asked.coachee_id, [])
    if asked.location_id is not None and await exclusive(reading.connection, reading.practice_id, asked.location_id):
        taken += (await _busy(reading, OF_ROOM, [asked.location_id], within)).get(asked.location_id, [])
    return taken


async def _busy(reading: Reading, sql: str, ids: Sequence[UUID], within: Stretch) -> dict[UUID, list[Stretch]]:
    """What is planned, held or on hold, a day around too: buffers reach over midnight."""
    begins, ends = within.starts_at - LONGEST - timedelta(days=1), within.ends_at + timedelta(days=1)
    rows = await reading.connection.fetch(sql, reading.practice_id, ids, begins, ends, reading.now)
    return {whose: list(map(Stretch, starts, finishes)) for whose, starts, finishes in rows}


def starts_of(
    calendar: Calendar,
    dial: Dial,
    coach_id: StaffId,
    kind: SessionType,
    within: Stretch,
    taken: list[Stretch],
    length: timedelta,
    now: datetime,
) -> list[Start]:
    rules, coach = calendar.rules, calendar.hours[coach_id]
    if coach.bound:
        begins, until = availability.earliest(rules, now), availability.latest(rules, now)
    else:
        until = end_of_day(add_months(local_day(now, rules.zone), FARTHEST_MONTHS), rules.zone)
        begins = now
    # A session may end after the last day that was asked for: it must begin on it.
    reach = Stretch(max(within.starts_at, begins), within.ends_at + length)
    opened = availability.open_time(rules, coach, kind.key, reach)
    free = availability.subtract(opened, taken)
    return availability.starts_in(free, length, dial, until)
