"""Check-in plans, and the check-ins that come of them."""

from datetime import date
from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.checkins.preview_shapes import PreviewIn, PreviewOut
from api.checkins.shapes import (
    CheckInOut,
    CheckInPage,
    DeliveriesOut,
    DeliveryOut,
    PlanIn,
    PlanOut,
    PlanPage,
)
from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import checkins
from domain.checkins import (
    AnotherPlanActive,
    BurstTooLong,
    ChannelTwice,
    CheckInFilter,
    CheckInNotFound,
    CheckInState,
    ConsentNeeded,
    GapTooLong,
    PlanEndsBeforeStart,
    PlanInPast,
    PlanNotFound,
    PlanTooLong,
    QuietDayPlanned,
    QuietHoursTooShort,
    TooManySlots,
    TrajectoryClosed,
    WeekdayTwice,
    WindowInQuietHours,
    WindowsOverlap,
    WindowTooShort,
    ZoneNeeded,
    ZoneNotWanted,
)
from domain.kit.calendar import DayOutOfRange, UnknownZone
from domain.kit.ids import CheckInId, CoacheeId, PlanId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeArchived
from domain.trajectories import TrajectoryNotFound

OfTrajectory = Annotated[TrajectoryId | None, QueryParameter(description="Only of this trajectory")]
OfCoachee = Annotated[CoacheeId | None, QueryParameter(description="Only of this coachee")]
OfPlan = Annotated[PlanId | None, QueryParameter(description="Only of this plan")]
InState = Annotated[CheckInState | None, QueryParameter(name="state", description="Only in this state")]
FromDay = Annotated[date | None, QueryParameter(description="Only of this local day and later")]
ToDay = Annotated[date | None, QueryParameter(description="Only of this local day and earlier")]
TERMS_REFUSALS = (
    WeekdayTwice,
    ChannelTwice,
    WindowInQuietHours,
    WindowTooShort,
    WindowsOverlap,
    TooManySlots,
    GapTooLong,
    BurstTooLong,
    QuietHoursTooShort,
    QuietDayPlanned,
)
DAYS = (ZoneNeeded, ZoneNotWanted, UnknownZone, DayOutOfRange, PlanEndsBeforeStart, PlanTooLong, PlanInPast)
HowManyWeeks = Annotated[int, QueryParameter(name="weeks", ge=1, le=12, description="How many weeks ahead")]
MOVE_REFUSALS = refuses(PlanNotFound, WrongState, VersionChanged)


@post(
    "/trajectories/{trajectory_id:uuid}/check-in-plans",
    scope="check_ins:write",
    responses=refuses(
        TrajectoryNotFound, TrajectoryClosed, CoacheeArchived, AnotherPlanActive, *TERMS_REFUSALS, *DAYS, VersionChanged
    ),
)
async def propose_check_in_plan(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[PlanIn]
) -> PlanOut:
    """Propose check-ins to the coachee. She gets a mail to decide on them; nothing is sent before she accepts."""
    return PlanOut.of(await checkins.propose_plan(work, trajectory_id, data.plan()))


@get(
    "/trajectories/{trajectory_id:uuid}/check-in-plans",
    scope="check_ins:read",
    responses=refuses(TrajectoryNotFound, InvalidCursor),
)
async def list_check_in_plans(
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> PlanPage:
    """List the check-in plans of a trajectory, oldest first."""
    page = await checkins.list_plans(work, trajectory_id, page_request(limit, cursor))
    return PlanPage([PlanOut.of(plan) for plan in page.items], page.next_cursor)


@get("/check-in-plans/{plan_id:uuid}", scope="check_ins:read", responses=refuses(PlanNotFound))
async def read_check_in_plan(work: NamedDependency[Work], plan_id: FromPath[PlanId]) -> PlanOut:
    """Read one check-in plan."""
    return PlanOut.of(await checkins.get_plan(work, plan_id))


@post(
    "/check-in-plans/preview",
    status_code=200,
    scope="check_ins:read",
    responses=refuses(TrajectoryNotFound, TrajectoryClosed, *TERMS_REFUSALS, *DAYS),
)
async def preview_new_check_in_plan(work: NamedDependency[Work], data: JSONBody[PreviewIn]) -> PreviewOut:
    """Show exactly what a plan would send if it were proposed and accepted now: each slot with its day, wall time and
    kind, and why; and each slot that would be skipped. Nothing is kept. It takes for granted what the preview of a plan
    does.
    """
    return PreviewOut.of(await checkins.preview_new(work, data.trajectory_id, data.plan(), data.weeks))


@get("/check-in-plans/{plan_id:uuid}/preview", scope="check_ins:read", responses=refuses(PlanNotFound))
async def preview_check_in_plan(
    work: NamedDependency[Work], plan_id: FromPath[PlanId], weeks: HowManyWeeks = 4
) -> PreviewOut:
    """Show exactly what a plan will send in the weeks to come, and why; nothing while it is paused or over.

    It takes for granted that she answers each check-in before the next and that none of these felt low, and that her
    plans, her consents and her sessions stay as they are; what her other plans ask of her is foreseen with it. Where
    nothing of it would be sent as things stand, each slot says why: her consent is withdrawn, the trajectory is paused.
    Where a trial leaves something to chance, each slot tells how its lot falls; the coachee reads only how often.
    """
    return PreviewOut.of(await checkins.preview_plan(work, plan_id, weeks))


@post(
    "/check-in-plans/{plan_id:uuid}/accept",
    status_code=200,
    scope="check_ins:write",
    responses=refuses(
        PlanNotFound, WrongState, ConsentNeeded, PlanInPast, TrajectoryClosed, CoacheeArchived, VersionChanged
    ),
)
async def accept_check_in_plan(work: NamedDependency[Work], plan_id: FromPath[PlanId]) -> PlanOut:
    """Record that the coachee accepted the plan in conversation. Her own way is the link in her mail.

    She must have consented to check-ins and to being written to by e-mail.
    """
    return PlanOut.of(await checkins.accept_plan(work, plan_id))


@post("/check-in-plans/{plan_id:uuid}/pause", status_code=200, scope="check_ins:write", responses=MOVE_REFUSALS)
async def pause_check_in_plan(work: NamedDependency[Work], plan_id: FromPath[PlanId]) -> PlanOut:
    """Pause an accepted plan. Check-ins that are planned or still open are cancelled."""
    return PlanOut.of(await checkins.pause_plan(work, plan_id))


@post(
    "/check-in-plans/{plan_id:uuid}/resume",
    status_code=200,
    scope="check_ins:write",
    responses=refuses(PlanNotFound, WrongState, PlanInPast, TrajectoryClosed, VersionChanged),
)
async def resume_check_in_plan(work: NamedDependency[Work], plan_id: FromPath[PlanId]) -> PlanOut:
    """Resume a paused plan. Nothing that fell in the pause is sent after all."""
    return PlanOut.of(await checkins.resume_plan(work, plan_id))


@post("/check-in-plans/{plan_id:uuid}/end", status_code=200, scope="check_ins:write", responses=MOVE_REFUSALS)
async def end_check_in_plan(work: NamedDependency[Work], plan_id: FromPath[PlanId]) -> PlanOut:
    """End a plan for good. Check-ins that are planned or still open are cancelled."""
    return PlanOut.of(await checkins.end_plan(work, plan_id))


@get("/check-ins/{check_in_id:uuid}/deliveries", scope="check_ins:read", responses=refuses(CheckInNotFound))
async def list_deliveries(work: NamedDependency[Work], check_in_id: FromPath[CheckInId]) -> DeliveriesOut:
    """List by which channels a check-in was brought to the coachee, and how each attempt went; never what it asks."""
    return DeliveriesOut([DeliveryOut.of(one) for one in await checkins.deliveries_of(work, check_in_id)])


@get("/check-ins", scope="check_ins:read", responses=refuses(InvalidCursor))
async def list_check_ins(
    work: NamedDependency[Work],
    trajectory_id: OfTrajectory = None,
    coachee_id: OfCoachee = None,
    plan_id: OfPlan = None,
    in_state: InState = None,
    from_day: FromDay = None,
    to_day: ToDay = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> CheckInPage:
    """List check-ins in the order in which they are due, those to come included; to a coach, those of her trajectories.

    What a coachee answered is read one by one, and only by her coach.
    """
    wanted = CheckInFilter(
        trajectory_id=trajectory_id,
        coachee_id=coachee_id,
        plan_id=plan_id,
        state=in_state,
        from_day=from_day,
        to_day=to_day,
    )
    page = await checkins.list_check_ins(work, page_request(limit, cursor), wanted)
    return CheckInPage([CheckInOut.of(check_in) for check_in in page.items], page.next_cursor)


@get("/check-ins/{check_in_id:uuid}", scope="check_ins:read", responses=refuses(CheckInNotFound))
async def read_check_in(work: NamedDependency[Work], check_in_id: FromPath[CheckInId]) -> CheckInOut:
    """Read one check-in: when it was due, sent and answered; not what was answered."""
    return CheckInOut.of(await checkins.get_check_in(work, check_in_id))


router = Router(
    "/",
    tags=["check-ins"],
    route_handlers=[
        propose_check_in_plan,
        list_check_in_plans,
        read_check_in_plan,
        preview_new_check_in_plan,
        preview_check_in_plan,
        accept_check_in_plan,
        pause_check_in_plan,
        resume_check_in_plan,
        end_check_in_plan,
        list_check_ins,
        read_check_in,
        list_deliveries,
    ],
)
