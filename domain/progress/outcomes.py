"""What it brings about: how deep and durable it was, how far she goes on her own, where obstacles come from."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, func, literal_column, or_, select

from domain.checkins import CheckIn, CheckInState, Kind, Plan, Source
from domain.kit.ids import CoacheeId, TrajectoryId
from domain.kit.shares import Share, share_of
from domain.kit.work import Work
from domain.method import (
    INNER,
    CoacheeQuality,
    Experience,
    ExperienceKind,
    LayerReflection,
    Locus,
    Moment,
    NamedBy,
    Obstacle,
    shared_reviews,
)

MONTH: ColumnElement[date] = literal_column("date_trunc('month', check_ins.local_day)::date", Date())
OF_PLAN = and_(Plan.practice_id == CheckIn.practice_id, Plan.id == CheckIn.plan_id)
ANSWERED = CheckIn.state == CheckInState.ANSWERED


@dataclass(frozen=True, slots=True)
class LookedBack:
    """How deep and durable it was, and how far it shows in what she does: 0 to 10, as she says herself."""

    moment: Moment
    answered_at: datetime
    deep: int
    durable: int
    behaviour: int


@dataclass(frozen=True, slots=True)
class MonthOfAutonomy:
    """What she answered in a month: asked, and of herself. Fewer answers when asked are no failure."""

    month: date
    prompted: int
    self_initiated: int


@dataclass(frozen=True, slots=True)
class Autonomy:
    months: list[MonthOfAutonomy]
    self_initiated: Share | None
    named_by_herself: Share | None  # of her qualities


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Where obstacles come from, and how many within are a reaction to another."""

    locus: dict[Locus, int]
    reactions: int
    switched: Share | None  # experiences of an obstacle that came to how she would have liked it
    core_reflection: Share | None  # reflections on a layer that reach identity, mission or core


@dataclass(frozen=True, slots=True)
class Resilience:
    """From an answer about an obstacle to her next one about a success: a description, and no score of hers."""

    obstacles: int
    followed: int  # by a success, so far
    median_hours: float | None


async def looked_back(work: Work, coachee_id: CoacheeId, trajectory_id: TrajectoryId) -> list[LookedBack]:
    """The reviews of a trajectory, in the order of their moments."""
    found = await shared_reviews(work, coachee_id, trajectory_id)
    told = {name: list(Moment).index(name) for name in Moment}
    return sorted(
        (LookedBack(one.moment, one.answered_at, *(one.answers[name] for name in one.items)) for one in found),
        key=lambda one: told[one.moment],
    )


async def autonomy(work: Work, coachee_id: CoacheeId, trajectory_id: TrajectoryId) -> Autonomy:
    groups = (MONTH, CheckIn.source)
    query = select(*groups, func.count()).join(Plan, OF_PLAN).where(*_answered(work, trajectory_id))
    query = query.group_by(*groups).order_by(MONTH)
    counts = {(month, source): count for month, source, count in await work.session.execute(query)}
    months = [
        MonthOfAutonomy(month, *(counts.get((month, source), 0) for source in (Source.PROMPTED, Source.SELF_INITIATED)))
        for month in dict.fromkeys(month for month, _ in counts)
    ]
    of_herself = sum(one.self_initiated for one in months)
    return Autonomy(
        months,
        share_of(of_herself, of_herself + sum(one.prompted for one in months)),
        await _share(work, coachee_id, CoacheeQuality, CoacheeQuality.named_by == NamedBy.COACHEE),
    )


async def resilience(work: Work, trajectory_id: TrajectoryId) -> Resilience:
    """Method.md row 43: it is only derived, and with care."""
    query = select(CheckIn.kind, CheckIn.answered_at).join(Plan, OF_PLAN).where(*_answered(work, trajectory_id))
    query = query.where(CheckIn.kind.in_((Kind.OBSTACLE, Kind.SUCCESS))).order_by(CheckIn.answered_at)
    waiting, hours = list[datetime](), list[float]()
    for kind, answered_at in (await work.session.execute(query)).all():
        if answered_at is None:
            continue
        if kind is Kind.OBSTACLE:
            waiting.append(answered_at)
        else:
            hours += [(answered_at - since) / timedelta(hours=1) for since in waiting]
            waiting.clear()
    return Resilience(len(hours) + len(waiting), len(hours), round(median(hours), 1) if hours else None)


async def obstacles(work: Work, coachee_id: CoacheeId) -> Obstacles:
    mine = _of(work, coachee_id, Obstacle)
    by_locus = select(Obstacle.locus, func.count(), func.count(Obstacle.triggered_by_id)).where(*mine)
    rows = (await work.session.execute(by_locus.group_by(Obstacle.locus))).all()
    counts = {locus: count for locus, count, _ in rows}
    ideal = or_(Experience.sealed_ideal_text.is_not(None), Experience.ideal_id.is_not(None))
    of_obstacle = Experience.kind == ExperienceKind.OBSTACLE
    return Obstacles(
        {locus: counts.get(locus, 0) for locus in Locus},
        sum(reactions for locus, _, reactions in rows if locus is not Locus.EXTERNAL),
        await _share(work, coachee_id, Experience, ideal, of_obstacle),
        await _share(work, coachee_id, LayerReflection, LayerReflection.layer.in_(INNER)),
    )


def _answered(work: Work, trajectory_id: TrajectoryId) -> tuple[ColumnElement[bool], ...]:
    return (Plan.practice_id == work.practice_id, Plan.trajectory_id == trajectory_id, ANSWERED)


async def _share(
    work: Work, coachee_id: CoacheeId, kind: Any, counted: ColumnElement[bool], *among: ColumnElement[bool]
) -> Share | None:
    query = select(func.count().filter(counted), func.count()).where(*_of(work, coachee_id, kind), *among)
    part, whole = (await work.session.execute(query.select_from(kind))).one()
    return share_of(part, whole)


def _of(work: Work, coachee_id: CoacheeId, kind: Any) -> list[ColumnElement[bool]]:
    mine = [kind.practice_id == work.practice_id, kind.coachee_id == coachee_id]
    return [*mine, kind.archived_at.is_(None)] if hasattr(kind, "archived_at") else mine
