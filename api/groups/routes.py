"""Group sessions: planned where the coach is free, filled seat by seat, and passed on to who waits."""

from typing import Annotated

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.groups.shapes import (
    GroupCancellationIn,
    GroupSeatIn,
    GroupSeatOut,
    GroupSeatPage,
    GroupSessionIn,
    GroupSessionOut,
    GroupSessionPage,
)
from api.problems import refuses
from api.trajectories.booking import GROUP_TIME_REFUSALS
from domain import groups
from domain.funding import GroupNotOnCheque
from domain.groups import (
    AlreadyInGroup,
    GroupBegun,
    GroupNotBegun,
    GroupSeatNotFound,
    GroupSessionNotFound,
    NotTheirTrajectory,
    OfferExpired,
)
from domain.kit.ids import GroupSeatId, GroupSessionId, StaffId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeArchived, CoacheeNotFound
from domain.trajectories import CoacheeNotFree, ForAnotherCoach, NotACoach, TrajectoryNotFound

OfCoach = Annotated[StaffId | None, QueryParameter(description="Only of this coach")]


@post("/group-sessions", scope="sessions:write", responses=refuses(ForAnotherCoach, NotACoach, *GROUP_TIME_REFUSALS))
async def plan_group_session(work: NamedDependency[Work], data: JSONBody[GroupSessionIn]) -> GroupSessionOut:
    """Plan a session of one coach with several coachees, by the rules and the calendar of all her sessions."""
    return GroupSessionOut.of(await groups.plan_group(work, data.new()))


@get("/group-sessions", scope="sessions:read", responses=refuses(InvalidCursor))
async def list_group_sessions(
    work: NamedDependency[Work], coach_id: OfCoach = None, limit: PageLimit = 20, cursor: PageCursor = None
) -> GroupSessionPage:
    """List the group sessions in the order in which they take place; to a coach, her own."""
    page = await groups.list_groups(work, page_request(limit, cursor), coach_id=coach_id)
    return GroupSessionPage([GroupSessionOut.of(one) for one in page.items], page.next_cursor)


@get("/group-sessions/{group_id:uuid}", scope="sessions:read", responses=refuses(GroupSessionNotFound))
async def read_group_session(work: NamedDependency[Work], group_id: FromPath[GroupSessionId]) -> GroupSessionOut:
    """Read one group session."""
    return GroupSessionOut.of(await groups.get_group(work, group_id))


@post(
    "/group-sessions/{group_id:uuid}/hold",
    status_code=200,
    scope="sessions:write",
    responses=refuses(GroupSessionNotFound, WrongState, GroupNotBegun, VersionChanged),
)
async def hold_group_session(work: NamedDependency[Work], group_id: FromPath[GroupSessionId]) -> GroupSessionOut:
    """Record that the group has met."""
    return GroupSessionOut.of(await groups.hold_group(work, group_id))


@post(
    "/group-sessions/{group_id:uuid}/cancel",
    status_code=200,
    scope="sessions:write",
    responses=refuses(GroupSessionNotFound, WrongState, VersionChanged),
)
async def cancel_group_session(
    work: NamedDependency[Work], group_id: FromPath[GroupSessionId], data: JSONBody[GroupCancellationIn]
) -> GroupSessionOut:
    """Cancel the whole session. Who is in it or waits for a seat is told by mail."""
    return GroupSessionOut.of(await groups.cancel_group(work, group_id, data.reason))


@post(
    "/group-sessions/{group_id:uuid}/seats",
    scope="sessions:write",
    responses=refuses(
        GroupSessionNotFound,
        WrongState,
        GroupBegun,
        CoacheeNotFound,
        CoacheeArchived,
        TrajectoryNotFound,
        NotTheirTrajectory,
        GroupNotOnCheque,
        AlreadyInGroup,
        CoacheeNotFree,
        VersionChanged,
    ),
)
async def join_group_session(
    work: NamedDependency[Work], group_id: FromPath[GroupSessionId], data: JSONBody[GroupSeatIn]
) -> GroupSeatOut:
    """Give a coachee a seat; where all are taken, she waits for one (`state` tells which).

    A seat that comes free is offered by mail to who waits longest, and kept for her for a while.
    """
    return GroupSeatOut.of(await groups.join_group(work, group_id, data.coachee_id, data.trajectory_id))


@get(
    "/group-sessions/{group_id:uuid}/seats",
    scope="sessions:read",
    responses=refuses(GroupSessionNotFound, InvalidCursor),
)
async def list_group_seats(
    work: NamedDependency[Work], group_id: FromPath[GroupSessionId], limit: PageLimit = 20, cursor: PageCursor = None
) -> GroupSeatPage:
    """List who is in the group, who waits and who no longer does, in the order of asking."""
    page = await groups.list_seats(work, group_id, page_request(limit, cursor))
    return GroupSeatPage([GroupSeatOut.of(seat) for seat in page.items], page.next_cursor)


@post(
    "/group-seats/{seat_id:uuid}/leave",
    status_code=200,
    scope="sessions:write",
    responses=refuses(GroupSeatNotFound, WrongState, GroupBegun, VersionChanged),
)
async def leave_group_session(work: NamedDependency[Work], seat_id: FromPath[GroupSeatId]) -> GroupSeatOut:
    """Give a seat back, or wait no longer."""
    return GroupSeatOut.of(await groups.leave_group(work, seat_id))


@post(
    "/group-seats/{seat_id:uuid}/accept",
    status_code=200,
    scope="sessions:write",
    responses=refuses(GroupSeatNotFound, WrongState, GroupBegun, OfferExpired, CoacheeNotFree, VersionChanged),
)
async def accept_group_seat(work: NamedDependency[Work], seat_id: FromPath[GroupSeatId]) -> GroupSeatOut:
    """Take the seat on offer, for a coachee who said so otherwise than by her link."""
    return GroupSeatOut.of(await groups.accept_seat(work, seat_id))


@post(
    "/group-seats/{seat_id:uuid}/decline",
    status_code=200,
    scope="sessions:write",
    responses=refuses(GroupSeatNotFound, WrongState, VersionChanged),
)
async def decline_group_seat(work: NamedDependency[Work], seat_id: FromPath[GroupSeatId]) -> GroupSeatOut:
    """Decline the seat on offer: it goes to the next who waits."""
    return GroupSeatOut.of(await groups.decline_seat(work, seat_id))


router = Router(
    "/",
    tags=["group sessions"],
    route_handlers=[
        plan_group_session,
        list_group_sessions,
        read_group_session,
        hold_group_session,
        cancel_group_session,
        join_group_session,
        list_group_seats,
        leave_group_session,
        accept_group_seat,
        decline_group_seat,
    ],
)
