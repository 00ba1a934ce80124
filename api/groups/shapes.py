"""Group sessions and their seats on the wire."""

from datetime import date, datetime, time
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from api.fields import In, Line, Out, ShortLine, TypeKey, WallTime, Zone
from domain.groups import GroupState, NewGroup, SeatState
from domain.kit.ids import CoacheeId, GroupSeatId, GroupSessionId, LocationId, StaffId, TrajectoryId


class GroupSessionIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    coach_id: StaffId
    title: ShortLine
    """What the practice calls it. It is in no mail: nothing private belongs here."""
    day: date
    time: WallTime
    zone: Zone | None = None
    """Where the clock hangs; the practice's time zone when left out."""
    minutes: Annotated[int, Meta(ge=5, le=480)]
    seats: Annotated[int, Meta(ge=1, le=500)]
    offer_minutes: Annotated[int, Meta(ge=15, le=20_160)] = 1_440
    """How long a seat that comes free is kept for who waits longest, before it goes to the next."""
    place: Line | None = None
    session_type: TypeKey | None = None
    """One of the practice's own kinds that counts as guidance; guidance itself when left out."""
    location_id: LocationId | None = None

    def new(self) -> NewGroup:
        fields: dict[str, Any] = msgspec.structs.asdict(self) | {"time": time.fromisoformat(self.time)}
        return NewGroup(**fields)


class GroupSessionOut(Out, frozen=True, kw_only=True):
    id: GroupSessionId
    version: int
    coach_id: StaffId
    title: str
    state: GroupState
    day: date
    time: str
    zone: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    place: str | None
    location_id: LocationId | None
    session_type: str | None
    seats: int
    seats_taken: int
    """With those that are on offer to who waited."""
    offer_minutes: int
    reason: str | None
    closed_at: datetime | None

    @classmethod
    def of(cls, thing: Any) -> "GroupSessionOut":
        fields: dict[str, Any] = {name: getattr(thing, name) for name in cls.__struct_fields__}
        fields["time"] = f"{thing.time:%H:%M}"
        return cls(**fields)


class GroupSessionPage(msgspec.Struct, frozen=True):
    items: list[GroupSessionOut]
    next_cursor: str | None


class GroupCancellationIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Line | None = None
    """A word for the administration, who can read it; nothing private belongs here."""


class GroupSeatIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    coachee_id: CoacheeId
    trajectory_id: TrajectoryId | None = None
    """The trajectory that it belongs to, if any: a cheque that pays for it may leave no room for groups."""


class GroupSeatOut(Out, frozen=True, kw_only=True):
    """A seat, or a place in the row of who waits for one."""

    id: GroupSeatId
    version: int
    group_id: GroupSessionId
    coachee_id: CoacheeId
    trajectory_id: TrajectoryId | None
    state: SeatState
    asked_at: datetime
    offer_expires_at: datetime | None
    changed_at: datetime


class GroupSeatPage(msgspec.Struct, frozen=True):
    items: list[GroupSeatOut]
    next_cursor: str | None
