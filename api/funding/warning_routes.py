"""What a coach is warned of about what pays for a trajectory."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.problems import refuses
from domain import funding
from domain.funding import FundingWarning
from domain.kit.ids import TrajectoryId
from domain.kit.work import Work
from domain.trajectories import NotYourCoachee, TrajectoryNotFound


class FundingWarningOut(msgspec.Struct, frozen=True):
    key: FundingWarning
    """`only_talent_profile`: her file holds a talent profile and nothing else, and a cheque does not pay for one method
    or test alone."""


class FundingWarnings(msgspec.Struct, frozen=True):
    items: list[FundingWarningOut]


@get(
    "/trajectories/{trajectory_id:uuid}/funding-warnings",
    scope="method:read",
    responses=refuses(TrajectoryNotFound, NotYourCoachee),
)
async def list_funding_warnings(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> FundingWarnings:
    """Read what may be wrong with how a trajectory is paid for, as its own coach. A warning stops nothing."""
    return FundingWarnings([FundingWarningOut(key) for key in await funding.warnings_of(work, trajectory_id)])


router = Router("/", tags=["funding"], route_handlers=[list_funding_warnings])
