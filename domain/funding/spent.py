"""What paid for the held minutes of a trajectory."""

from typing import NamedTuple

from sqlalchemy import func, select

from domain.funding.model import Booking, FundingKind, SessionFunding
from domain.kit.ids import ChequeId, TrajectoryId
from domain.kit.work import Work
from domain.trajectories import Session


class Key(NamedTuple):
    """One kind of funding; of cheques, each by itself."""

    kind: FundingKind
    cheque_id: ChequeId | None


async def minutes_used(work: Work, trajectory_id: TrajectoryId) -> dict[Key, int]:
    """Sessions that nothing pays for yet are not in it."""
    query = (
        select(SessionFunding.kind, Booking.cheque_id, func.sum(SessionFunding.minutes))
        .join(Session, (Session.practice_id == SessionFunding.practice_id) & (Session.id == SessionFunding.id))
        .outerjoin(
            Booking, (Booking.practice_id == SessionFunding.practice_id) & (Booking.session_id == SessionFunding.id)
        )
        .where(SessionFunding.practice_id == work.practice_id, Session.trajectory_id == trajectory_id)
        .group_by(SessionFunding.kind, Booking.cheque_id)
    )
    rows = await work.session.execute(query)
    return {Key(kind, cheque_id): int(minutes) for kind, cheque_id, minutes in rows}
