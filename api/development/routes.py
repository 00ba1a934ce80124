"""The development plan: drafted, written on, finalised, printed."""

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.development.shapes import (
    DevelopmentPlanIn,
    DevelopmentPlanOut,
    DevelopmentPlanPage,
    DevelopmentPlanPatch,
    OpenDevelopmentPlanOut,
    RevisionOut,
    RevisionPage,
)
from api.fields import PageCursor, PageLimit, page_request
from api.files import file_response
from api.problems import refuses
from domain import development, funding
from domain.development import (
    DevelopmentPlanNotFound,
    DraftExists,
    PlanIncomplete,
    PlanNotFinalised,
)
from domain.funding import ChequeNotFound, NotItsCheque
from domain.kit.ids import DevelopmentPlanId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeArchived, TextDestroyed
from domain.trajectories import NotYourCoachee, TrajectoryNotFound

OWN = (DevelopmentPlanNotFound, NotYourCoachee)


@post(
    "/trajectories/{trajectory_id:uuid}/development-plans",
    scope="method:write",
    responses=refuses(
        TrajectoryNotFound,
        ChequeNotFound,
        NotItsCheque,
        NotYourCoachee,
        CoacheeArchived,
        TextDestroyed,
        DraftExists,
        VersionChanged,
    ),
)
async def draft_plan(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[DevelopmentPlanIn]
) -> DevelopmentPlanOut:
    """Draft a development plan out of the coachee's file, for a cheque or for the trajectory, as her own coach.

    Her question, ideals, qualities and obstacles are in it already, and her goals as steps."""
    return DevelopmentPlanOut.of(await funding.draft_plan(work, trajectory_id, data.cheque_id))


@get(
    "/trajectories/{trajectory_id:uuid}/development-plans",
    scope="trajectories:read",
    responses=refuses(TrajectoryNotFound, InvalidCursor),
)
async def list_development_plans(
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> DevelopmentPlanPage:
    """List the development plans of a trajectory, oldest first, without their words."""
    page = await development.list_plans(work, trajectory_id, page_request(limit, cursor))
    return DevelopmentPlanPage([DevelopmentPlanOut.of(plan) for plan in page.items], page.next_cursor)


@get("/development-plans/{plan_id:uuid}", scope="method:read", responses=refuses(*OWN, TextDestroyed))
async def read_development_plan(
    work: NamedDependency[Work], plan_id: FromPath[DevelopmentPlanId]
) -> OpenDevelopmentPlanOut:
    """Read a development plan, as the coachee's own coach. Every reading is kept in the audit trail."""
    return OpenDevelopmentPlanOut.opened(await development.read_plan(work, plan_id))


@patch(
    "/development-plans/{plan_id:uuid}",
    scope="method:write",
    needs_version=True,
    responses=refuses(*OWN, WrongState, TextDestroyed, VersionChanged),
)
async def change_development_plan(
    work: NamedDependency[Work], plan_id: FromPath[DevelopmentPlanId], data: JSONBody[DevelopmentPlanPatch]
) -> DevelopmentPlanOut:
    """Word sections anew: one more revision. A finalised plan is never changed."""
    changes = {name: str(value) for name, value in data.changes().items()}
    return DevelopmentPlanOut.of(await development.change_plan(work, plan_id, changes))


@get(
    "/development-plans/{plan_id:uuid}/revisions",
    scope="trajectories:read",
    responses=refuses(DevelopmentPlanNotFound, InvalidCursor),
)
async def list_revisions(
    work: NamedDependency[Work],
    plan_id: FromPath[DevelopmentPlanId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> RevisionPage:
    """List who saved the plan and when, first to last."""
    page = await development.list_revisions(work, plan_id, page_request(limit, cursor))
    return RevisionPage([RevisionOut.of(revision) for revision in page.items], page.next_cursor)


@post(
    "/development-plans/{plan_id:uuid}/share",
    status_code=200,
    scope="method:write",
    responses=refuses(*OWN, CoacheeArchived, VersionChanged),
)
async def share_development_plan(
    work: NamedDependency[Work], plan_id: FromPath[DevelopmentPlanId]
) -> DevelopmentPlanOut:
    """Mail the coachee the link to her plan, to write on it while it is a draft and to keep it afterwards."""
    return DevelopmentPlanOut.of(await development.share_plan(work, plan_id))


@post(
    "/development-plans/{plan_id:uuid}/finalise",
    status_code=200,
    scope="method:write",
    responses=refuses(*OWN, WrongState, PlanIncomplete, TextDestroyed, VersionChanged),
)
async def finalise_development_plan(
    work: NamedDependency[Work], plan_id: FromPath[DevelopmentPlanId]
) -> DevelopmentPlanOut:
    """Finalise a plan that tells of ideals, qualities and steps. An earlier one of the same cheque makes place."""
    return DevelopmentPlanOut.of(await development.finalise_plan(work, plan_id))


@get(
    "/development-plans/{plan_id:uuid}/pdf",
    scope="method:read",
    media_type="application/pdf",
    responses=refuses(*OWN, PlanNotFinalised, TextDestroyed),
)
async def print_development_plan(work: NamedDependency[Work], plan_id: FromPath[DevelopmentPlanId]) -> Response[bytes]:
    """A finalised plan as PDF (PDF/A-3, PDF/UA), in the coachee's language: always the same bytes."""
    return file_response(await development.read_print(work, plan_id))


router = Router(
    "/",
    route_handlers=[
        draft_plan,
        list_development_plans,
        read_development_plan,
        change_development_plan,
        list_revisions,
        share_development_plan,
        finalise_development_plan,
        print_development_plan,
    ],
    tags=["development"],
)
