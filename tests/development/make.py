"""What tests of other things need of development plans."""

from httpx import AsyncClient

from domain.development import DevelopmentPlan, DevelopmentPlanState
from domain.kit.ids import ChequeId, DevelopmentPlanId, TrajectoryId, new_id
from domain.kit.work import OPERATOR, House, begin
from domain.messaging import Language
from domain.trajectories import get_trajectory
from tests.factories import Cast


async def finalised(house: House, cast: Cast, trajectory_id: TrajectoryId, cheque_id: ChequeId) -> None:
    """Planted straight in the table, for tests that are about something else."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        trajectory = await get_trajectory(work, trajectory_id)
        plan = DevelopmentPlan(
            practice_id=cast.practice_id,
            id=DevelopmentPlanId(new_id()),
            trajectory_id=trajectory.id,
            coachee_id=trajectory.coachee_id,
            coach_id=trajectory.coach_id,
            cheque_id=cheque_id,
            language=Language.NL,
            state=DevelopmentPlanState.FINALISED,
            revision=0,
            created_at=work.now,
            finalised_at=work.now,
        )
        await work.store(plan)


async def drafted(client: AsyncClient, trajectory_id: TrajectoryId) -> str:
    answer = await client.post(f"/v1/trajectories/{trajectory_id}/development-plans", json={})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
