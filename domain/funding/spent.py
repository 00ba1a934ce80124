"""What paid for the held minutes of a trajectory."""

from dataclasses import dataclass

from sqlalchemy import func, select

from domain.funding.model import Booking, FundingKind, SessionFunding
from domain.kit.ids import ChequeId, TrajectoryId
from domain.kit.work import Work
from domain.trajectories import Session


@dataclass(frozen=True, slots=True)
class FundedMinutes:
    """The minutes that one kind of funding paid for; of cheques, each by itself."""

    kind: FundingKind
    cheque_id: ChequeId | None
    minutes: int


async def minutes_by_funding(work: Work, trajectory_id: TrajectoryId) -> list[FundedMinutes]:
    """Sessions that nothing pays for yet are not in it."""
    query = (
        select(SessionFunding.kind, Booking.cheque_id, func.sum(SessionFunding.minutes))
        .join(Session, (Session.practice_id == SessionFunding.practice_id) & (Session.id == SessionFunding.id))
        .outerjoin(
            Booking, (Booking.practice_id == SessionFunding.practice_id) & (Booking.session_id == SessionFunding.id)
        )
        .where(SessionFunding.practice_id == work.practice_id, Session.trajectory_id == trajectory_id)
        .group_by(SessionFunding.kind, Booking.cheque_id)
        .order_by(SessionFunding.kind, Booking.cheque_id)
    )
    return [
        FundedMinutes(kind, cheque_id, int(minutes)) for kind, cheque_id, minutes in await work.session.execute(query)
    ]
