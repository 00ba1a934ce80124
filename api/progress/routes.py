"""Reports of a trajectory, for its own coach alone."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.problems import refuses
from api.progress.shapes import CheckInReport, MethodReport
from domain import progress
from domain.kit.ids import TrajectoryId
from domain.kit.work import Work
from domain.people import TextDestroyed
from domain.trajectories import NotYourCoachee, TrajectoryNotFound

OWN = (TrajectoryNotFound, NotYourCoachee)


@get("/trajectories/{trajectory_id:uuid}/reports/check-ins", scope="method:read", responses=refuses(*OWN))
async def read_check_in_report(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> CheckInReport:
    """Read what became of the check-ins of a trajectory, week by week, as its own coach: counts, and no text.

    Every reading is kept in the audit trail."""
    report = await progress.asked_report(work, trajectory_id)
    return msgspec.convert(report, CheckInReport, from_attributes=True)


@get("/trajectories/{trajectory_id:uuid}/reports/method", scope="method:read", responses=refuses(*OWN, TextDestroyed))
async def read_method_report(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> MethodReport:
    """Read what was found on the way, in dates and counts, as the trajectory's own coach: no text is unsealed.

    The dimensions are those of the notes of this trajectory, the rest is of the whole file of the coachee."""
    report = await progress.found_report(work, trajectory_id)
    return msgspec.convert(report, MethodReport, from_attributes=True)


router = Router("/", tags=["progress"], route_handlers=[read_check_in_report, read_method_report])
