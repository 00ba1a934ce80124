"""What a coach is warned of about what pays for a trajectory. A warning stops nothing."""

from enum import StrEnum

from sqlalchemy import select

from domain.funding.model import Cheque
from domain.funding.states import ChequeState
from domain.kit.ids import TrajectoryId
from domain.kit.work import Work
from domain.method import holds_only_talents
from domain.trajectories import get_trajectory, must_be_own_coach

NOT_PAYING = (ChequeState.REFUSED, ChequeState.ORDER_LAPSED, ChequeState.EXPIRED_UNSTARTED, ChequeState.ANNULLED)


class FundingWarning(StrEnum):
    """What may be wrong, by a name that stays."""

    ONLY_TALENT_PROFILE = "only_talent_profile"


async def warnings_of(work: Work, trajectory_id: TrajectoryId) -> list[FundingWarning]:
    """Guidance that is one test or method alone is not what a cheque pays for: told to her coach alone."""
    trajectory = await get_trajectory(work, trajectory_id)
    must_be_own_coach(work, trajectory.coach_id)
    paying = select(Cheque.id).where(
        Cheque.practice_id == work.practice_id,
        Cheque.trajectory_id == trajectory_id,
        Cheque.state.not_in(NOT_PAYING),
    )
    on_cheque = await work.session.scalar(paying.limit(1)) is not None
    only = on_cheque and await holds_only_talents(work, trajectory.coachee_id)
    return [FundingWarning.ONLY_TALENT_PROFILE] if only else []
