"""Registration of held minutes with the funder: the work list, marking in bulk, what differs, an export per cheque."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from api.fields import PARAGRAPHS, In, Minutes, Out, PageCursor, PageLimit, page_request
from api.problems import refuses
from api.spreadsheets import csv_response
from domain import funding
from domain.funding import BookingNotFound, ChequeNotFound, Mark, NotRegistered, RegistrationsRefused
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import BookingId, ChequeId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work

COLUMNS = ("held_on", "held_minutes", "registered_on", "registered_minutes", "marked_at")


class MarkIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    booking_id: BookingId
    registered_on: Annotated[date, Meta(description="The day of the session as it was registered")]
    registered_minutes: Minutes


class RegistrationsIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    registrations: Annotated[list[MarkIn], Meta(min_length=1, max_length=200)]


class UnmarkIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=PARAGRAPHS)]


class RegistrationOut(Out, frozen=True, kw_only=True):
    """A booking as it was held, and as it was registered; null: not registered yet."""

    id: Annotated[BookingId, Meta(description="That of the booking")]
    version: int
    cheque_id: ChequeId
    held_on: date
    held_minutes: int
    registered_on: date | None
    registered_minutes: int | None
    marked_at: datetime | None


class RegistrationPage(msgspec.Struct, frozen=True):
    items: list[RegistrationOut]
    next_cursor: str | None


class Registrations(msgspec.Struct, frozen=True):
    items: list[RegistrationOut]


@get("/registrations/to-do", scope="funding:read", responses=refuses(InvalidCursor))
async def list_unregistered(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> RegistrationPage:
    """List what was held and booked and is not registered with the funder yet."""
    page = await funding.list_unregistered(work, page_request(limit, cursor))
    return RegistrationPage([RegistrationOut.of(row) for row in page.items], page.next_cursor)


@get("/registrations/mismatches", scope="funding:read", responses=refuses(InvalidCursor))
async def list_mismatches(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> RegistrationPage:
    """List what was registered with other minutes, or on another day, than was held."""
    page = await funding.list_mismatches(work, page_request(limit, cursor))
    return RegistrationPage([RegistrationOut.of(row) for row in page.items], page.next_cursor)


@post(
    "/registrations",
    status_code=200,
    scope="funding:write",
    responses=refuses(RegistrationsRefused, DayOutOfRange),
)
async def mark_registered(work: NamedDependency[Work], data: JSONBody[RegistrationsIn]) -> Registrations:
    """Mark up to 200 bookings as registered, all or none; of a refusal, `rows` names each that does not fit."""
    marks = [Mark(**msgspec.structs.asdict(one)) for one in data.registrations]
    return Registrations([RegistrationOut.of(row) for row in await funding.mark_registered(work, marks)])


@post(
    "/registrations/{booking_id:uuid}/undo",
    status_code=200,
    scope="funding:write",
    responses=refuses(BookingNotFound, NotRegistered, VersionChanged),
)
async def unmark_registered(
    work: NamedDependency[Work], booking_id: FromPath[BookingId], data: JSONBody[UnmarkIn]
) -> RegistrationOut:
    """Put a booking back on the work list; the reason is kept in the audit trail."""
    return RegistrationOut.of(await funding.unmark_registered(work, booking_id, data.reason))


@get("/cheques/{cheque_id:uuid}/registrations", scope="funding:read", responses=refuses(ChequeNotFound))
async def export_registrations(work: NamedDependency[Work], cheque_id: FromPath[ChequeId]) -> Registrations:
    """All lines of one cheque, to type over into the funder's application."""
    return Registrations([RegistrationOut.of(row) for row in await funding.cheque_registrations(work, cheque_id)])


@get(
    "/cheques/{cheque_id:uuid}/registrations/csv",
    scope="funding:read",
    media_type="text/csv",
    responses=refuses(ChequeNotFound),
)
async def export_registrations_csv(work: NamedDependency[Work], cheque_id: FromPath[ChequeId]) -> Response[bytes]:
    """The same as a table."""
    rows = await funding.cheque_registrations(work, cheque_id)
    return csv_response(f"cheque-{cheque_id}", COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in rows))


router = Router(
    "/",
    tags=["funding"],
    route_handlers=[
        list_unregistered,
        list_mismatches,
        mark_registered,
        unmark_registered,
        export_registrations,
        export_registrations_csv,
    ],
)
