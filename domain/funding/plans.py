"""The development plan of a cheque: its own trajectory's, and finalised before the cheque is closed."""

from sqlalchemy import select

from domain import development, trajectories
from domain.development import DevelopmentPlan
from domain.funding.model import Cheque
from domain.funding.queries import get_cheque
from domain.funding.refusals import DevelopmentPlanNeeded, NotItsCheque
from domain.funding.states import SPENT
from domain.kit.errors import named_in
from domain.kit.ids import ChequeId, TrajectoryId
from domain.kit.work import Work
from domain.trajectories import Completion, Trajectory


async def draft_plan(work: Work, trajectory_id: TrajectoryId, cheque_id: ChequeId | None) -> DevelopmentPlan:
    """Begin the plan that a cheque comes to, or one beside any cheque."""
    await trajectories.get_trajectory(work, trajectory_id)
    if cheque_id is not None:
        with named_in("cheque_id"):
            cheque = await get_cheque(work, cheque_id)
        if cheque.trajectory_id != trajectory_id:
            raise NotItsCheque(field="cheque_id")
    return await development.draft_plan(work, trajectory_id, cheque_id)


async def must_have_plan(work: Work, cheque: Cheque) -> None:
    """The plan is what the funder pays for: one document per cheque, in the client's file."""
    if await development.finalised_for(work, cheque.id) is None:
        raise DevelopmentPlanNeeded(cheque_id=cheque.id, trajectory_id=cheque.trajectory_id)


async def complete_trajectory(work: Work, trajectory_id: TrajectoryId, completion: Completion) -> Trajectory:
    """Bring it to its good end; each cheque that paid for a part of it came to its plan."""
    trajectory = await trajectories.complete_trajectory(work, trajectory_id, completion)
    query = select(Cheque).where(
        Cheque.practice_id == work.practice_id, Cheque.trajectory_id == trajectory_id, Cheque.state.in_(SPENT)
    )
    for cheque in (await work.session.scalars(query.order_by(Cheque.id))).all():
        await must_have_plan(work, cheque)
    return trajectory
