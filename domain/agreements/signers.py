"""Agreements that wait for somebody who signs them no more: a guardian who ended, or who is a minor after all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, and_, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import practice, trajectories
from domain.agreements.answering import must_still_sign
from domain.agreements.issuing import OVER
from domain.agreements.model import WAITING, Agreement
from domain.kit.due import Due
from domain.kit.ids import AgreementId
from domain.kit.work import Work
from domain.messaging import announce, post
from domain.people import Coachee, Guardian, GuardianEnded, GuardianNeeded, get_coachee
from domain.trajectories import Trajectory

BATCH = 500
UNTOLD = (Agreement.state.in_(WAITING), Agreement.signer_gone_at.is_(None))


async def signerless_agreements(session: AsyncSession, _now: datetime) -> list[Due[AgreementId]]:
    """Those of every practice whose coach was not told yet; of a trajectory that is over none is issued anew."""
    asked = cast(Agreement.parties["guardian"]["id"].astext, Uuid[UUID])
    gone = or_(Guardian.ended_at.is_not(None), and_(asked.is_(None), Coachee.minor))
    query = (
        select(Agreement.practice_id, Agreement.id)
        .join(Coachee, and_(Coachee.practice_id == Agreement.practice_id, Coachee.id == Agreement.coachee_id))
        .join(
            Trajectory, and_(Trajectory.practice_id == Agreement.practice_id, Trajectory.id == Agreement.trajectory_id)
        )
        .outerjoin(Guardian, and_(Guardian.practice_id == Agreement.practice_id, Guardian.id == asked))
        .where(*UNTOLD, gone, Trajectory.state.not_in(OVER))
        .order_by(Agreement.issued_at)
        .limit(BATCH)
    )
    return [Due(practice_id, agreement_id) for practice_id, agreement_id in await session.execute(query)]


async def tell_signerless(work: Work, agreement_id: AgreementId) -> None:
    """Its coach, or who sees to it in her place, hears that it waits for nobody. Seen to already: nothing to do."""
    query = select(Agreement).where(Agreement.practice_id == work.practice_id, Agreement.id == agreement_id, *UNTOLD)
    agreement = await work.session.scalar(query.with_for_update(skip_locked=True))
    if agreement is None or await _still_signed(work, agreement):
        return
    agreement.signer_gone_at = work.now
    await work.session.flush()
    trajectory = await trajectories.get_trajectory(work, agreement.trajectory_id)
    announce(work, "agreement_signer_gone", agreement.id, trajectory_id=trajectory.id)
    coachee = await get_coachee(work, agreement.coachee_id)
    for staff in await practice.whom_to_tell(work, trajectory.coach_id):
        post(work, "agreement_signer_gone", practice.recipient(staff), initials=coachee.initials)


async def _still_signed(work: Work, agreement: Agreement) -> bool:
    try:
        await must_still_sign(work, agreement)
    except (GuardianEnded, GuardianNeeded):
        return False
    return True
