"""The practice's calendar: by which rules it books, when its coaches work, kinds of session and locations."""

import msgspec
from litestar import Router, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.availability.shapes import (
    CalendarOut,
    CalendarPatch,
    ExceptionIn,
    ExceptionOut,
    ExceptionPage,
    LocationIn,
    LocationOut,
    LocationPage,
    LocationPatch,
    SessionTypeIn,
    SessionTypeOut,
    SessionTypes,
    WeekIn,
    WeekOut,
)
from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import availability
from domain.availability import (
    CountsAlready,
    ExceptionIncomplete,
    HoursExceptionNotFound,
    HoursOfAnother,
    HoursOverlap,
    LocationNameTaken,
    LocationNotFound,
    NewLocation,
    UnknownHolidays,
    UnknownSessionType,
)
from domain.kit.calendar import DayOutOfRange, UnknownZone
from domain.kit.ids import HoursExceptionId, LocationId, StaffId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.practice import StaffNotFound


@get("/calendar", scope="practice:read")
async def read_calendar(work: NamedDependency[Work]) -> CalendarOut:
    """Read the rules by which the practice books."""
    return CalendarOut.of(await availability.get_rules(work))


@patch("/calendar", scope="practice:write", needs_version=True, responses=refuses(UnknownHolidays, VersionChanged))
async def update_calendar(work: NamedDependency[Work], data: JSONBody[CalendarPatch]) -> CalendarOut:
    """Change the rules by which the practice books. What is booked already stays."""
    return CalendarOut.of(await availability.update_rules(work, data.changes()))


@get("/coaches/{coach_id:uuid}/hours", scope="staff:read", responses=refuses(StaffNotFound))
async def read_hours(work: NamedDependency[Work], coach_id: FromPath[StaffId]) -> WeekOut:
    """Read a coach's weekly hours."""
    return WeekOut.of(await availability.get_week(work, coach_id))


@put(
    "/coaches/{coach_id:uuid}/hours",
    scope="sessions:write",
    responses=refuses(StaffNotFound, HoursOfAnother, HoursOverlap, UnknownSessionType, UnknownZone, VersionChanged),
)
async def set_hours(work: NamedDependency[Work], coach_id: FromPath[StaffId], data: JSONBody[WeekIn]) -> WeekOut:
    """Set a coach's weekly hours as a whole. With none she can be booked at any time of day or night."""
    return WeekOut.of(await availability.set_week(work, coach_id, data.week()))


@post(
    "/coaches/{coach_id:uuid}/exceptions",
    scope="sessions:write",
    responses=refuses(StaffNotFound, HoursOfAnother, ExceptionIncomplete, DayOutOfRange),
)
async def add_exception(
    work: NamedDependency[Work], coach_id: FromPath[StaffId], data: JSONBody[ExceptionIn]
) -> ExceptionOut:
    """Add days on which a coach is off, or extra hours of hers."""
    return ExceptionOut.of(await availability.add_exception(work, coach_id, data.new()))


@get("/coaches/{coach_id:uuid}/exceptions", scope="staff:read", responses=refuses(StaffNotFound, InvalidCursor))
async def list_exceptions(
    work: NamedDependency[Work], coach_id: FromPath[StaffId], limit: PageLimit = 20, cursor: PageCursor = None
) -> ExceptionPage:
    """List a coach's exceptions, in the order in which they were added."""
    page = await availability.list_exceptions(work, coach_id, page_request(limit, cursor))
    return ExceptionPage([ExceptionOut.of(one) for one in page.items], page.next_cursor)


@delete(
    "/hours-exceptions/{exception_id:uuid}",
    scope="sessions:write",
    responses=refuses(HoursExceptionNotFound, HoursOfAnother),
)
async def drop_exception(work: NamedDependency[Work], exception_id: FromPath[HoursExceptionId]) -> None:
    """Drop an exception: the weekly hours hold again."""
    await availability.drop_exception(work, exception_id)


@get("/session-types", scope="practice:read")
async def list_session_types(work: NamedDependency[Work]) -> SessionTypes:
    """List the kinds of session with their lengths: those every practice begins with, and its own."""
    return SessionTypes([SessionTypeOut.of(one) for one in await availability.list_types(work)])


@put("/session-types", scope="practice:write", responses=refuses(CountsAlready))
async def set_session_type(work: NamedDependency[Work], data: JSONBody[SessionTypeIn]) -> SessionTypeOut:
    """Add a kind of session, or word and measure one anew."""
    return SessionTypeOut.of(await availability.set_type(work, data.new()))


@post("/locations", scope="practice:write", responses=refuses(LocationNameTaken))
async def add_location(work: NamedDependency[Work], data: JSONBody[LocationIn]) -> LocationOut:
    """Add a room, a place online or a place to walk."""
    return LocationOut.of(await availability.add_location(work, NewLocation(**msgspec.structs.asdict(data))))


@get("/locations", scope="practice:read", responses=refuses(InvalidCursor))
async def list_locations(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> LocationPage:
    """List the locations, in the order in which they were added."""
    page = await availability.list_locations(work, page_request(limit, cursor))
    return LocationPage([LocationOut.of(one) for one in page.items], page.next_cursor)


@get("/locations/{location_id:uuid}", scope="practice:read", responses=refuses(LocationNotFound))
async def read_location(work: NamedDependency[Work], location_id: FromPath[LocationId]) -> LocationOut:
    """Read one location."""
    return LocationOut.of(await availability.get_location(work, location_id))


@patch(
    "/locations/{location_id:uuid}",
    scope="practice:write",
    needs_version=True,
    responses=refuses(LocationNotFound, LocationNameTaken, VersionChanged),
)
async def update_location(
    work: NamedDependency[Work], location_id: FromPath[LocationId], data: JSONBody[LocationPatch]
) -> LocationOut:
    """Rename a location, or mend its address or link."""
    return LocationOut.of(await availability.update_location(work, location_id, data.changes()))


@post(
    "/locations/{location_id:uuid}/archive",
    status_code=200,
    scope="practice:write",
    responses=refuses(LocationNotFound, VersionChanged),
)
async def archive_location(work: NamedDependency[Work], location_id: FromPath[LocationId]) -> LocationOut:
    """Put a location away: it takes no new sessions."""
    return LocationOut.of(await availability.archive_location(work, location_id))


router = Router(
    "/",
    tags=["availability"],
    route_handlers=[
        read_calendar,
        update_calendar,
        read_hours,
        set_hours,
        add_exception,
        list_exceptions,
        drop_exception,
        list_session_types,
        set_session_type,
        add_location,
        list_locations,
        read_location,
        update_location,
        archive_location,
    ],
)
