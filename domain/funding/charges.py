"""What a coachee pays on a cheque: her own share, to the issuer, and nothing on top of it (quality rules of VDAB)."""

from sqlalchemy import select

from domain.funding.model import Cheque
from domain.funding.refusals import SponsorOnCheque, SurchargeOnCheque
from domain.funding.states import RUNNING
from domain.kit.ids import ChequeId, SponsorId, TrajectoryId
from domain.kit.work import Work
from domain.trajectories import Session, SessionKind


async def must_charge_nothing_on_top(
    work: Work, trajectory_id: TrajectoryId, *, field: str | None = "trajectory_id"
) -> None:
    """Refuse an invoice to the coachee for a trajectory while a cheque pays for it."""
    if (cheque_id := await running_cheque(work, trajectory_id)) is not None:
        raise SurchargeOnCheque(field=field, cheque_id=cheque_id)


async def must_leave_to_cheque(
    work: Work, session: Session, sponsor_id: SponsorId | None, *, field: str | None
) -> None:
    """Refuse to bill a session that a running cheque is for, to whomever."""
    if sponsor_id is None:
        await must_charge_nothing_on_top(work, session.trajectory_id, field=field)
        return
    query = select(Cheque.id).where(
        Cheque.practice_id == work.practice_id,
        Cheque.trajectory_id == session.trajectory_id,
        Cheque.state.in_(RUNNING),
        Cheque.started_on <= session.day,
    )
    if session.kind is SessionKind.GUIDANCE and (cheque_id := await work.session.scalar(query.limit(1))) is not None:
        raise SponsorOnCheque(field=field, cheque_id=cheque_id)


async def running_cheque(work: Work, trajectory_id: TrajectoryId) -> ChequeId | None:
    """The cheque that pays for this trajectory now, if one does."""
    query = select(Cheque.id).where(
        Cheque.practice_id == work.practice_id, Cheque.trajectory_id == trajectory_id, Cheque.state.in_(RUNNING)
    )
    return await work.session.scalar(query.limit(1))
