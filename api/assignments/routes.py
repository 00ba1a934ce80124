"""The assignments that a coach gives."""

from datetime import date, datetime

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.assignments.exercises import HANDLERS
from api.fields import In, Out, PageCursor, PageLimit, Text, TypeKey, page_request
from api.problems import refuses
from domain import assignments
from domain.assignments import (
    AssignmentNotFound,
    AssignmentState,
    DueInThePast,
    NoSuchExercise,
    NothingAsked,
    OpenAssignment,
)
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import AssignmentId, CoacheeId, StaffId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.people import CoacheeArchived, TextDestroyed
from domain.trajectories import NotYourCoachee, TrajectoryNotFound


class AssignmentIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An exercise, or what is asked in your own words, or both."""

    exercise_key: TypeKey | None = None
    instruction: Text | None = None
    """In your own words. It is sealed."""
    due_on: date


class AssignmentOut(Out, frozen=True, kw_only=True):
    """That something was given to do, without its texts."""

    id: AssignmentId
    version: int
    coachee_id: CoacheeId
    trajectory_id: TrajectoryId
    given_by: StaffId
    given_at: datetime
    exercise_key: str | None
    exercise_version: int | None
    due_on: date
    state: AssignmentState
    decided_at: datetime | None
    shared: bool


class OpenAssignmentOut(AssignmentOut, frozen=True, kw_only=True):
    instruction: str | None
    reflection: str | None
    """What the coachee wrote, where she shares it; otherwise null, as if she had written nothing."""

    @classmethod
    def opened(cls, found: OpenAssignment) -> "OpenAssignmentOut":
        told = {name: getattr(found.assignment, name) for name in AssignmentOut.__struct_fields__}
        return cls(**told, instruction=found.instruction, reflection=found.reflection)


class AssignmentPage(msgspec.Struct, frozen=True):
    items: list[OpenAssignmentOut]
    next_cursor: str | None


@post(
    "/trajectories/{trajectory_id:uuid}/assignments",
    scope="method:write",
    responses=refuses(
        TrajectoryNotFound,
        NotYourCoachee,
        CoacheeArchived,
        TextDestroyed,
        NothingAsked,
        NoSuchExercise,
        DayOutOfRange,
        DueInThePast,
    ),
)
async def give_assignment(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[AssignmentIn]
) -> AssignmentOut:
    """Give the coachee something to do, as her own coach. A mail brings her the link; she is not reminded."""
    given = await assignments.give_assignment(work, trajectory_id, **msgspec.structs.asdict(data))
    return AssignmentOut.of(given)


@get(
    "/trajectories/{trajectory_id:uuid}/assignments",
    scope="method:read",
    responses=refuses(TrajectoryNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_assignments(
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> AssignmentPage:
    """Read the assignments of a trajectory, oldest first. Every reading is kept in the audit trail."""
    page = await assignments.list_assignments(work, trajectory_id, page_request(limit, cursor))
    return AssignmentPage([OpenAssignmentOut.opened(found) for found in page.items], page.next_cursor)


@get(
    "/assignments/{assignment_id:uuid}",
    scope="method:read",
    responses=refuses(AssignmentNotFound, NotYourCoachee, TextDestroyed),
)
async def read_assignment(work: NamedDependency[Work], assignment_id: FromPath[AssignmentId]) -> OpenAssignmentOut:
    """Read an assignment, as the trajectory's own coach. Every reading is kept in the audit trail."""
    return OpenAssignmentOut.opened(await assignments.read_assignment(work, assignment_id))


router = Router("/", route_handlers=[*HANDLERS, give_assignment, list_assignments, read_assignment], tags=["method"])
