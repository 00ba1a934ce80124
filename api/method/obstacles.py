"""What holds a coachee back, from within and from without."""

from typing import Annotated

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.method.shapes import CoacheeObstacleOut, ObstacleIn, ObstaclePage, ObstaclePatch, OpenObstacleOut
from api.problems import refuses
from domain import method
from domain.kit.ids import CoacheeId, ObstacleId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.method import KindBesideLocus, NewObstacle, ObstacleNotFound
from domain.people import CoacheeArchived, CoacheeNotFound, TextDestroyed
from domain.trajectories import NotYourCoachee

Archived = Annotated[bool | None, QueryParameter(description="Only archived ones, or only the others")]


@post(
    "/coachees/{coachee_id:uuid}/obstacles",
    scope="method:write",
    responses=refuses(CoacheeNotFound, NotYourCoachee, CoacheeArchived, TextDestroyed, KindBesideLocus),
)
async def add_obstacle(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: JSONBody[ObstacleIn]
) -> CoacheeObstacleOut:
    """Add an obstacle of a coachee, as her own coach. Its text and the good that it means to do are sealed."""
    return CoacheeObstacleOut.of(
        await method.add_obstacle(work, coachee_id, NewObstacle(**msgspec.structs.asdict(data)))
    )


@get(
    "/coachees/{coachee_id:uuid}/obstacles",
    scope="method:read",
    responses=refuses(CoacheeNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_obstacles(
    work: NamedDependency[Work],
    coachee_id: FromPath[CoacheeId],
    archived: Archived = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> ObstaclePage:
    """Read a coachee's obstacles, as her own coach. Every reading is kept in the audit trail."""
    page = await method.list_obstacles(work, coachee_id, page_request(limit, cursor), archived=archived)
    return ObstaclePage([OpenObstacleOut.of(opened) for opened in page.items], page.next_cursor)


@get(
    "/obstacles/{obstacle_id:uuid}",
    scope="method:read",
    responses=refuses(ObstacleNotFound, NotYourCoachee, TextDestroyed),
)
async def read_obstacle(work: NamedDependency[Work], obstacle_id: FromPath[ObstacleId]) -> OpenObstacleOut:
    """Read one obstacle, as the coachee's own coach. Every reading is kept in the audit trail."""
    return OpenObstacleOut.of(await method.read_obstacle(work, obstacle_id))


@patch(
    "/obstacles/{obstacle_id:uuid}",
    scope="method:write",
    needs_version=True,
    responses=refuses(ObstacleNotFound, NotYourCoachee, TextDestroyed, KindBesideLocus, VersionChanged),
)
async def update_obstacle(
    work: NamedDependency[Work], obstacle_id: FromPath[ObstacleId], data: JSONBody[ObstaclePatch]
) -> CoacheeObstacleOut:
    """Word an obstacle anew, or change what is known of it: how early it is noticed, on which layer it sits."""
    return CoacheeObstacleOut.of(await method.update_obstacle(work, obstacle_id, data.changes()))


@post(
    "/obstacles/{obstacle_id:uuid}/archive",
    status_code=200,
    scope="method:write",
    responses=refuses(ObstacleNotFound, NotYourCoachee, TextDestroyed, VersionChanged),
)
async def archive_obstacle(work: NamedDependency[Work], obstacle_id: FromPath[ObstacleId]) -> CoacheeObstacleOut:
    """Put an obstacle away. It can still be read."""
    return CoacheeObstacleOut.of(await method.archive_obstacle(work, obstacle_id))


HANDLERS = (add_obstacle, list_obstacles, read_obstacle, update_obstacle, archive_obstacle)
