"""Changing what a plan asks, and what it asks about."""

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.checkins.routes import TERMS_REFUSALS
from api.checkins.shapes import ChangeIn, EditionOut, EditionPage, PinIn, PlanOut
from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from domain import checkins
from domain.checkins import (
    ChangeAlreadyProposed,
    ConsentNeeded,
    EditionInPast,
    NoOpenChange,
    NoOwnQuestions,
    NothingToPin,
    PlanInPast,
    PlanNotFound,
    TrajectoryClosed,
)
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import PlanId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.method import NotInThisFile
from domain.people import TextDestroyed
from domain.trajectories import NotYourCoachee


@post(
    "/check-in-plans/{plan_id:uuid}/editions",
    scope="check_ins:write",
    responses=refuses(
        PlanNotFound,
        WrongState,
        TrajectoryClosed,
        ConsentNeeded,
        ChangeAlreadyProposed,
        EditionInPast,
        DayOutOfRange,
        PlanInPast,
        *TERMS_REFUSALS,
        VersionChanged,
    ),
)
async def change_check_in_plan(
    work: NamedDependency[Work], plan_id: FromPath[PlanId], data: JSONBody[ChangeIn]
) -> EditionOut:
    """Change what a plan asks, from a day on. What asks more of the coachee waits until she accepts it; the rest holds
    without. Nothing that was sent is sent again.
    """
    return EditionOut.of(await checkins.change_plan(work, plan_id, data.terms(), data.effective_from))


@get(
    "/check-in-plans/{plan_id:uuid}/editions",
    scope="check_ins:read",
    responses=refuses(PlanNotFound, InvalidCursor),
)
async def list_check_in_plan_editions(
    work: NamedDependency[Work], plan_id: FromPath[PlanId], limit: PageLimit = 20, cursor: PageCursor = None
) -> EditionPage:
    """List what a plan asked and asks, oldest first."""
    page = await checkins.list_editions(work, plan_id, page_request(limit, cursor))
    return EditionPage([EditionOut.of(edition) for edition in page.items], page.next_cursor)


@post(
    "/check-in-plans/{plan_id:uuid}/accept-change",
    status_code=200,
    scope="check_ins:write",
    responses=refuses(PlanNotFound, NoOpenChange, WrongState, TrajectoryClosed, ConsentNeeded, VersionChanged),
)
async def accept_check_in_plan_change(work: NamedDependency[Work], plan_id: FromPath[PlanId]) -> EditionOut:
    """Record that the coachee accepted a change in conversation; it holds from its day on, from tomorrow at the
    earliest. Her own way is the link in her mail.
    """
    return EditionOut.of(await checkins.accept_change(work, plan_id))


@post(
    "/check-in-plans/{plan_id:uuid}/pin",
    status_code=200,
    scope="check_ins:write",
    responses=refuses(
        PlanNotFound,
        WrongState,
        NoOwnQuestions,
        NothingToPin,
        NotInThisFile,
        NotYourCoachee,
        TextDestroyed,
        VersionChanged,
    ),
)
async def pin_check_in_kind(work: NamedDependency[Work], plan_id: FromPath[PlanId], data: JSONBody[PinIn]) -> PlanOut:
    """Ask for one kind in the next check-ins, or refer them to a quality or an ideal of the coachee. What protects her
    from obstacles holds all the same; questions in own words are asked only where she agreed to some. She sees the
    quality and the ideal where she is signed in, and nowhere else: no mail and no lock screen tells of them.
    """
    return PlanOut.of(await checkins.pin(work, plan_id, data.pin()))


router = Router(
    "/",
    tags=["check-ins"],
    route_handlers=[
        change_check_in_plan,
        list_check_in_plan_editions,
        accept_check_in_plan_change,
        pin_check_in_kind,
    ],
)
