"""When a session could begin, and the place that is kept while somebody decides."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from api.fields import END
from api.problems import refuses
from api.trajectories.shapes import SessionIn, SessionOut
from domain import trajectories
from domain.availability import (
    BeyondHorizon,
    InThePast,
    LengthNotOffered,
    NoticeTooShort,
    NotOnGrid,
    OutsideHours,
    UnknownSessionType,
)
from domain.kit.calendar import DayOutOfRange, PeriodBackwards, TimeAmbiguous, TimeSkipped, UnknownZone
from domain.kit.ids import CoacheeId, HoldId, LocationId, StaffId, TrajectoryId
from domain.kit.work import Reading, VersionChanged, Work
from domain.people import CoacheeArchived
from domain.trajectories import (
    AftercareOver,
    CoacheeNotFree,
    CoachHasLeft,
    CoachNotFree,
    HoldExpired,
    HoldNotFound,
    NoSuchCoachee,
    NoSuchLocation,
    NotACoach,
    Offer,
    PeriodTooLong,
    Question,
    RoomNotFree,
    TooFarAhead,
    TrajectoryNotFound,
    TrajectoryNotRunning,
    TypeOfAnotherKind,
    view_session,
)

RULE_REFUSALS = (
    AftercareOver,
    UnknownZone,
    DayOutOfRange,
    TooFarAhead,
    TimeSkipped,
    TimeAmbiguous,
    InThePast,
    NoticeTooShort,
    BeyondHorizon,
    NotOnGrid,
    LengthNotOffered,
    OutsideHours,
    UnknownSessionType,
    TypeOfAnotherKind,
    NoSuchLocation,
)
TIME_REFUSALS = (*RULE_REFUSALS, CoachNotFree, RoomNotFree, CoacheeNotFree)
GROUP_TIME_REFUSALS = tuple(one for one in TIME_REFUSALS if one not in {AftercareOver, CoacheeNotFree})
PLAN_REFUSALS = (TrajectoryNotFound, TrajectoryNotRunning, CoacheeArchived, CoachHasLeft, VersionChanged)
Coaches = Annotated[
    list[StaffId] | None,
    QueryParameter(name="coach_id", max_items=20, description="Of this coach; repeatable. All coaches when left out"),
]
Kind = Annotated[
    str,
    QueryParameter(
        min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*" + END, description="For this kind of session, by key"
    ),
]
FirstDay = Annotated[date | None, QueryParameter(description="From this day on, by the practice's clock; today")]
LastDay = Annotated[
    date | None, QueryParameter(description="Up to and with this day: eight weeks at most, two when left out")
]
Minutes = Annotated[
    int | None, QueryParameter(ge=5, le=480, description="One of the kind's lengths; its first when left out")
]
OfCoachee = Annotated[CoacheeId | None, QueryParameter(description="Avoid also this coachee's own sessions")]
AtLocation = Annotated[LocationId | None, QueryParameter(description="Avoid also what is in this room")]


class StartOut(msgspec.Struct, frozen=True):
    starts_at: datetime
    day: date
    time: str


class CoachStarts(msgspec.Struct, frozen=True):
    coach_id: StaffId
    starts: list[StartOut]
    has_hours: bool
    """Whether she has weekly hours. Without them every hour is free, at night too, and neither grid nor notice binds:
    set them with `PUT /v1/coaches/{id}/hours` before anybody books by what is offered."""


class AvailabilityOut(msgspec.Struct, frozen=True):
    """Free starts of each coach; `day` and `time` are wall time in `zone`, as booking takes them."""

    zone: str
    minutes: int
    coaches: list[CoachStarts]

    @classmethod
    def of(cls, offer: Offer) -> "AvailabilityOut":
        coaches = [
            CoachStarts(coach_id, [StartOut(*start) for start in starts], has_hours)
            for coach_id, starts, has_hours in offer.coaches
        ]
        return cls(offer.zone, offer.minutes, coaches)


@get(
    "/availability",
    scope="sessions:read",
    responses=refuses(
        DayOutOfRange,
        PeriodTooLong,
        PeriodBackwards,
        NotACoach,
        NoSuchCoachee,
        NoSuchLocation,
        UnknownSessionType,
        LengthNotOffered,
    ),
)
async def find_availability(
    reading: NamedDependency[Reading],
    coach_id: Coaches = None,
    kind: Kind = "guidance",
    from_day: FirstDay = None,
    to_day: LastDay = None,
    minutes: Minutes = None,
    coachee_id: OfCoachee = None,
    location_id: AtLocation = None,
) -> AvailabilityOut:
    """Find when a session of that kind can begin. What it offers, booking takes, until somebody else does."""
    asked = Question(
        coach_ids=coach_id or (),
        kind=kind,
        first_day=from_day,
        last_day=to_day,
        minutes=minutes,
        coachee_id=coachee_id,
        location_id=location_id,
    )
    return AvailabilityOut.of(await trajectories.find_free_starts(reading, asked))


@post(
    "/trajectories/{trajectory_id:uuid}/holds",
    scope="sessions:write",
    responses=refuses(*PLAN_REFUSALS, *TIME_REFUSALS),
)
async def place_hold(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[SessionIn]
) -> SessionOut:
    """Keep a place free for five minutes, by the rules of a session. It goes by itself."""
    return SessionOut.of(view_session(await trajectories.place_hold(work, trajectory_id, data.new())))


@post(
    "/holds/{hold_id:uuid}/confirm",
    status_code=200,
    scope="sessions:write",
    responses=refuses(HoldNotFound, HoldExpired, VersionChanged),
)
async def confirm_hold(work: NamedDependency[Work], hold_id: FromPath[HoldId]) -> SessionOut:
    """Make a planned session of a hold, under the same id."""
    return SessionOut.of(view_session(await trajectories.confirm_hold(work, hold_id)))


@delete("/holds/{hold_id:uuid}", scope="sessions:write", responses=refuses(HoldNotFound, VersionChanged))
async def release_hold(work: NamedDependency[Work], hold_id: FromPath[HoldId]) -> None:
    """Give a place back before its five minutes are over."""
    await trajectories.release_hold(work, hold_id)


@post(
    "/trajectories/{trajectory_id:uuid}/overlapping-sessions",
    scope="sessions:overlap",
    responses=refuses(*PLAN_REFUSALS, *RULE_REFUSALS),
)
async def plan_overlapping_session(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[SessionIn]
) -> SessionOut:
    """Plan a session also where the coach or the room is taken. The other rules bind; that it overlaps is audited."""
    return SessionOut.of(view_session(await trajectories.plan_overlapping_session(work, trajectory_id, data.new())))


HANDLERS = (find_availability, place_hold, confirm_hold, release_hold, plan_overlapping_session)
