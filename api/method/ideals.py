"""A coachee's ideals, desires and goals."""

from typing import Annotated

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.method.shapes import IdealIn, IdealOut, IdealPage, IdealPatch, OpenIdealOut
from api.problems import refuses
from domain import method
from domain.kit.ids import CoacheeId, IdealId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.method import IdealNotFound, NewIdeal
from domain.people import CoacheeArchived, CoacheeNotFound, TextDestroyed
from domain.trajectories import NotYourCoachee

Archived = Annotated[bool | None, QueryParameter(description="Only archived ones, or only the others")]


@post(
    "/coachees/{coachee_id:uuid}/ideals",
    scope="method:write",
    responses=refuses(CoacheeNotFound, NotYourCoachee, CoacheeArchived, TextDestroyed),
)
async def add_ideal(work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: JSONBody[IdealIn]) -> IdealOut:
    """Add an ideal, a desire or a goal of a coachee, as her own coach. The text is sealed."""
    return IdealOut.of(await method.add_ideal(work, coachee_id, NewIdeal(**msgspec.structs.asdict(data))))


@get(
    "/coachees/{coachee_id:uuid}/ideals",
    scope="method:read",
    responses=refuses(CoacheeNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_ideals(
    work: NamedDependency[Work],
    coachee_id: FromPath[CoacheeId],
    archived: Archived = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> IdealPage:
    """Read a coachee's ideals, desires and goals, as her own coach. Every reading is kept in the audit trail."""
    page = await method.list_ideals(work, coachee_id, page_request(limit, cursor), archived=archived)
    return IdealPage([OpenIdealOut.of(opened) for opened in page.items], page.next_cursor)


@get(
    "/ideals/{ideal_id:uuid}",
    scope="method:read",
    responses=refuses(IdealNotFound, NotYourCoachee, TextDestroyed),
)
async def read_ideal(work: NamedDependency[Work], ideal_id: FromPath[IdealId]) -> OpenIdealOut:
    """Read one ideal, as the coachee's own coach. Every reading is kept in the audit trail."""
    return OpenIdealOut.of(await method.read_ideal(work, ideal_id))


@patch(
    "/ideals/{ideal_id:uuid}",
    scope="method:write",
    needs_version=True,
    responses=refuses(IdealNotFound, NotYourCoachee, TextDestroyed, VersionChanged),
)
async def update_ideal(
    work: NamedDependency[Work], ideal_id: FromPath[IdealId], data: JSONBody[IdealPatch]
) -> IdealOut:
    """Word an ideal anew, or change its kind or how the coachee looks at it today."""
    return IdealOut.of(await method.update_ideal(work, ideal_id, data.changes()))


@post(
    "/ideals/{ideal_id:uuid}/archive",
    status_code=200,
    scope="method:write",
    responses=refuses(IdealNotFound, NotYourCoachee, TextDestroyed, VersionChanged),
)
async def archive_ideal(work: NamedDependency[Work], ideal_id: FromPath[IdealId]) -> IdealOut:
    """Put an ideal away: reached, or let go. It can still be read."""
    return IdealOut.of(await method.archive_ideal(work, ideal_id))


HANDLERS = (add_ideal, list_ideals, read_ideal, update_ideal, archive_ideal)
