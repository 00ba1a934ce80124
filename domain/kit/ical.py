"""Appointments as iCalendar (RFC 5545), for calendars that people subscribe to and invitations that they get."""
# The types of icalendar are partly unknown, and this is the one module that writes with it.
# pyright: reportUnknownMemberType=false

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vDuration

PRODUCT = "-//Krachtlijn//Krachtlijn//EN"
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What a calendar shows of a meeting; `sequence` rises with each change, `changed_at` says when the last was."""

    id: UUID
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    place: str | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who invites whom, as addresses."""

    organizer: str
    attendee: str


def write_calendar(
    appointments: Sequence[Appointment],
    *,
    name: str | None = None,
    refresh: timedelta | None = None,
    method: str | None = None,
    invitation: Invitation | None = None,
) -> bytes:
    """`method` says what it is for: REQUEST what is to be, CANCEL what is called off, PUBLISH to know (RFC 5546).

    The same appointments give the same bytes: no moment of writing stands in them.
    """
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    if method is not None:
        calendar.add("METHOD", method)
    if name is not None:
        calendar.add("NAME", name)
        calendar.add("X-WR-CALNAME", name)
    if refresh is not None:
        calendar.add("REFRESH-INTERVAL", refresh, parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", vDuration(refresh).to_ical().decode())
    for part in [*_zones(appointments), *(_event(one, invitation) for one in appointments)]:
        calendar.add_component(part)
    return calendar.to_ical()


def _zones(appointments: Sequence[Appointment]) -> Iterable[Timezone]:
    """The clock of each zone, for the years in which it is looked at."""
    for zone in sorted({one.zone for one in appointments}):
        moments = [one.starts_at for one in appointments if one.zone == zone]
        yield zone_of(zone, min(moments).year - 1, max(moments).year + 1)


def _event(one: Appointment, invitation: Invitation | None) -> Event:
    event = Event()
    event.add("UID", f"{one.id}@krachtlijn")
    event.add("SEQUENCE", one.sequence)
    event.add("DTSTAMP", one.changed_at)
    event.add("LAST-MODIFIED", one.changed_at)
    event.add("DTSTART", one.starts_at.astimezone(ZoneInfo(one.zone)))
    event.add("DTEND", _end(one))
    event.add("SUMMARY", one.title)
    if one.place:
        event.add("LOCATION", one.place)
    event.add("STATUS", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if one.cancelled else "OPAQUE")
    event.add("CLASS", "PRIVATE")
    if invitation is not None:
        event.add("ORGANIZER", vCalAddress(f"mailto:{invitation.organizer}"))
        attendee = vCalAddress(f"mailto:{invitation.attendee}")
        attendee.params["PARTSTAT"] = "NEEDS-ACTION"
        event.add("ATTENDEE", attendee)
    return event


def _end(one: Appointment) -> datetime:
    """By the same clock; but in the hour that comes twice a wall time means the first, so the second is told in UTC."""
    local = one.ends_at.astimezone(ZoneInfo(one.zone))
    return one.ends_at.astimezone(UTC) if local.fold else local


@lru_cache(maxsize=256)
def zone_of(zone: str, first_year: int, last_year: int) -> Timezone:
    """A zone's clock through those years.

    Written here and not by the library, whose clocks go forward an hour late: an observance begins at the wall time
    that the clock showed before (RFC 5545 §3.6.5), and it writes the one after.
    """
    known = ZoneInfo(zone)
    first = datetime(first_year, 1, 1, tzinfo=UTC)
    part = Timezone()
    part.add("TZID", zone)
    part.add_component(_observance(first, first, known))
    for before, after in changes(zone, first.date(), date(last_year + 1, 1, 1)):
        part.add_component(_observance(before, after, known))
    return part


def _observance(before: datetime, after: datetime, zone: ZoneInfo) -> TimezoneStandard | TimezoneDaylight:
    """What the clock shows after a change; each by itself, for some readers know only the first of several RDATE."""
    local, earlier, later = after.astimezone(zone), _offset(before, zone), _offset(after, zone)
    observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
    observance.add("DTSTART", local.replace(tzinfo=None) - (later - earlier))
    observance.add("TZOFFSETFROM", earlier)
    observance.add("TZOFFSETTO", later)
    observance.add("TZNAME", local.tzname() or zone.key)
    return observance


def changes(zone: str, first: date, last: date) -> Iterable[tuple[datetime, datetime]]:
    """The last minute before and the first minute after each change of the clock."""
    known = ZoneInfo(zone)
    day = datetime(first.year, first.month, first.day, tzinfo=UTC)
    while day.date() < last:
        before, after = day, day + DAY
        if _offset(before, known) != _offset(after, known):
            while after - before > MINUTE:
                middle = before + (after - before) // 2 // MINUTE * MINUTE
                before, after = (middle, after) if _offset(middle, known) == _offset(day, known) else (before, middle)
            yield before, after
        day += DAY


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
