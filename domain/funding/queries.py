"""Reading cheques. A coach sees those of her own trajectories; whose is another's does not exist for her."""

from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from domain.funding.model import Cheque, Scheme
from domain.funding.refusals import ChequeNotFound
from domain.funding.states import ChequeState
from domain.kit.ids import ChequeId, CoacheeId, StaffId, TrajectoryId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.practice import Role
from domain.trajectories import Trajectory, TrajectoryNotFound

T = TypeVar("T")
WITH_SCHEME = (joinedload(Cheque.scheme).joinedload(Scheme.funder), joinedload(Cheque.issuer))


async def get_cheque(work: Work, cheque_id: ChequeId, *, lock: bool = False) -> Cheque:
    only = Cheque.trajectory_id.in_(_own_trajectories(work)) if _is_coach(work) else None
    return await find(work, Cheque, cheque_id, ChequeNotFound, *WITH_SCHEME, lock=lock, only=only)


async def list_cheques(
    work: Work,
    page: PageRequest,
    *,
    trajectory_id: TrajectoryId | None = None,
    coachee_id: CoacheeId | None = None,
    state: ChequeState | None = None,
) -> Page[Cheque]:
    """In the order in which they were registered."""
    query = select(Cheque).where(Cheque.practice_id == work.practice_id).options(*WITH_SCHEME)
    if trajectory_id is not None:
        query = query.where(Cheque.trajectory_id == trajectory_id)
    if coachee_id is not None:
        query = query.where(Cheque.coachee_id == coachee_id)
    if state is not None:
        query = query.where(Cheque.state == state)
    query = only_own(work, query, Cheque.trajectory_id)
    list_name = f"cheques:{trajectory_id}:{coachee_id}:{state}"
    return await fetch_page(work, query, page, list_name=list_name, keys=[Cheque.id])


async def coach_of(work: Work, cheque: Cheque) -> StaffId:
    trajectory = await find(work, Trajectory, cheque.trajectory_id, TrajectoryNotFound)
    return trajectory.coach_id


def only_own(work: Work, query: Select[T], column: Any, own: Select[Any] | None = None) -> Select[T]:
    """For a coach, the rows whose `column` is among `own`: her trajectories, where nothing else is named."""
    if not _is_coach(work):
        return query
    return query.where(column.in_(_own_trajectories(work) if own is None else own))


def _own_trajectories(work: Work) -> Select[TrajectoryId]:
    return select(Trajectory.id).where(Trajectory.practice_id == work.practice_id, Trajectory.coach_id == work.actor.id)


def _is_coach(work: Work) -> bool:
    return work.actor.role == Role.COACH
