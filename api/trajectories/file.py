"""Goals, closing reviews and contact moments: sealed, for the coach alone."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from api.trajectories.file_shapes import (
    ClosingReviewOut,
    ContactIn,
    ContactOut,
    ContactPage,
    GoalIn,
    GoalOut,
    GoalPage,
    OpenContactOut,
    OpenGoalOut,
)
from domain import trajectories
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import CoacheeId, GoalId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeArchived, CoacheeNotFound, TextDestroyed
from domain.trajectories import (
    ContactToCome,
    GoalNotFound,
    GoalState,
    NotesNotConsented,
    NotYourCoachee,
    TrajectoryNotFound,
)

GOAL_REFUSALS = refuses(GoalNotFound, NotYourCoachee, WrongState, VersionChanged)


@post(
    "/trajectories/{trajectory_id:uuid}/goals",
    scope="method:write",
    responses=refuses(TrajectoryNotFound, NotYourCoachee, TextDestroyed),
)
async def set_goal(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[GoalIn]
) -> GoalOut:
    """Set a goal, as the trajectory's own coach. Its text is sealed."""
    return GoalOut.of(await trajectories.set_goal(work, trajectory_id, data.text))


@get(
    "/trajectories/{trajectory_id:uuid}/goals",
    scope="method:read",
    responses=refuses(TrajectoryNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def list_goals(
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> GoalPage:
    """Read the goals of a trajectory, as its own coach, oldest first."""
    page = await trajectories.list_goals(work, trajectory_id, page_request(limit, cursor))
    return GoalPage([OpenGoalOut.of(goal) for goal in page.items], page.next_cursor)


@post("/goals/{goal_id:uuid}/reach", status_code=200, scope="method:write", responses=GOAL_REFUSALS)
async def reach_goal(work: NamedDependency[Work], goal_id: FromPath[GoalId]) -> GoalOut:
    """Record that an open goal is reached."""
    return GoalOut.of(await trajectories.decide_goal(work, goal_id, GoalState.REACHED))


@post("/goals/{goal_id:uuid}/drop", status_code=200, scope="method:write", responses=GOAL_REFUSALS)
async def drop_goal(work: NamedDependency[Work], goal_id: FromPath[GoalId]) -> GoalOut:
    """Record that an open goal is no longer wanted."""
    return GoalOut.of(await trajectories.decide_goal(work, goal_id, GoalState.DROPPED))


@get(
    "/trajectories/{trajectory_id:uuid}/closing-review",
    scope="notes:read",
    responses=refuses(TrajectoryNotFound, NotYourCoachee, TextDestroyed),
)
async def read_closing_review(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> ClosingReviewOut:
    """Read the closing review, if any, as the trajectory's own coach. Every reading is kept in the audit trail."""
    return ClosingReviewOut.of(await trajectories.read_review(work, trajectory_id))


@post(
    "/coachees/{coachee_id:uuid}/contact-moments",
    scope="notes:write",
    responses=refuses(
        CoacheeNotFound,
        NotYourCoachee,
        CoacheeArchived,
        NotesNotConsented,
        TextDestroyed,
        DayOutOfRange,
        ContactToCome,
    ),
)
async def write_contact_moment(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], data: JSONBody[ContactIn]
) -> ContactOut:
    """Write down a short contact, which needs no trajectory: the quality named, and the next step. Both are sealed."""
    contact = await trajectories.write_contact(
        work, coachee_id, held_on=data.held_on, quality=data.quality, next_step=data.next_step
    )
    return ContactOut.of(contact)


@get(
    "/coachees/{coachee_id:uuid}/contact-moments",
    scope="notes:read",
    responses=refuses(CoacheeNotFound, NotYourCoachee, TextDestroyed, InvalidCursor),
)
async def read_contact_moments(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], limit: PageLimit = 20, cursor: PageCursor = None
) -> ContactPage:
    """Read the contact moments that you wrote yourself, oldest first. Every reading is kept in the audit trail."""
    page = await trajectories.read_contacts(work, coachee_id, page_request(limit, cursor))
    return ContactPage([OpenContactOut.of(contact) for contact in page.items], page.next_cursor)


HANDLERS = (
    set_goal,
    list_goals,
    reach_goal,
    drop_goal,
    read_closing_review,
    write_contact_moment,
    read_contact_moments,
)
