"""What holds a coachee back: where it comes from, on which layer it sits, and how early she notices it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from domain import audit
from domain.kit.errors import Invalid
from domain.kit.ids import CoacheeId, ObstacleId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.messaging import announce
from domain.method import file
from domain.method.model import Awareness, ExternalKind, InternalKind, Layer, Locus, Obstacle, ObstacleNotFound


class KindBesideLocus(Invalid):
    """An obstacle from within alone has no external kind, and one from without alone no internal kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObstacle:
    locus: Locus
    internal_kind: InternalKind | None
    external_kind: ExternalKind | None
    layer: Layer | None
    awareness: Awareness
    text: str
    positive_intention: str | None


@dataclass(frozen=True, slots=True)
class OpenObstacle:
    """An obstacle with its text, opened for a moment."""

    obstacle: Obstacle
    text: str
    positive_intention: str | None


async def add_obstacle(work: Work, coachee_id: CoacheeId, new: NewObstacle) -> Obstacle:
    """Put an obstacle in the coachee's file."""
    coach_id = await file.open_file_to_add(work, coachee_id)
    obstacle = Obstacle(
        practice_id=work.practice_id,
        id=ObstacleId(new_id()),
        coachee_id=coachee_id,
        locus=new.locus,
        internal_kind=new.internal_kind,
        external_kind=new.external_kind,
        layer=new.layer,
        awareness=new.awareness,
        added_by=coach_id,
        added_at=work.now,
    )
    check_kinds(obstacle)
    await file.write(work, obstacle, "text", new.text)
    await file.write(work, obstacle, "positive_intention", new.positive_intention)
    await work.store(obstacle)
    announce(work, "obstacle_added", obstacle.id, coachee_id=coachee_id)
    return obstacle


async def list_obstacles(
    work: Work, coachee_id: CoacheeId, page: PageRequest, *, archived: bool | None = None
) -> Page[OpenObstacle]:
    """In the order in which they were added; that they were read is kept in the audit trail."""
    await file.open_file(work, coachee_id)
    query = select(Obstacle).where(Obstacle.practice_id == work.practice_id, Obstacle.coachee_id == coachee_id)
    if archived is not None:
        query = query.where(Obstacle.archived_at.is_not(None) if archived else Obstacle.archived_at.is_(None))
    found = await fetch_page(work, query, page, list_name=f"obstacles:{coachee_id}:{archived}", keys=[Obstacle.id])
    opened = [await _open(work, obstacle) for obstacle in found.items]
    audit.record(work, "obstacles_read", coachee_id, obstacles=len(opened))
    return Page(opened, found.next_cursor)


async def read_obstacle(work: Work, obstacle_id: ObstacleId) -> OpenObstacle:
    obstacle = await _get_obstacle(work, obstacle_id)
    audit.record(work, "obstacle_read", obstacle_id, coachee_id=obstacle.coachee_id)
    return await _open(work, obstacle)


async def update_obstacle(work: Work, obstacle_id: ObstacleId, changes: dict[str, Any]) -> Obstacle:
    """Word it anew, or change what is known of it by now."""
    obstacle = await _get_obstacle(work, obstacle_id, lock=True)
    await file.change(work, obstacle, changes)
    check_kinds(obstacle)
    await work.session.flush()
    fields = ",".join(sorted(changes))
    announce(work, "obstacle_changed", obstacle.id, coachee_id=obstacle.coachee_id, fields=fields)
    return obstacle


async def archive_obstacle(work: Work, obstacle_id: ObstacleId) -> Obstacle:
    """Put it away. Archiving again changes nothing."""
    obstacle = await _get_obstacle(work, obstacle_id, lock=True)
    if obstacle.archived_at is None:
        obstacle.archived_at = work.now
        await work.session.flush()
        announce(work, "obstacle_archived", obstacle.id, coachee_id=obstacle.coachee_id)
    return obstacle


def check_kinds(obstacle: Obstacle) -> None:
    if obstacle.internal_kind is not None and obstacle.locus is Locus.EXTERNAL:
        raise KindBesideLocus(field="internal_kind")
    if obstacle.external_kind is not None and obstacle.locus is Locus.INTERNAL:
        raise KindBesideLocus(field="external_kind")


async def _get_obstacle(work: Work, obstacle_id: ObstacleId, *, lock: bool = False) -> Obstacle:
    return await file.find_kept(work, Obstacle, obstacle_id, ObstacleNotFound, lock=lock)


async def _open(work: Work, obstacle: Obstacle) -> OpenObstacle:
    text = await file.read(work, obstacle, "text")
    return OpenObstacle(obstacle, text, await file.read_any(work, obstacle, "positive_intention"))
