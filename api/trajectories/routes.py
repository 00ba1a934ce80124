"""Trajectories: what coach and coachee agreed on, and how it goes."""

from typing import Annotated

import msgspec
from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from api.trajectories import attachments, booking, care, file, notes, phases, series, sessions
from api.trajectories.file_shapes import CompletionIn, StopIn
from api.trajectories.shapes import (
    TrajectoryDetail,
    TrajectoryIn,
    TrajectoryOut,
    TrajectoryPage,
    TrajectoryPatch,
)
from domain import checkins, funding, trajectories
from domain.funding import DevelopmentPlanNeeded
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import CoacheeId, StaffId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import Reading, VersionChanged, Work
from domain.people import CoacheeArchived, TextDestroyed
from domain.trajectories import (
    AftercareOutOfRange,
    AftercareStillPlanned,
    ClosingReviewMissing,
    ContactMomentAlone,
    ForAnotherCoach,
    NewTrajectory,
    NoSuchCoachee,
    NoSuchPhase,
    NotACoach,
    NotCompletedYet,
    NotYourCoachee,
    TrajectoryNotFound,
    TrajectoryState,
)

OfCoachee = Annotated[CoacheeId | None, QueryParameter(description="Only of this coachee")]
OfCoach = Annotated[StaffId | None, QueryParameter(description="Only of this coach")]
InState = Annotated[TrajectoryState | None, QueryParameter(name="state", description="Only in this state")]
MOVE_REFUSALS = refuses(TrajectoryNotFound, WrongState, VersionChanged)


@post(
    "/trajectories",
    scope="trajectories:write",
    responses=refuses(ContactMomentAlone, NoSuchCoachee, NotACoach, ForAnotherCoach, CoacheeArchived, TextDestroyed),
)
async def propose_trajectory(work: NamedDependency[Work], data: JSONBody[TrajectoryIn]) -> TrajectoryOut:
    """Propose a trajectory or a single conversation: it runs once it is accepted. A contact moment needs none."""
    new = NewTrajectory(**msgspec.structs.asdict(data))
    return TrajectoryOut.of(await trajectories.propose_trajectory(work, new))


@get("/trajectories", scope="trajectories:read", responses=refuses(InvalidCursor))
async def list_trajectories(
    work: NamedDependency[Work],
    coachee_id: OfCoachee = None,
    coach_id: OfCoach = None,
    in_state: InState = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> TrajectoryPage:
    """List the trajectories, in the order in which they were proposed; to a coach, her own."""
    page = await trajectories.list_trajectories(
        work, page_request(limit, cursor), coachee_id=coachee_id, coach_id=coach_id, state=in_state
    )
    return TrajectoryPage([TrajectoryOut.of(trajectory) for trajectory in page.items], page.next_cursor)


@get("/trajectories/{trajectory_id:uuid}", scope="trajectories:read", responses=refuses(TrajectoryNotFound))
async def read_trajectory(reading: NamedDependency[Reading], trajectory_id: FromPath[TrajectoryId]) -> TrajectoryDetail:
    """Read one trajectory; its key question only as its own coach."""
    return TrajectoryDetail.of(await trajectories.read_trajectory(reading, trajectory_id))


@patch(
    "/trajectories/{trajectory_id:uuid}",
    scope="trajectories:write",
    needs_version=True,
    responses=refuses(
        TrajectoryNotFound,
        NotYourCoachee,
        TextDestroyed,
        VersionChanged,
        NotCompletedYet,
        DayOutOfRange,
        AftercareOutOfRange,
        AftercareStillPlanned,
        NoSuchPhase,
    ),
)
async def update_trajectory(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[TrajectoryPatch]
) -> TrajectoryDetail:
    """Change the domain, the phase or the planned minutes; the key question only as the trajectory's own coach. With
    the phase, a check-in plan with the policy `follow_phase` chooses anew what was not sent.
    """
    trajectory = await checkins.update_trajectory(work, trajectory_id, data.changes())
    return TrajectoryDetail.of(await trajectories.view_trajectory(work, trajectory))


@post(
    "/trajectories/{trajectory_id:uuid}/accept",
    status_code=200,
    scope="trajectories:write",
    responses=refuses(TrajectoryNotFound, WrongState, CoacheeArchived, VersionChanged),
)
async def accept_trajectory(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> TrajectoryOut:
    """Record that the coachee accepts: the trajectory runs."""
    return TrajectoryOut.of(await trajectories.accept_trajectory(work, trajectory_id))


@post(
    "/trajectories/{trajectory_id:uuid}/decline", status_code=200, scope="trajectories:write", responses=MOVE_REFUSALS
)
async def decline_trajectory(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> TrajectoryOut:
    """Record that the coachee does not go on. A planned intro is cancelled."""
    return TrajectoryOut.of(await trajectories.decline_trajectory(work, trajectory_id))


@post("/trajectories/{trajectory_id:uuid}/pause", status_code=200, scope="trajectories:write", responses=MOVE_REFUSALS)
async def pause_trajectory(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> TrajectoryOut:
    """Put a running trajectory aside. What is planned stays planned; nothing new is."""
    return TrajectoryOut.of(await trajectories.pause_trajectory(work, trajectory_id))


@post("/trajectories/{trajectory_id:uuid}/resume", status_code=200, scope="trajectories:write", responses=MOVE_REFUSALS)
async def resume_trajectory(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> TrajectoryOut:
    """Take a paused trajectory up again."""
    return TrajectoryOut.of(await trajectories.resume_trajectory(work, trajectory_id))


@post(
    "/trajectories/{trajectory_id:uuid}/complete",
    status_code=200,
    scope="trajectories:write",
    responses=refuses(
        TrajectoryNotFound,
        WrongState,
        ClosingReviewMissing,
        DevelopmentPlanNeeded,
        NotYourCoachee,
        TextDestroyed,
        DayOutOfRange,
        AftercareOutOfRange,
        VersionChanged,
    ),
)
async def complete_trajectory(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[CompletionIn]
) -> TrajectoryOut:
    """Bring a running trajectory to its good end. Its own coach adds a closing review, which is sealed.

    Each cheque that paid for it has its development plan finalised. Sessions still to come are cancelled, but for
    aftercare, which may follow for a year if no other day is named.
    """
    return TrajectoryOut.of(await funding.complete_trajectory(work, trajectory_id, data.completion()))


@post("/trajectories/{trajectory_id:uuid}/stop", status_code=200, scope="trajectories:write", responses=MOVE_REFUSALS)
async def stop_trajectory(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[StopIn]
) -> TrajectoryOut:
    """Stop a trajectory before it is done. Sessions still to come are cancelled."""
    return TrajectoryOut.of(await trajectories.stop_trajectory(work, trajectory_id, data.reason))


router = Router(
    "/",
    tags=["trajectories"],
    route_handlers=[
        propose_trajectory,
        list_trajectories,
        read_trajectory,
        update_trajectory,
        accept_trajectory,
        decline_trajectory,
        pause_trajectory,
        resume_trajectory,
        complete_trajectory,
        stop_trajectory,
        *booking.HANDLERS,
        *sessions.HANDLERS,
        *care.HANDLERS,
        *file.HANDLERS,
        *series.HANDLERS,
        *notes.HANDLERS,
        *phases.HANDLERS,
        *attachments.HANDLERS,
    ],
)
