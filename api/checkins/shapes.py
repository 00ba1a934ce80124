"""Check-in plans and check-ins on the wire."""

from datetime import date, datetime, time
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from api.fields import END, In, Zone
from domain.checkins import Channel, CheckIn, CheckInState, Kind, NewPlan, Plan, PlanState, Reason, ZoneMode
from domain.kit.ids import CheckInId, CoacheeId, PlanId, TrajectoryId

WindowTime: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]" + END,
        max_length=5,
        description="HH:MM, from 08:00 to 21:00",
        examples=["16:30"],
    ),
]
Weekday: TypeAlias = Annotated[int, Meta(ge=1, le=7)]
Weekdays: TypeAlias = Annotated[
    list[Weekday],
    Meta(min_length=1, max_length=7, description="As ISO has them: 1 is Monday", examples=[[1, 3, 5]]),
]


class PlanIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    weekdays: Weekdays
    window_from: WindowTime
    window_to: WindowTime
    """Each check-in comes at a drawn moment in the window, which is 15 minutes long at the least."""
    zone_mode: ZoneMode = ZoneMode.FOLLOW_PERSON
    """Whose clock the window is on: the coachee's, wherever she is; a fixed zone's; or the practice's."""
    zone: Zone | None = None
    """Only with a fixed zone."""
    starts_on: date
    ends_on: date
    """The last day; two years after the first at the most."""
    channel: Channel = Channel.EMAIL
    expires_after_minutes: Annotated[int, Meta(ge=60, le=10_080)] = 240
    """How long a check-in may be answered, and never beyond its own day."""

    def plan(self) -> NewPlan:
        values = msgspec.structs.asdict(self)
        for name in ("window_from", "window_to"):
            values[name] = time.fromisoformat(values[name])
        return NewPlan(**values)


class PlanOut(msgspec.Struct, frozen=True, kw_only=True):
    id: PlanId
    version: int
    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    state: PlanState
    weekdays: list[int]
    window_from: str
    window_to: str
    zone_mode: ZoneMode
    zone: str
    """The zone in force, whichever the mode."""
    starts_on: date
    ends_on: date
    channel: Channel
    expires_after_minutes: int
    proposed_at: datetime
    decided_at: datetime | None
    """When the coachee accepted or declined."""
    ended_at: datetime | None

    @classmethod
    def of(cls, plan: Plan) -> "PlanOut":
        values: dict[str, Any] = {name: getattr(plan, name) for name in cls.__struct_fields__}
        for name in ("window_from", "window_to"):
            values[name] = values[name].isoformat("minutes")
        return cls(**values)


class PlanPage(msgspec.Struct, frozen=True):
    items: list[PlanOut]
    next_cursor: str | None


class CheckInOut(msgspec.Struct, frozen=True, kw_only=True):
    id: CheckInId
    plan_id: PlanId
    coachee_id: CoacheeId
    kind: Kind
    state: CheckInState
    local_day: date
    slot: int
    wall_time: str
    """What the clock on the wall shows when it is due, in `zone`."""
    zone: str
    due_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    """When it expired, was missed or was cancelled."""
    reason: Reason | None
    """Why it was missed or cancelled."""
    problem: str | None
    """What made it impossible to send, for who runs the server."""

    @classmethod
    def of(cls, check_in: CheckIn) -> "CheckInOut":
        values: dict[str, Any] = {name: getattr(check_in, name) for name in cls.__struct_fields__}
        values["wall_time"] = check_in.wall_time.isoformat("seconds")
        return cls(**values)


class CheckInPage(msgspec.Struct, frozen=True):
    items: list[CheckInOut]
    next_cursor: str | None
