"""Exports for research: asked for by the owner, made by the scheduler, downloaded from a link that soon expires."""

from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from api.fields import In, Out, PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import research
from domain.kit.calendar import DayOutOfRange, Period, PeriodBackwards
from domain.kit.ids import ResearchExportId
from domain.kit.paging import InvalidCursor
from domain.kit.work import House, Work
from domain.research import ResearchExportNotFound, ResearchExportState, TooFewParticipants

AnyRequest = Request[Any, Any, Any]
HEADERS = {"Content-Disposition": 'attachment; filename="research.zip"', "Cache-Control": "private, no-store"}
SCOPE = "research:export"


class ResearchExportIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    first_day: date
    last_day: date
    with_texts: bool = False
    """Her own sentences too, of whoever agreed to that as well."""


class ResearchExportRow(Out, frozen=True, kw_only=True):
    id: ResearchExportId
    first_day: date
    last_day: date
    with_texts: bool
    state: ResearchExportState
    participants: int | None
    prompts: int | None
    size: int | None
    """Bytes."""
    requested_at: datetime
    ready_at: datetime | None


class ResearchExportOut(msgspec.Struct, frozen=True, kw_only=True):
    export: ResearchExportRow
    download_path: str | None
    """Where the ZIP is, once it is ready: for a quarter of an hour, without a key. Read again for a new one."""


class ResearchExportPage(msgspec.Struct, frozen=True):
    items: list[ResearchExportRow]
    next_cursor: str | None


@post(
    "/research-exports",
    status_code=202,
    scope=SCOPE,
    responses=refuses(PeriodBackwards, DayOutOfRange, TooFewParticipants),
)
async def request_research_export(work: NamedDependency[Work], data: JSONBody[ResearchExportIn]) -> ResearchExportRow:
    """Ask for the check-ins of a period as tables for research: of those who consent to it, under names that no other
    export has, with days instead of dates, and without any value that fewer than five people have. It is kept for seven
    days, and gone as soon as anybody in it takes her consent back."""
    period = Period.of(work.now.date(), data.first_day, data.last_day)
    return ResearchExportRow.of(await research.request_research_export(work, period, with_texts=data.with_texts))


@get("/research-exports", scope=SCOPE, responses=refuses(InvalidCursor))
async def list_research_exports(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> ResearchExportPage:
    """List the exports for research that were asked for."""
    page = await research.list_research_exports(work, page_request(limit, cursor))
    return ResearchExportPage([ResearchExportRow.of(one) for one in page.items], page.next_cursor)


@get("/research-exports/{export_id:uuid}", scope=SCOPE, responses=refuses(ResearchExportNotFound))
async def read_research_export(work: NamedDependency[Work], export_id: FromPath[ResearchExportId]) -> ResearchExportOut:
    """Read how far an export for research is, and where to download it."""
    export = await research.get_research_export(work, export_id)
    link = research.link_to(work.vault, export, work.now)
    return ResearchExportOut(export=ResearchExportRow.of(export), download_path=link and f"/research-exports/{link}")


@get("/research-exports/{token:str}")
async def download_research_export(request: AnyRequest, token: FromPath[str]) -> Stream:
    """The ZIP itself, piece by piece; it needs no key."""
    house: House = request.app.state["house"]
    return Stream(await research.open_research_link(house, token), media_type="application/zip", headers=HEADERS)


router = Router(
    "/", tags=["research"], route_handlers=[request_research_export, list_research_exports, read_research_export]
)
downloads = Router("/", route_handlers=[download_research_export], include_in_schema=False, opt={"public": True})
