"""Exports: asked for, made by the scheduler, and downloaded from a link that soon expires."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from api.fields import In, PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import reporting
from domain.kit.calendar import DayOutOfRange, Period, PeriodBackwards
from domain.kit.ids import ExportId
from domain.kit.paging import InvalidCursor
from domain.kit.work import House, Work
from domain.reporting import Export, ExportNotFound, ExportState

AnyRequest = Request[Any, Any, Any]
HEADERS = {"Content-Disposition": 'attachment; filename="invoices.zip"', "Cache-Control": "private, no-store"}


class ExportIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    first_day: date
    last_day: date


class ExportRow(msgspec.Struct, frozen=True, kw_only=True):
    id: ExportId
    first_day: date
    last_day: date
    state: ExportState
    documents: int | None
    size: int | None
    """Bytes."""
    requested_at: datetime
    ready_at: datetime | None

    @classmethod
    def of(cls, export: Export) -> "ExportRow":
        return cls(**{name: getattr(export, name) for name in cls.__struct_fields__})


class ExportOut(msgspec.Struct, frozen=True, kw_only=True):
    export: ExportRow
    download_path: str | None
    """Where the ZIP is, once it is ready: for a quarter of an hour, without a key. Read again for a new one."""


class ExportPage(msgspec.Struct, frozen=True):
    items: list[ExportRow]
    next_cursor: str | None


@post("/exports", status_code=202, scope="invoices:write", responses=refuses(PeriodBackwards, DayOutOfRange))
async def request_export(work: NamedDependency[Work], data: JSONBody[ExportIn]) -> Response[ExportRow]:
    """Ask for all documents issued in a period as one ZIP: PDF, UBL and a table for the books. The scheduler makes it;
    follow it where `Location` says. It is kept for seven days."""
    period = Period.of(work.now.date(), data.first_day, data.last_day)
    export = await reporting.request_export(work, period)
    return Response(ExportRow.of(export), headers={"Location": f"/v1/exports/{export.id}"})


@get("/exports", scope="invoices:read", responses=refuses(InvalidCursor))
async def list_exports(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> ExportPage:
    """List the exports that were asked for."""
    page = await reporting.list_exports(work, page_request(limit, cursor))
    return ExportPage([ExportRow.of(one) for one in page.items], page.next_cursor)


@get("/exports/{export_id:uuid}", scope="invoices:read", responses=refuses(ExportNotFound))
async def read_export(work: NamedDependency[Work], export_id: FromPath[ExportId]) -> ExportOut:
    """Read how far an export is, and where to download it."""
    export = await reporting.get_export(work, export_id)
    link = reporting.link_to(work.vault, export, work.now)
    return ExportOut(export=ExportRow.of(export), download_path=link and f"/exports/{link}")


@get("/exports/{token:str}")
async def download_export(request: AnyRequest, token: FromPath[str]) -> Stream:
    """The ZIP itself, piece by piece; it needs no key."""
    house: House = request.app.state["house"]
    return Stream(await reporting.open_link(house, token), media_type="application/zip", headers=HEADERS)


router = Router("/", tags=["reports"], route_handlers=[request_export, list_exports, read_export])
downloads = Router("/", route_handlers=[download_export], include_in_schema=False, opt={"public": True})
