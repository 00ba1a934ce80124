"""What a coachee pays on a cheque: her own share, to the issuer, and nothing on top of it (quality rules of VDAB)."""

from collections.abc import Collection, Iterable

from sqlalchemy import Select, or_, select

from domain.funding.model import Cheque
from domain.funding.refusals import SponsorOnCheque, SurchargeOnCheque
from domain.funding.states import RUNNING, SPENT, ChequeState
from domain.kit.ids import ChequeId, SponsorId, TrajectoryId
from domain.kit.work import Work
from domain.trajectories import Session, SessionKind

OVER = (ChequeState.CLOSED, ChequeState.SETTLED)


async def must_charge_nothing_on_top(
    work: Work, trajectory_id: TrajectoryId, *, field: str | None = "trajectory_id"
) -> None:
    """Refuse an invoice to the coachee for a trajectory while a cheque pays for it."""
    if (cheque_id := await running_cheque(work, trajectory_id)) is not None:
        raise SurchargeOnCheque(field=field, cheque_id=cheque_id)


async def must_leave_to_cheque(
    work: Work, session: Session, sponsor_id: SponsorId | None, *, field: str | None
) -> None:
    """Refuse to bill a session that a cheque is for, to whomever; and to the coachee what comes free with one."""
    if sponsor_id is None:
        await must_charge_nothing_on_top(work, session.trajectory_id, field=field)
        if (cheque_id := await free_with_cheque(work, session)) is not None:
            raise SurchargeOnCheque(field=field, cheque_id=cheque_id)
        return
    query = _of(work, session.trajectory_id, RUNNING).where(
        Cheque.started_on <= session.day, or_(Cheque.complete_by.is_(None), Cheque.complete_by >= session.day)
    )
    if session.kind is SessionKind.GUIDANCE and (cheque_id := await work.session.scalar(query)) is not None:
        raise SponsorOnCheque(field=field, cheque_id=cheque_id)


async def running_cheque(work: Work, trajectory_id: TrajectoryId) -> ChequeId | None:
    """The cheque that pays for this trajectory now, if one does."""
    return await work.session.scalar(_of(work, trajectory_id, RUNNING))


async def cheque_around(work: Work, session: Session) -> ChequeId | None:
    """The cheque that pays now, or paid when that session was to be; closing it makes nothing chargeable after all."""
    if (running := await running_cheque(work, session.trajectory_id)) is not None:
        return running
    query = _of(work, session.trajectory_id, OVER).where(Cheque.started_on <= session.day)
    return await work.session.scalar(query.where(Cheque.closed_on >= session.day))


async def with_cheques(work: Work, trajectory_ids: Collection[TrajectoryId]) -> set[TrajectoryId]:
    """Those of them that a cheque pays or paid for."""
    query = select(Cheque.trajectory_id).where(
        Cheque.practice_id == work.practice_id,
        Cheque.trajectory_id.in_(trajectory_ids),
        Cheque.state.in_({*RUNNING, *SPENT}),
    )
    return set(await work.session.scalars(query))


async def free_with_cheque(work: Work, session: Session) -> ChequeId | None:
    """The cheque whose introduction or aftercare that session is; both are free, also once the cheque is closed."""
    if session.kind is SessionKind.GUIDANCE:
        return None
    return await work.session.scalar(_of(work, session.trajectory_id, SPENT))


def _of(work: Work, trajectory_id: TrajectoryId, states: Iterable[ChequeState]) -> Select[ChequeId]:
    return (
        select(Cheque.id)
        .where(Cheque.practice_id == work.practice_id, Cheque.trajectory_id == trajectory_id)
        .where(Cheque.state.in_([*states]))
        .order_by(Cheque.id)
        .limit(1)
    )
