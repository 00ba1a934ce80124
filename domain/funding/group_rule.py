"""Whether the hours of a cheque may be spent in a group: as its scheme says, and unchecked while nobody knows."""

from sqlalchemy import select

from domain.funding.model import Cheque, Scheme
from domain.funding.refusals import GroupNotOnCheque
from domain.funding.states import RUNNING
from domain.kit.ids import TrajectoryId
from domain.kit.work import Work


async def must_allow_groups(work: Work, trajectory_id: TrajectoryId) -> None:
    """Refuse a seat in a group to a trajectory that a cheque pays for whose scheme excludes groups."""
    query = (
        select(Cheque.id, Scheme.code)
        .join(Cheque.scheme)
        .where(
            Cheque.practice_id == work.practice_id,
            Cheque.trajectory_id == trajectory_id,
            Cheque.state.in_(RUNNING),
            Scheme.group_allowed.is_(False),
        )
    )
    found = (await work.session.execute(query.limit(1))).one_or_none()
    if found is not None:
        cheque_id, scheme = found
        raise GroupNotOnCheque(field="trajectory_id", cheque_id=cheque_id, scheme=scheme)
