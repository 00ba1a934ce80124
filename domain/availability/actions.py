"""What a practice says about its calendar: its rules, the hours of its coaches, its locations."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

import holidays as public_holidays
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from domain import practice
from domain.availability.model import (
    CalendarRules,
    CoachWeek,
    ExceptionKind,
    HoursException,
    HoursExceptionNotFound,
    Location,
    LocationKind,
    LocationNotFound,
)
from domain.availability.types import UnknownSessionType, list_types
from domain.availability.windows import Hours
from domain.kit.calendar import known_zone, sane_day
from domain.kit.errors import Forbidden, Invalid
from domain.kit.ids import HoursExceptionId, LocationId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, check_version, find
from domain.messaging import announce
from domain.practice import Role


class UnknownHolidays(Invalid):
    """No public holidays are known of that country or subdivision."""


class HoursOverlap(Invalid):
    """Two stretches of that week overlap, or one ends before it begins."""


class ExceptionIncomplete(Invalid):
    """An exception ends on or after its first day; extra hours say from when to when, days off may."""


class HoursOfAnother(Forbidden):
    """A coach sets her own hours only; the owner or an administrator sets those of all."""


async def get_rules(work: Work, *, lock: bool = False) -> CalendarRules:
    """The practice's rules; one that never set any has the defaults, which are written down with the first change."""
    if lock:
        first = _default_rules(work)
        values = {column.key: getattr(first, column.key) for column in CalendarRules.__table__.columns}
        await work.session.execute(insert(CalendarRules).values(**values).on_conflict_do_nothing())
    query = select(CalendarRules).where(CalendarRules.practice_id == work.practice_id)
    found = await work.session.scalar(query.with_for_update() if lock else query)
    if found is not None and lock:
        check_version(work, found)
    return found or _default_rules(work)


def _default_rules(work: Work) -> CalendarRules:
    columns = CalendarRules.__table__.columns
    defaults = {column.key: column.default.arg if column.default else None for column in columns}
    return CalendarRules(**(defaults | {"practice_id": work.practice_id}))


async def update_rules(work: Work, changes: dict[str, Any]) -> CalendarRules:
    """Change what is named in `changes`."""
    rules = await get_rules(work, lock=True)
    for name, value in changes.items():
        setattr(rules, name, value)
    if "holidays_country" in changes and "holidays_subdivision" not in changes:
        rules.holidays_subdivision = None
    _must_be_known(rules)
    await work.session.flush()
    announce(work, "calendar_rules_changed", work.practice_id, fields=",".join(sorted(changes)))
    return rules


def _must_be_known(rules: CalendarRules) -> None:
    known = public_holidays.list_supported_countries()
    if rules.holidays_country is not None and rules.holidays_country not in known:
        raise UnknownHolidays(field="holidays_country")
    if rules.holidays_subdivision is not None and rules.holidays_subdivision not in known.get(
        rules.holidays_country or "", []
    ):
        raise UnknownHolidays(field="holidays_subdivision", known=known.get(rules.holidays_country or "", []))


async def must_set_hours_of(work: Work, coach_id: StaffId) -> None:
    if work.actor.role == Role.COACH and work.actor.id != coach_id:
        raise HoursOfAnother
    await practice.get_staff(work, coach_id)


async def get_week(work: Work, coach_id: StaffId, *, lock: bool = False) -> CoachWeek:
    """The weekly hours of a coach; without any she is always open."""
    await practice.get_staff(work, coach_id)
    empty = CoachWeek(practice_id=work.practice_id, coach_id=coach_id, hours=[], version=1)
    if lock:
        first = insert(CoachWeek).values(practice_id=work.practice_id, coach_id=coach_id, hours=[], version=1)
        await work.session.execute(first.on_conflict_do_nothing())
    query = select(CoachWeek).where(CoachWeek.practice_id == work.practice_id, CoachWeek.coach_id == coach_id)
    found = await work.session.scalar(query.with_for_update() if lock else query)
    if found is not None and lock:
        check_version(work, found)
    return found or empty


async def set_week(work: Work, coach_id: StaffId, week: list[Hours]) -> CoachWeek:
    """Set the weekly hours as a whole; an empty week is one without rules."""
    await must_set_hours_of(work, coach_id)
    await _check_week(work, week)
    kept = await get_week(work, coach_id, lock=True)
    kept.hours = [
        {
            "weekday": hours.weekday,
            "from_time": f"{hours.from_time:%H:%M}",
            "to_time": f"{hours.to_time:%H:%M}",
            "zone": hours.zone,
            "kinds": None if hours.kinds is None else sorted(hours.kinds),
        }
        for hours in week
    ]
    await work.session.flush()
    announce(work, "hours_set", coach_id)
    return kept


async def _check_week(work: Work, week: list[Hours]) -> None:
    kinds = {one.key for one in await list_types(work)}
    for index, hours in enumerate(week):
        if hours.zone is not None:
            known_zone(hours.zone, field=f"hours/{index}/zone")
        if hours.kinds is not None and not hours.kinds <= kinds:
            raise UnknownSessionType(field=f"hours/{index}/kinds", keys=sorted(hours.kinds - kinds))
        if hours.to_time <= hours.from_time or any(_clash(hours, other) for other in week[:index]):
            raise HoursOverlap(field=f"hours/{index}")


def _clash(one: Hours, other: Hours) -> bool:
    """Whether two stretches for the same kinds lie over one another on the wall clock."""
    same_kinds = one.kinds is None or other.kinds is None or bool(one.kinds & other.kinds)
    together = one.from_time < other.to_time and other.from_time < one.to_time
    return same_kinds and together and one.weekday == other.weekday and one.zone == other.zone


@dataclass(frozen=True, slots=True, kw_only=True)
class NewException:
    kind: ExceptionKind
    first_day: date
    last_day: date
    from_time: time | None = None
    to_time: time | None = None


async def add_exception(work: Work, coach_id: StaffId, new: NewException) -> HoursException:
    """Days on which a coach is off, or extra hours of hers."""
    await must_set_hours_of(work, coach_id)
    first, last = sane_day(new.first_day, field="first_day"), sane_day(new.last_day, field="last_day")
    if last < first:
        raise ExceptionIncomplete(field="last_day")
    if (new.from_time is None) != (new.to_time is None) or (new.kind is ExceptionKind.EXTRA and new.from_time is None):
        raise ExceptionIncomplete(field="from_time")
    if new.from_time is not None and new.to_time is not None and new.to_time <= new.from_time:
        raise ExceptionIncomplete(field="to_time")
    made = HoursException(
        practice_id=work.practice_id,
        id=HoursExceptionId(new_id()),
        coach_id=coach_id,
        kind=new.kind,
        first_day=first,
        last_day=last,
        from_time=new.from_time,
        to_time=new.to_time,
        created_at=work.now,
    )
    await work.store(made)
    announce(work, "hours_exception_added", made.id, coach_id=coach_id, exception=new.kind)
    return made


async def list_exceptions(work: Work, coach_id: StaffId, page: PageRequest) -> Page[HoursException]:
    """In the order in which they were added."""
    await practice.get_staff(work, coach_id)
    query = select(HoursException).where(
        HoursException.practice_id == work.practice_id, HoursException.coach_id == coach_id
    )
    return await fetch_page(work, query, page, list_name=f"exceptions:{coach_id}", keys=[HoursException.id])


async def drop_exception(work: Work, exception_id: HoursExceptionId) -> None:
    found = await find(work, HoursException, exception_id, HoursExceptionNotFound, lock=True)
    await must_set_hours_of(work, found.coach_id)
    await work.session.delete(found)
    announce(work, "hours_exception_dropped", exception_id, coach_id=found.coach_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLocation:
    name: str
    kind: LocationKind
    address: str | None = None
    link: str | None = None


async def add_location(work: Work, new: NewLocation) -> Location:
    location = Location(
        practice_id=work.practice_id,
        id=LocationId(new_id()),
        name=new.name,
        kind=new.kind,
        address=new.address,
        link=new.link,
    )
    await work.store(location)
    announce(work, "location_added", location.id)
    return location


async def get_location(work: Work, location_id: LocationId, *, lock: bool = False) -> Location:
    return await find(work, Location, location_id, LocationNotFound, lock=lock)


async def list_locations(work: Work, page: PageRequest) -> Page[Location]:
    """In the order in which they were added, archived ones too."""
    query = select(Location).where(Location.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="locations", keys=[Location.id])


async def update_location(work: Work, location_id: LocationId, changes: dict[str, Any]) -> Location:
    """Rename it, or mend its address or link."""
    location = await get_location(work, location_id, lock=True)
    for name, value in changes.items():
        setattr(location, name, value)
    await work.session.flush()
    announce(work, "location_changed", location_id)
    return location


async def archive_location(work: Work, location_id: LocationId) -> Location:
    """From now on it takes no new sessions. Archiving again changes nothing."""
    location = await get_location(work, location_id, lock=True)
    if location.archived_at is None:
        location.archived_at = work.now
        await work.session.flush()
        announce(work, "location_archived", location_id)
    return location
