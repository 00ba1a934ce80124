"""What coach and coachee found on the way, in dates and counts."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from domain import method
from domain.kit.ids import CoacheeId, TrajectoryId
from domain.kit.work import Work
from domain.method import (
    AlignmentScan,
    AwarenessStep,
    CoacheeQuality,
    Dimension,
    LadderStep,
    Layer,
    NamedBy,
    Obstacle,
    Rung,
    Tension,
    TensionStep,
)
from domain.progress.outcomes import (
    Autonomy,
    LookedBack,
    Obstacles,
    Resilience,
    autonomy,
    looked_back,
    obstacles,
    resilience,
)
from domain.progress.own import own_trajectory

DIMENSIONS = text("""
SELECT date_trunc('month', s.starts_at AT TIME ZONE :zone)::date, tag->>'dimension', count(*)
  FROM sessions s
  JOIN notes n ON n.practice_id = s.practice_id AND n.session_id = s.id
 CROSS JOIN LATERAL jsonb_array_elements(n.segments) AS tag
 WHERE s.practice_id = :practice_id AND s.trajectory_id = :trajectory_id AND s.state = 'held'
   AND (n.visibility = 'shared' OR n.author_id = :coach_id) AND tag->>'dimension' IS NOT NULL
 GROUP BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class MonthOfDimensions:
    month: date
    tagged: int
    counts: dict[Dimension, int]


@dataclass(frozen=True, slots=True)
class NamedQualities:
    named_by: NamedBy
    qualities: int
    rungs: dict[Rung, int]


@dataclass(frozen=True, slots=True)
class Dated:
    """That a thing in the file came to stand somewhere, and when."""

    thing_id: UUID
    status: str
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Scan:
    scanned_on: date
    scores: dict[Layer, int]


@dataclass(frozen=True, slots=True)
class FoundReport:
    dimensions: list[MonthOfDimensions]
    obstacles: int
    layers: dict[Layer, int]
    qualities: list[NamedQualities]
    ladder: list[Dated]
    awareness: list[Dated]
    tensions: list[Dated]
    first_scan: Scan | None
    last_scan: Scan | None
    looked_back: list[LookedBack]
    autonomy: Autonomy
    about_obstacles: Obstacles
    resilience: Resilience


async def found_report(work: Work, trajectory_id: TrajectoryId) -> FoundReport:
    """Of the coachee's file, as its own coach: what was put away is not counted."""
    trajectory = await own_trajectory(work, trajectory_id, "method")
    coachee = await method.open_file(work, trajectory.coachee_id)
    layers = await _layers(work, coachee.id)
    scans = await _scans(work, coachee.id)
    return FoundReport(
        await _dimensions(work, trajectory_id, coachee.zone),
        sum(layers.values()),
        {layer: layers[layer] for layer in Layer},
        await _qualities(work, coachee.id),
        await _history(work, coachee.id, CoacheeQuality, LadderStep, "quality_id", "status"),
        await _history(work, coachee.id, Obstacle, AwarenessStep, "obstacle_id", "awareness"),
        await _history(work, coachee.id, Tension, TensionStep, "tension_id", "status"),
        scans[0] if scans else None,
        scans[-1] if scans else None,
        await looked_back(work, coachee.id, trajectory_id),
        await autonomy(work, coachee.id, trajectory_id),
        await obstacles(work, coachee.id),
        await resilience(work, trajectory_id),
    )


async def _dimensions(work: Work, trajectory_id: TrajectoryId, zone: str) -> list[MonthOfDimensions]:
    of = {"practice_id": work.practice_id, "trajectory_id": trajectory_id, "coach_id": work.actor.id, "zone": zone}
    months: dict[date, Counter[Dimension]] = {}
    for month, dimension, count in await work.session.execute(DIMENSIONS, of):
        months.setdefault(month, Counter())[Dimension(dimension)] = count
    return [
        MonthOfDimensions(month, found.total(), {word: found[word] for word in Dimension})
        for month, found in sorted(months.items())
    ]


async def _layers(work: Work, coachee_id: CoacheeId) -> Counter[Layer | None]:
    query = select(Obstacle.layer, func.count()).where(*_of(work, coachee_id, Obstacle)).group_by(Obstacle.layer)
    rows = await work.session.execute(query)
    return Counter({row[0]: row[1] for row in rows})


async def _qualities(work: Work, coachee_id: CoacheeId) -> list[NamedQualities]:
    keys = (CoacheeQuality.named_by, CoacheeQuality.status)
    mine = (CoacheeQuality.practice_id == work.practice_id, CoacheeQuality.coachee_id == coachee_id)
    found = {
        (by, rung): count
        for by, rung, count in await work.session.execute(select(*keys, func.count()).where(*mine).group_by(*keys))
    }
    rungs = {by: {rung: found.get((by, rung), 0) for rung in Rung} for by in NamedBy}
    return [NamedQualities(by, sum(on.values()), on) for by, on in rungs.items()]


async def _history(work: Work, coachee_id: CoacheeId, things: Any, steps: Any, column: str, field: str) -> list[Dated]:
    thing_id = getattr(steps, column)
    query = (
        select(thing_id, getattr(steps, field), steps.noted_at)
        .join(things, (things.practice_id == steps.practice_id) & (things.id == thing_id))
        .where(*_of(work, coachee_id, things))
        .order_by(steps.noted_at, steps.id)
    )
    return [Dated(*row) for row in await work.session.execute(query)]


async def _scans(work: Work, coachee_id: CoacheeId) -> list[Scan]:
    query = select(AlignmentScan).where(*_of(work, coachee_id, AlignmentScan))
    found = await work.session.scalars(query.order_by(AlignmentScan.scanned_on, AlignmentScan.id))
    return [Scan(scan.scanned_on, {layer: getattr(scan, layer) for layer in Layer}) for scan in found]


def _of(work: Work, coachee_id: CoacheeId, kind: Any) -> tuple[Any, ...]:
    mine = (kind.practice_id == work.practice_id, kind.coachee_id == coachee_id)
    return (*mine, kind.archived_at.is_(None)) if hasattr(kind, "archived_at") else mine  # a quality is never put away
