"""Who an invoice is for: found, and checked against the trajectory that it is about."""

from domain import funding, people
from domain.invoicing.refusals import OneBuyer
from domain.kit.errors import Invalid, named_in
from domain.kit.ids import CoacheeId, SponsorId, TrajectoryId
from domain.kit.work import Work, find
from domain.people import Coachee, Sponsor
from domain.trajectories import Trajectory, TrajectoryNotFound


class TrajectoryOfAnother(Invalid):
    """That trajectory is another coachee's; an invoice to a coachee is for a trajectory of her own."""


async def buyer(work: Work, coachee_id: CoacheeId | None, sponsor_id: SponsorId | None) -> Coachee | Sponsor:
    if sponsor_id is not None and coachee_id is None:
        with named_in("sponsor_id"):
            return await people.get_sponsor(work, sponsor_id)
    if coachee_id is not None and sponsor_id is None:
        with named_in("coachee_id"):
            return await people.get_coachee(work, coachee_id)
    raise OneBuyer(field="coachee_id")


async def about(work: Work, coachee_id: CoacheeId | None, trajectory_id: TrajectoryId | None) -> CoacheeId | None:
    """Whose coaching an invoice is for, where it says so: a sponsor may pay for several at once."""
    if coachee_id is not None or trajectory_id is None:
        return coachee_id
    return (await find(work, Trajectory, trajectory_id, TrajectoryNotFound)).coachee_id


async def check_trajectory(work: Work, trajectory_id: TrajectoryId, coachee_id: CoacheeId | None) -> Trajectory:
    with named_in("trajectory_id"):
        trajectory = await find(work, Trajectory, trajectory_id, TrajectoryNotFound)
    if coachee_id not in {None, trajectory.coachee_id}:
        raise TrajectoryOfAnother(field="trajectory_id")
    if coachee_id is not None:
        await funding.must_charge_nothing_on_top(work, trajectory_id)
    return trajectory
