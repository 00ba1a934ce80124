"""What a coachee pays on a cheque: her own share, to the issuer, and nothing on top of it (quality rules of VDAB)."""

from sqlalchemy import select

from domain.funding.model import Cheque
from domain.funding.refusals import SurchargeOnCheque
from domain.funding.states import RUNNING
from domain.kit.ids import ChequeId, TrajectoryId
from domain.kit.work import Work


async def must_charge_nothing_on_top(work: Work, trajectory_id: TrajectoryId, *, field: str = "trajectory_id") -> None:
    """Refuse an invoice to the coachee for a trajectory while a cheque pays for it."""
    if (cheque_id := await running_cheque(work, trajectory_id)) is not None:
        raise SurchargeOnCheque(field=field, cheque_id=cheque_id)


async def running_cheque(work: Work, trajectory_id: TrajectoryId) -> ChequeId | None:
    """The cheque that pays for this trajectory now, if one does."""
    query = select(Cheque.id).where(
        Cheque.practice_id == work.practice_id, Cheque.trajectory_id == trajectory_id, Cheque.state.in_(RUNNING)
    )
    return await work.session.scalar(query.limit(1))
