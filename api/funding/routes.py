"""Cheques, and the minutes booked on them."""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.funding.shapes import (
    BookingIn,
    BookingOut,
    BookingPage,
    ChequeIn,
    ChequeOut,
    ChequePage,
    CloseIn,
    IssueIn,
    OrderIn,
    StartIn,
)
from api.problems import refuses
from domain import funding
from domain.funding import (
    AgreementNeeded,
    ChannelNeeded,
    ChannelNotAllowed,
    ChequeExpired,
    ChequeNotFound,
    ChequeNumberTaken,
    ChequeState,
    CoacheeHadCheque,
    CodesNeeded,
    DayInFuture,
    DaysNeeded,
    DevelopmentPlanNeeded,
    InvalidChequeCode,
    IssuedBeforeOrdered,
    MinutesBeyondSession,
    MinutesExceeded,
    MinutesWouldBeForfeited,
    NoSchemeInForce,
    OnlyGuidanceCounts,
    OtherTrajectory,
    SchemeClosed,
    SchemeGivesFewer,
    SchemeNotSelectable,
    SessionAfterCheque,
    SessionAlreadyBooked,
    SessionAlreadyFunded,
    SessionBeforeCheque,
    SessionBilled,
    SessionNotHeld,
    StartedBeforeIssued,
    StartNeedsRunningTrajectory,
)
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import ChequeId, CoacheeId, TrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeArchived
from domain.trajectories import SessionNotFound, TrajectoryNotFound

ORDERING = (
    NoSchemeInForce,
    SchemeClosed,
    SchemeNotSelectable,
    SchemeGivesFewer,
    CoacheeHadCheque,
    DayInFuture,
    DayOutOfRange,
)
ISSUING = (InvalidChequeCode, ChequeNumberTaken, IssuedBeforeOrdered)
MOVING = (ChequeNotFound, WrongState, VersionChanged)


@post(
    "/cheques",
    scope="funding:write",
    responses=refuses(TrajectoryNotFound, CoacheeArchived, CodesNeeded, DaysNeeded, *ORDERING, *ISSUING),
)
async def register_cheque(work: NamedDependency[Work], data: JSONBody[ChequeIn]) -> ChequeOut:
    """Register a coachee's cheque: announced, ordered or issued, as its days and codes imply."""
    return ChequeOut.of(await funding.register_cheque(work, data.trajectory_id, data.value()))


@get("/cheques", scope="funding:read", responses=refuses(InvalidCursor))
async def list_cheques(
    work: NamedDependency[Work],
    trajectory_id: Annotated[TrajectoryId | None, QueryParameter()] = None,
    coachee_id: Annotated[CoacheeId | None, QueryParameter()] = None,
    cheque_state: Annotated[ChequeState | None, QueryParameter(name="state")] = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> ChequePage:
    """List cheques in the order in which they were registered. A coach sees those of her own trajectories."""
    page = await funding.list_cheques(
        work, page_request(limit, cursor), trajectory_id=trajectory_id, coachee_id=coachee_id, state=cheque_state
    )
    return ChequePage([ChequeOut.of(cheque) for cheque in page.items], page.next_cursor)


@get("/cheques/{cheque_id:uuid}", scope="funding:read", responses=refuses(ChequeNotFound))
async def read_cheque(work: NamedDependency[Work], cheque_id: FromPath[ChequeId]) -> ChequeOut:
    """Read a cheque: its codes, its deadlines, its minutes, and what it is expected to bring."""
    return ChequeOut.of(await funding.get_cheque(work, cheque_id))


@post("/cheques/{cheque_id:uuid}/order", status_code=200, scope="funding:write", responses=refuses(*MOVING, *ORDERING))
async def order_cheque(
    work: NamedDependency[Work], cheque_id: FromPath[ChequeId], data: JSONBody[OrderIn]
) -> ChequeOut:
    """Record that the coachee ordered the cheque. The scheme of that day takes the place of the announced one."""
    return ChequeOut.of(await funding.order_cheque(work, cheque_id, data.ordered_on))


@post(
    "/cheques/{cheque_id:uuid}/issue",
    status_code=200,
    scope="funding:write",
    responses=refuses(*MOVING, *ISSUING, CoacheeHadCheque, DayInFuture, DayOutOfRange),
)
async def issue_cheque(
    work: NamedDependency[Work], cheque_id: FromPath[ChequeId], data: JSONBody[IssueIn]
) -> ChequeOut:
    """Record both codes of the cheque that the issuer mailed. From its day the months to start run.

    Also of an order that lapsed here before you heard that it was paid in time."""
    return ChequeOut.of(await funding.issue_cheque(work, cheque_id, data.value()))


@post("/cheques/{cheque_id:uuid}/refuse", status_code=200, scope="funding:write", responses=refuses(*MOVING))
async def refuse_cheque(work: NamedDependency[Work], cheque_id: FromPath[ChequeId]) -> ChequeOut:
    """Record that the funder refused the order. The coachee keeps her right to a cheque."""
    return ChequeOut.of(await funding.refuse_cheque(work, cheque_id))


@post(
    "/cheques/{cheque_id:uuid}/start",
    status_code=200,
    scope="funding:write",
    responses=refuses(
        *MOVING,
        ChequeExpired,
        CoacheeHadCheque,
        StartedBeforeIssued,
        DayInFuture,
        DayOutOfRange,
        StartNeedsRunningTrajectory,
        AgreementNeeded,
    ),
)
async def start_cheque(
    work: NamedDependency[Work], cheque_id: FromPath[ChequeId], data: JSONBody[StartIn]
) -> ChequeOut:
    """Record the day on which its guidance began: in a running trajectory, and by the last day to start.

    A start in time may be told late, when the cheque has expired here."""
    return ChequeOut.of(await funding.start_cheque(work, cheque_id, data.started_on))


@post(
    "/cheques/{cheque_id:uuid}/close",
    status_code=200,
    scope="funding:write",
    responses=refuses(*MOVING, MinutesWouldBeForfeited, DevelopmentPlanNeeded),
)
async def close_cheque(
    work: NamedDependency[Work], cheque_id: FromPath[ChequeId], data: JSONBody[CloseIn]
) -> ChequeOut:
    """Close the cheque for good, with its development plan finalised.

    Minutes that are left are lost, so say first how many you give up."""
    return ChequeOut.of(await funding.close_cheque(work, cheque_id, forfeit_minutes=data.forfeit_minutes))


@post("/cheques/{cheque_id:uuid}/annul", status_code=200, scope="funding:write", responses=refuses(*MOVING))
async def annul_cheque(work: NamedDependency[Work], cheque_id: FromPath[ChequeId]) -> ChequeOut:
    """Annul a cheque that will not be used, before its guidance starts."""
    return ChequeOut.of(await funding.annul_cheque(work, cheque_id))


@post(
    "/cheques/{cheque_id:uuid}/bookings",
    scope="funding:write",
    responses=refuses(
        *MOVING,
        SessionNotFound,
        OtherTrajectory,
        OnlyGuidanceCounts,
        SessionNotHeld,
        SessionAfterCheque,
        SessionBeforeCheque,
        SessionAlreadyBooked,
        SessionAlreadyFunded,
        SessionBilled,
        MinutesBeyondSession,
        MinutesExceeded,
        ChannelNeeded,
        ChannelNotAllowed,
    ),
)
async def book_minutes(
    work: NamedDependency[Work], cheque_id: FromPath[ChequeId], data: JSONBody[BookingIn]
) -> BookingOut:
    """Book a held session of guidance on the cheque, once and for good; never beyond the cheque's minutes."""
    return BookingOut.of(
        await funding.book_minutes(work, cheque_id, data.session_id, minutes=data.minutes, channel=data.channel)
    )


@get("/cheques/{cheque_id:uuid}/bookings", scope="funding:read", responses=refuses(ChequeNotFound, InvalidCursor))
async def list_bookings(
    work: NamedDependency[Work], cheque_id: FromPath[ChequeId], limit: PageLimit = 20, cursor: PageCursor = None
) -> BookingPage:
    """List what is booked on a cheque, in the order in which it was."""
    page = await funding.list_bookings(work, cheque_id, page_request(limit, cursor))
    return BookingPage([BookingOut.of(booking) for booking in page.items], page.next_cursor)


router = Router(
    "/",
    tags=["funding"],
    route_handlers=[
        register_cheque,
        list_cheques,
        read_cheque,
        order_cheque,
        issue_cheque,
        refuse_cheque,
        start_cheque,
        close_cheque,
        annul_cheque,
        book_minutes,
        list_bookings,
    ],
)
