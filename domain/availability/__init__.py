"""Availability: when coaches can be booked, for which kinds of session, where, and by which rules of the practice."""

from domain.availability.actions import (
    ExceptionIncomplete as ExceptionIncomplete,
    HoursOfAnother as HoursOfAnother,
    HoursOverlap as HoursOverlap,
    NewException as NewException,
    NewLocation as NewLocation,
    UnknownHolidays as UnknownHolidays,
    add_exception as add_exception,
    add_location as add_location,
    archive_location as archive_location,
    drop_exception as drop_exception,
    get_location as get_location,
    get_rules as get_rules,
    get_week as get_week,
    list_exceptions as list_exceptions,
    list_locations as list_locations,
    set_week as set_week,
    update_location as update_location,
    update_rules as update_rules,
)
from domain.availability.loading import Calendar as Calendar, load_calendar as load_calendar
from domain.availability.model import (
    CalendarRules as CalendarRules,
    ExceptionKind as ExceptionKind,
    HoursExceptionNotFound as HoursExceptionNotFound,
    Location as Location,
    LocationKind as LocationKind,
    LocationNameTaken as LocationNameTaken,
    LocationNotFound as LocationNotFound,
)
from domain.availability.rules import (
    BeyondHorizon as BeyondHorizon,
    InThePast as InThePast,
    NoticeTooShort as NoticeTooShort,
    NotOnGrid as NotOnGrid,
    OutsideHours as OutsideHours,
    earliest as earliest,
    latest as latest,
    must_be_open as must_be_open,
)
from domain.availability.types import (
    CountsAlready as CountsAlready,
    LengthNotOffered as LengthNotOffered,
    SessionType as SessionType,
    UnknownSessionType as UnknownSessionType,
    length_of as length_of,
    list_types as list_types,
    set_type as set_type,
)
from domain.availability.windows import (
    BookingRules as BookingRules,
    CoachHours as CoachHours,
    Dial as Dial,
    Hours as Hours,
    Start as Start,
    Stretch as Stretch,
    dial_of as dial_of,
    merge as merge,
    open_time as open_time,
    starts_in as starts_in,
    subtract as subtract,
    widen as widen,
)
