"""Sessions of a trajectory in the calendar."""

from datetime import date
from typing import Annotated

from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from api.trajectories.booking import TIME_REFUSALS
from api.trajectories.shapes import (
    CancellationIn,
    SessionIn,
    SessionOut,
    SessionPage,
    SessionPatch,
)
from domain import trajectories
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import SessionId, StaffId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import Reading, VersionChanged, Work
from domain.people import CoacheeArchived
from domain.trajectories import (
    CoachHasLeft,
    SessionFilter,
    SessionNotFound,
    SessionNotStarted,
    SessionState,
    TrajectoryNotFound,
    TrajectoryNotRunning,
    view_session,
)

OfTrajectory = Annotated[TrajectoryId | None, QueryParameter(description="Only of this trajectory")]
OfCoach = Annotated[StaffId | None, QueryParameter(description="Only of this coach")]
InState = Annotated[SessionState | None, QueryParameter(name="state", description="Only in this state")]
FromDay = Annotated[date | None, QueryParameter(description="Only on this day or later")]
ToDay = Annotated[date | None, QueryParameter(description="Only on this day or earlier")]


@post(
    "/trajectories/{trajectory_id:uuid}/sessions",
    scope="sessions:write",
    responses=refuses(
        TrajectoryNotFound, TrajectoryNotRunning, CoacheeArchived, CoachHasLeft, *TIME_REFUSALS, VersionChanged
    ),
)
async def plan_session(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[SessionIn]
) -> SessionOut:
    """Plan a session with the trajectory's coach, at a wall time in a zone, where she is free."""
    return SessionOut.of(view_session(await trajectories.plan_session(work, trajectory_id, data.new())))


@get("/sessions", scope="sessions:read", responses=refuses(DayOutOfRange, InvalidCursor))
async def list_sessions(
    reading: NamedDependency[Reading],
    trajectory_id: OfTrajectory = None,
    coach_id: OfCoach = None,
    in_state: InState = None,
    from_day: FromDay = None,
    to_day: ToDay = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> SessionPage:
    """List the sessions in the order in which they take place; to a coach, her own."""
    wanted = SessionFilter(trajectory_id, coach_id, in_state, from_day, to_day)
    page = await trajectories.list_sessions(reading, page_request(limit, cursor), wanted)
    return SessionPage([SessionOut.of(view) for view in page.items], page.next_cursor)


@get("/sessions/{session_id:uuid}", scope="sessions:read", responses=refuses(SessionNotFound))
async def read_session(work: NamedDependency[Work], session_id: FromPath[SessionId]) -> SessionOut:
    """Read one session."""
    return SessionOut.of(view_session(await trajectories.get_session(work, session_id)))


@patch(
    "/sessions/{session_id:uuid}",
    scope="sessions:write",
    responses=refuses(SessionNotFound, WrongState, TrajectoryNotRunning, *TIME_REFUSALS, VersionChanged),
)
async def update_session(
    work: NamedDependency[Work], session_id: FromPath[SessionId], data: JSONBody[SessionPatch]
) -> SessionOut:
    """Move a planned session to another time, or change its length or place."""
    return SessionOut.of(view_session(await trajectories.update_session(work, session_id, data.changes())))


@post(
    "/sessions/{session_id:uuid}/hold",
    status_code=200,
    scope="sessions:write",
    responses=refuses(SessionNotFound, WrongState, SessionNotStarted, VersionChanged),
)
async def hold_session(work: NamedDependency[Work], session_id: FromPath[SessionId]) -> SessionOut:
    """Record that coach and coachee have met."""
    return SessionOut.of(view_session(await trajectories.hold_session(work, session_id)))


@post(
    "/sessions/{session_id:uuid}/cancel",
    status_code=200,
    scope="sessions:write",
    responses=refuses(SessionNotFound, WrongState, VersionChanged),
)
async def cancel_session(
    work: NamedDependency[Work], session_id: FromPath[SessionId], data: JSONBody[CancellationIn]
) -> SessionOut:
    """Cancel a planned session; the coach is free again at that time."""
    return SessionOut.of(view_session(await trajectories.cancel_session(work, session_id, data.reason, data.by)))


@post(
    "/sessions/{session_id:uuid}/no-show",
    status_code=200,
    scope="sessions:write",
    responses=refuses(SessionNotFound, WrongState, SessionNotStarted, VersionChanged),
)
async def mark_no_show(work: NamedDependency[Work], session_id: FromPath[SessionId]) -> SessionOut:
    """Record that the coachee did not come."""
    return SessionOut.of(view_session(await trajectories.mark_no_show(work, session_id)))


HANDLERS = (
    plan_session,
    list_sessions,
    read_session,
    update_session,
    hold_session,
    cancel_session,
    mark_no_show,
)
