"""A place in a coach's calendar: the rules it must keep, and what stands in its way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, select

from domain import availability
from domain.availability import (
    BeyondHorizon,
    Calendar,
    InThePast,
    LocationKind,
    NoticeTooShort,
    NotOnGrid,
    OutsideHours,
    SessionType,
    Stretch,
)
from domain.kit.calendar import (
    TimeAmbiguous,
    TimeSkipped,
    add_months,
    existing_instant,
    known_zone,
    local_day,
    sane_day,
)
from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import CoacheeId, LocationId, PracticeId, SessionId, StaffId
from domain.kit.work import Driver, Work, driver_of, queue
from domain.messaging import announce
from domain.trajectories.model import TAKES_TIME, CoachNotFree, RoomNotFree, Session, SessionKind, SessionState
from domain.trajectories.other_times import LONGEST, CoacheeNotFree, OtherTime, taken_by_others

FARTHEST_MONTHS = 24
AROUND = timedelta(days=2)  # no wall clock is farther than that from the day it shows
LOCATION = "SELECT kind, archived_at FROM locations WHERE practice_id = $1 AND id = $2"


class TooFarAhead(Invalid):
    """Sessions are planned at most two years ahead."""


class TypeOfAnotherKind(Invalid):
    """Sessions of that type count as another kind."""


class NoSuchLocation(Invalid):
    """The practice has no location with that id, or takes no new sessions there."""


class OccurrencesRefused(Conflict):
    """Some sessions of the series cannot be at that time; none was planned or moved."""


OF_ONE_DAY = (
    TooFarAhead,
    TimeSkipped,
    TimeAmbiguous,
    InThePast,
    NoticeTooShort,
    BeyondHorizon,
    NotOnGrid,
    OutsideHours,
    CoachNotFree,
    RoomNotFree,
    CoacheeNotFree,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A place that somebody asks for; the zone is the practice's where none is named; no coachee for a group."""

    coach_id: StaffId
    kind: SessionKind
    session_type: str | None
    day: date
    time: time
    zone: str | None
    minutes: int
    location_id: LocationId | None
    coachee_id: CoacheeId | None = None
    in_hindsight: bool = False
    overlapping: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A place that may be taken, and what it overlaps where that is allowed."""

    span: Stretch
    zone: str
    in_room: bool
    overlaps: Sequence[SessionId]


async def take_place(work: Work, wanted: Wanted, *, moving: Collection[SessionId] = ()) -> Place:
    """Refuse by name what cannot be."""
    return await _take(work, await _queue(work, [wanted]), wanted, moving)


async def take_places(work: Work, wanted: Sequence[Wanted], *, moving: Collection[SessionId] = ()) -> list[Place]:
    """All of them, or none: every one that is refused is named by its day, and why."""
    book = await _queue(work, wanted)
    places: list[Place] = []
    refused: list[dict[str, object]] = []
    for one in wanted:
        try:
            places.append(await _take(work, book, one, moving))
        except OF_ONE_DAY as error:
            refused.append(error.facts | {"day": one.day, "code": error.code()})
    if refused:
        raise OccurrencesRefused(field="time", occurrences=refused)
    return places


class Book(NamedTuple):
    """By which rules coaches are booked, and which of the locations take one session at a time."""

    calendar: Calendar
    rooms: Collection[LocationId]


async def _queue(work: Work, wanted: Sequence[Wanted]) -> Book:
    """Wait for the coaches, then the rooms, then the coachees, each in order, and tell by which rules they are booked.

    Constraints alone would hold, but of many who book at once some would deadlock (40P01); so they queue, and look
    after the queue: a statement sees what was committed before it began.
    """
    for one in wanted:
        sane_day(one.day, field="day")
    driver = await driver_of(work)
    coaches = sorted({one.coach_id for one in wanted})
    locations = sorted({one.location_id for one in wanted if one.location_id})
    rooms = [one for one in locations if await exclusive(driver, work.practice_id, one)]
    coachees = sorted({one.coachee_id for one in wanted if one.coachee_id})
    for whom in (*coaches, *rooms, *coachees):
        await queue_for(work, whom)
    first, last = min(one.day for one in wanted) - AROUND, max(one.day for one in wanted) + AROUND
    return Book(await availability.load_calendar(driver, work.practice_id, coaches, first, last), rooms)


async def _take(work: Work, book: Book, wanted: Wanted, moving: Collection[SessionId]) -> Place:
    calendar = book.calendar
    zone = known_zone(wanted.zone or calendar.rules.zone)
    span = span_of(work.now, wanted.day, wanted.time, zone, wanted.minutes)
    kind = calendar.type_of(wanted.session_type or wanted.kind, field="session_type")
    _must_count(kind, wanted.kind)
    in_room = wanted.location_id in book.rooms
    past = span.starts_at < work.now
    if past and not wanted.in_hindsight:
        raise InThePast(field="day")
    if not past:
        availability.must_be_open(calendar.rules, calendar.hours[wanted.coach_id], kind, span, work.now)
    buffer = timedelta(0) if past else calendar.rules.buffer
    return Place(span, zone, in_room, await _overlaps(work, wanted, span, buffer, moving, in_room=in_room))


async def _overlaps(
    work: Work, wanted: Wanted, span: Stretch, buffer: timedelta, moving: Collection[SessionId], *, in_room: bool
) -> list[SessionId]:
    """What it overlaps, of the coach first, then in the room, then of the coachee: refused where it may not."""
    whose = Whose(Session.coach_id == wanted.coach_id, OtherTime.coach_id == wanted.coach_id)
    looks: list[tuple[Whose, timedelta, type[Conflict], str]] = [(whose, buffer, CoachNotFree, "time")]
    if in_room:
        in_it = (Session.location_id == wanted.location_id) & Session.in_room
        of_room = Whose(in_it, OtherTime.location_id == wanted.location_id)
        looks.append((of_room, timedelta(0), RoomNotFree, "location_id"))
    if wanted.coachee_id is not None:
        looks.append((_of_coachee(wanted.coachee_id), timedelta(0), CoacheeNotFree, "time"))
    overlaps: list[SessionId] = []
    for of_whom, around, refusal, field in looks:
        taken = await _conflicts(work, of_whom, span, around, moving)
        if taken and not wanted.overlapping:
            raise refusal(field=field, session_ids=taken)
        overlaps += taken
    return list(dict.fromkeys(overlaps))


def _must_count(kind: SessionType, wanted: SessionKind) -> None:
    if kind.counts_as != wanted:
        raise TypeOfAnotherKind(field="session_type", counts_as=kind.counts_as)


def span_of(now: datetime, day: date, at: time, zone: str, minutes: int) -> Stretch:
    """The instants that a wall time means."""
    sane_day(day, field="day")
    if day > add_months(local_day(now, zone), FARTHEST_MONTHS):
        raise TooFarAhead(field="day", months=FARTHEST_MONTHS)
    starts_at = existing_instant(day, at, zone, field="time")
    return Stretch(starts_at, starts_at + timedelta(minutes=minutes))


async def exclusive(driver: Driver, practice_id: PracticeId, location_id: LocationId | None) -> bool:
    """Whether there is one session at a time in that location; refuses one that there is not."""
    if location_id is None:
        return False
    row = await driver.fetchrow(LOCATION, practice_id, location_id)
    if row is None or row["archived_at"] is not None:
        raise NoSuchLocation(field="location_id")
    return row["kind"] == LocationKind.ROOM


async def must_be_free(work: Work, coachee_id: CoacheeId, span: Stretch, *, field: str) -> None:
    """Queue for the coachee, and refuse what falls together with another session of hers."""
    await queue_for(work, coachee_id)
    if taken := await _conflicts(work, _of_coachee(coachee_id), span, timedelta(0), ()):
        raise CoacheeNotFree(field=field, session_ids=taken)


async def queue_for(work: Work, whom: StaffId | LocationId | CoacheeId) -> None:
    """Wait until nobody else books with this coach or coachee, or in this room; then the others wait for us."""
    await queue(work, str(whom))


class Whose(NamedTuple):
    """Whose time: as a condition on sessions, and on the other things that take time."""

    sessions: ColumnElement[bool]
    others: ColumnElement[bool]
    constrained: bool = True


def _of_coachee(coachee_id: CoacheeId) -> Whose:
    """No constraint stands behind it, so her expired holds with other coaches may stay until they are swept: whoever
    cleared them from here could meet one who clears them from there (40P01)."""
    return Whose(Session.coachee_id == coachee_id, OtherTime.coachee_id == coachee_id, constrained=False)


async def _conflicts(
    work: Work, whose: Whose, span: Stretch, buffer: timedelta, moving: Collection[SessionId]
) -> list[SessionId]:
    """What stands in the way there; holds that have expired are cleared out of a constraint's way."""
    begins, ends = span.starts_at - buffer, span.ends_at + buffer
    query = select(Session.id, Session.hold_expires_at, Session.starts_at).where(
        Session.practice_id == work.practice_id,
        whose.sessions,
        Session.state.in_(TAKES_TIME),
        Session.starts_at > begins - LONGEST,  # lets the index stop: nothing longer can reach into the span
        Session.starts_at < ends,
        Session.ends_at > begins,
    )
    both = query.union_all(taken_by_others(work, whose.others, begins, ends))
    rows = sorted((await work.session.execute(both)).all(), key=lambda row: row[2])
    expired = [one for one, until, _ in rows if until is not None and until <= work.now]
    if expired and whose.constrained:
        await clear_holds(work, expired)
    return [one for one, *_ in rows if one not in moving and one not in expired]


async def clear_holds(work: Work, session_ids: Sequence[SessionId]) -> None:
    """Take expired holds out of the calendar, if nobody confirmed them meanwhile."""
    gone = delete(Session).where(
        Session.practice_id == work.practice_id,
        Session.id.in_(session_ids),
        Session.state == SessionState.ON_HOLD,
    )
    for session_id in await work.session.scalars(gone.returning(Session.id)):
        announce(work, "hold_expired", session_id)
