"""Reading agreements. A coach sees those of her own trajectories; whose is another's does not exist for her."""

from typing import Any

from sqlalchemy import ColumnElement, select

from domain import trajectories
from domain.agreements.model import (
    Agreement,
    AgreementFile,
    AgreementNotFound,
    AgreementNotSigned,
    AgreementState,
    Print,
)
from domain.documents import File
from domain.kit.ids import AgreementId, TrajectoryId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.practice import Role
from domain.trajectories import Trajectory


async def get_agreement(work: Work, agreement_id: AgreementId, *, lock: bool = False) -> Agreement:
    return await find(work, Agreement, agreement_id, AgreementNotFound, lock=lock, only=_seen(work))


async def list_agreements(work: Work, trajectory_id: TrajectoryId, page: PageRequest) -> Page[Agreement]:
    """Every agreement of a trajectory, oldest first."""
    await trajectories.get_trajectory(work, trajectory_id)
    query = select(Agreement).where(Agreement.practice_id == work.practice_id, Agreement.trajectory_id == trajectory_id)
    return await fetch_page(work, query, page, list_name=f"agreements:{trajectory_id}", keys=[Agreement.id])


async def signed_for(work: Work, trajectory_id: TrajectoryId) -> Agreement | None:
    """The agreement that holds for a trajectory, if its coachee has signed one."""
    query = select(Agreement).where(
        Agreement.practice_id == work.practice_id,
        Agreement.trajectory_id == trajectory_id,
        Agreement.state == AgreementState.SIGNED,
    )
    return await work.session.scalar(query)


async def read_print(work: Work, agreement_id: AgreementId, kind: Print | None = None) -> File:
    """The kept file; with no kind named, the signed one if there is one."""
    agreement = await get_agreement(work, agreement_id)
    wanted = kind or (Print.SIGNED if agreement.signed_at else Print.ISSUED)
    kept = await work.session.get(AgreementFile, (work.practice_id, agreement.id, wanted))
    if kept is None:
        raise AgreementNotSigned(state=agreement.state)
    return File(f"agreement-{agreement.issued_at:%Y-%m-%d}-{wanted}.pdf", "application/pdf", kept.content)


def _seen(work: Work) -> ColumnElement[bool] | None:
    if work.actor.role != Role.COACH:
        return None
    own: Any = select(Trajectory.id).where(
        Trajectory.practice_id == work.practice_id, Trajectory.coach_id == work.actor.id
    )
    return Agreement.trajectory_id.in_(own)
