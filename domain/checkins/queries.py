"""Reading plans and check-ins, by those who may: a coach those of her own trajectories, a coachee her own."""

from dataclasses import dataclass
from datetime import date, datetime
from operator import eq, ge, le
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.checkins.model import CheckIn, CheckInNotFound, Plan, PlanNotFound
from domain.checkins.states import CheckInState
from domain.kit.ids import CheckInId, CoacheeId, CoacheeQualityId, IdealId, PlanId, TrajectoryId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import ActorKind, Work, check_version, find
from domain.messaging import Attempt, attempts_about
from domain.practice import Role
from domain.trajectories import Trajectory, TrajectoryNotFound

T = TypeVar("T")
OF_TRAJECTORY = and_(Trajectory.practice_id == Plan.practice_id, Trajectory.id == Plan.trajectory_id)
OF_PLAN = and_(Plan.practice_id == CheckIn.practice_id, Plan.id == CheckIn.plan_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInFilter:
    """Which check-ins to list: all of what is named must hold."""

    trajectory_id: TrajectoryId | None = None
    coachee_id: CoacheeId | None = None
    plan_id: PlanId | None = None
    state: CheckInState | None = None
    from_day: date | None = None
    to_day: date | None = None


async def get_plan(work: Work, plan_id: PlanId, *, lock: bool = False) -> Plan:
    query = select(Plan).where(Plan.practice_id == work.practice_id, Plan.id == plan_id)
    query = _seen_by(work, query)
    if lock:
        query = query.with_for_update(of=Plan).execution_options(populate_existing=True)
    plan = await work.session.scalar(query)
    if plan is None:
        raise PlanNotFound(id=plan_id)
    if lock:
        check_version(work, plan)
    return plan


async def get_check_in(work: Work, check_in_id: CheckInId, *, lock: bool = False) -> CheckIn:
    query = select(CheckIn).where(CheckIn.practice_id == work.practice_id, CheckIn.id == check_in_id)
    query = _seen_by(work, query.join(Plan, OF_PLAN))
    if lock:
        query = query.with_for_update(of=CheckIn).execution_options(populate_existing=True)
    check_in = await work.session.scalar(query)
    if check_in is None:
        raise CheckInNotFound(id=check_in_id)
    return check_in


async def is_coach_of(work: Work, plan: Plan) -> bool:
    """Whether the caller is the coach of the trajectory of this plan."""
    trajectory = await find(work, Trajectory, plan.trajectory_id, TrajectoryNotFound)
    return trajectory.coach_id == work.actor.id


async def deliveries_of(work: Work, check_in_id: CheckInId) -> list[Attempt]:
    """How a check-in was brought to its coachee."""
    return await attempts_about(work, (await get_check_in(work, check_in_id)).id)


async def list_check_ins(work: Work, page: PageRequest, wanted: CheckInFilter) -> Page[CheckIn]:
    """In the order in which they are due, those to come included."""
    query = select(CheckIn).where(CheckIn.practice_id == work.practice_id).join(Plan, OF_PLAN)
    for column, compare, value in (
        (Plan.trajectory_id, eq, wanted.trajectory_id),
        (CheckIn.coachee_id, eq, wanted.coachee_id),
        (CheckIn.plan_id, eq, wanted.plan_id),
        (CheckIn.state, eq, wanted.state),
        (CheckIn.local_day, ge, wanted.from_day),
        (CheckIn.local_day, le, wanted.to_day),
    ):
        query = query if value is None else query.where(compare(column, value))
    keys: list[Any] = [CheckIn.due_at, CheckIn.id]
    return await fetch_page(work, _seen_by(work, query), page, list_name=f"check_ins:{wanted}", keys=keys)


async def next_sending_at(session: AsyncSession) -> datetime | None:
    """When the earliest planned check-in of any practice is due."""
    return await session.scalar(select(func.min(CheckIn.due_at)).where(CheckIn.state == literal_column("'planned'")))


async def next_expiry_at(session: AsyncSession) -> datetime | None:
    """When the earliest open check-in of any practice expires."""
    return await session.scalar(
        select(func.min(CheckIn.expires_at)).where(
            CheckIn.state == literal_column("'sent'"), CheckIn.answered_at.is_(None)
        )
    )


async def next_materialisation_at(session: AsyncSession) -> datetime | None:
    """When the earliest accepted plan of any practice needs its next check-ins made."""
    return await session.scalar(select(func.min(Plan.materialise_at)).where(Plan.state == literal_column("'accepted'")))


def _seen_by(work: Work, query: Select[T]) -> Select[T]:
    """Narrow a query that has plans to those which the caller may see."""
    if work.actor.kind == ActorKind.COACHEE:
        return query.where(Plan.coachee_id == work.actor.id)
    if work.actor.role == Role.COACH:
        return query.join(Trajectory, OF_TRAJECTORY).where(Trajectory.coach_id == work.actor.id)
    return query


def pinned_quality(check_in: CheckIn) -> CoacheeQualityId | None:
    """The quality that it offers first, as its decision has it."""
    found = (check_in.decision or {}).get("quality_id")
    return None if found is None else CoacheeQualityId(UUID(found))


def pinned_ideal(check_in: CheckIn) -> IdealId | None:
    """The ideal that it refers to."""
    found = (check_in.decision or {}).get("ideal_id")
    return None if found is None else IdealId(UUID(found))
