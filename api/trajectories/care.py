"""Who cares for a trajectory: its deputies, its hand-overs; and how its minutes are spent."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from api.trajectories.file_shapes import (
    DeputyIn,
    DeputyList,
    DeputyOut,
    FundedMinutesOut,
    HandOverIn,
    HandOverOut,
    HandOverPage,
    KindMinutesOut,
    MinutesOut,
)
from domain import funding, trajectories
from domain.kit.ids import StaffId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.practice import StaffNotFound
from domain.trajectories import (
    AlreadyHerCoach,
    Deputy,
    NotACoach,
    NotYoursToHandOver,
    SessionsClash,
    TrajectoryNotFound,
)


def _list(deputies: list[Deputy]) -> DeputyList:
    return DeputyList([DeputyOut.of(deputy) for deputy in deputies])


@post(
    "/trajectories/{trajectory_id:uuid}/deputies",
    scope="trajectories:write",
    status_code=200,
    responses=refuses(TrajectoryNotFound, NotACoach, AlreadyHerCoach, VersionChanged),
)
async def name_deputy(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[DeputyIn]
) -> DeputyList:
    """Let a colleague act for the coach: she plans, moves and holds sessions, and reads the notes that are shared."""
    return _list(await trajectories.name_deputy(work, trajectory_id, data.staff_id))


@get("/trajectories/{trajectory_id:uuid}/deputies", scope="trajectories:read", responses=refuses(TrajectoryNotFound))
async def list_deputies(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> DeputyList:
    """List who may act for the coach."""
    return _list(await trajectories.list_deputies(work, trajectory_id))


@post(
    "/trajectories/{trajectory_id:uuid}/deputies/{staff_id:uuid}/dismiss",
    scope="trajectories:write",
    status_code=200,
    responses=refuses(TrajectoryNotFound, StaffNotFound, VersionChanged),
)
async def dismiss_deputy(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], staff_id: FromPath[StaffId]
) -> DeputyList:
    """Let a colleague no longer act for the coach."""
    return _list(await trajectories.dismiss_deputy(work, trajectory_id, staff_id))


@post(
    "/trajectories/{trajectory_id:uuid}/hand-overs",
    scope="trajectories:write",
    responses=refuses(
        TrajectoryNotFound,
        NotYoursToHandOver,
        NotACoach,
        AlreadyHerCoach,
        SessionsClash,
        WrongState,
        VersionChanged,
    ),
)
async def hand_over_trajectory(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[HandOverIn]
) -> HandOverOut:
    """Hand it over to another coach, as its own coach or as the owner. Sessions to come and shared notes go along.

    Working notes stay with who wrote them. If the new coach is not free for a session to come, nothing changes.
    """
    return HandOverOut.of(await trajectories.hand_over(work, trajectory_id, data.coach_id, data.reason))


@get(
    "/trajectories/{trajectory_id:uuid}/hand-overs",
    scope="trajectories:read",
    responses=refuses(TrajectoryNotFound, InvalidCursor),
)
async def list_hand_overs(
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> HandOverPage:
    """List the hand-overs of a trajectory, oldest first."""
    page = await trajectories.list_hand_overs(work, trajectory_id, page_request(limit, cursor))
    return HandOverPage([HandOverOut.of(done) for done in page.items], page.next_cursor)


@get("/trajectories/{trajectory_id:uuid}/minutes", scope="trajectories:read", responses=refuses(TrajectoryNotFound))
async def read_minutes(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> MinutesOut:
    """Read the minutes of a trajectory, planned and used, by kind of session and by what pays for them.

    What is planned is counted on its funding as it would be booked now: in the order of the funding sources, up to
    their limits, and where none are set on cheques, then on packages.
    """
    trajectory = await trajectories.get_trajectory(work, trajectory_id, deputies=True)
    kinds = await trajectories.minutes_by_kind(work, trajectory_id)
    ahead = await funding.look_ahead(work, trajectory_id)
    return MinutesOut(
        planned_minutes=trajectory.planned_minutes,
        kinds=[KindMinutesOut.of(kind) for kind in kinds],
        by_funding=[FundedMinutesOut.of(one) for one in ahead.by_funding],
        unfunded=ahead.unfunded,
    )


HANDLERS = (
    name_deputy,
    list_deputies,
    dismiss_deputy,
    hand_over_trajectory,
    list_hand_overs,
    read_minutes,
)
