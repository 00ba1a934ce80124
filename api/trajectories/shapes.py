"""Trajectories, sessions and notes on the wire."""

from datetime import date, datetime, time
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import PARAGRAPHS, In, Line, Out, Patch, TypeKey, WallTime, Zone
from domain.kit.ids import CoacheeId, LocationId, SeriesId, SessionId, StaffId, TrajectoryId
from domain.trajectories import (
    CancelledBy,
    Domain,
    Format,
    Method,
    NewSession,
    SessionKind,
    SessionState,
    SessionView,
    TrajectoryState,
    TrajectoryView,
)

KeyQuestion: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=PARAGRAPHS)]
PlannedMinutes: TypeAlias = Annotated[int, Meta(ge=0, le=60_000)]
SessionMinutes: TypeAlias = Annotated[int, Meta(ge=5, le=480)]


class TrajectoryIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    coachee_id: CoacheeId
    coach_id: StaffId
    format: Format = Format.TRAJECTORY
    domain: Domain
    method: Method = Method.KRACHTGERICHT
    """What it is guided by; the catalogues, hints and series are those of `krachtgericht`."""
    key_question: KeyQuestion
    """What it is about, in the coachee's words. It is sealed; only the trajectory's own coach reads it."""
    planned_minutes: PlannedMinutes


class TrajectoryPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    domain: Domain | UnsetType = UNSET
    method: Method | UnsetType = UNSET
    key_question: KeyQuestion | UnsetType = UNSET
    planned_minutes: PlannedMinutes | UnsetType = UNSET
    phase: TypeKey | UnsetType | None = UNSET
    """Where it is now, if somebody cares to say so; `GET /v1/phases` tells what they mean."""
    aftercare_until: date | UnsetType = UNSET
    """Of a completed trajectory: another last day for its aftercare."""


class TrajectoryOut(Out, frozen=True, kw_only=True):
    """A trajectory without what is private about it."""

    id: TrajectoryId
    version: int
    coachee_id: CoacheeId
    coach_id: StaffId
    format: Format
    domain: Domain
    method: Method
    planned_minutes: int
    state: TrajectoryState
    proposed_at: datetime
    decided_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    phase: str | None
    stop_reason: str | None
    aftercare_until: date | None
    """The last day on which aftercare may take place, once it is completed."""


class TrajectoryPage(msgspec.Struct, frozen=True):
    items: list[TrajectoryOut]
    next_cursor: str | None


class TrajectoryDetail(msgspec.Struct, frozen=True):
    """A trajectory as its reader may see it: its fields stand in the order of the view's."""

    id: TrajectoryId
    version: int
    coachee_id: CoacheeId
    coach_id: StaffId
    format: Format
    domain: Domain
    method: Method
    planned_minutes: int
    state: TrajectoryState
    proposed_at: datetime
    decided_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    phase: str | None
    stop_reason: str | None
    aftercare_until: date | None
    key_question: str | None
    """Null for everyone but the trajectory's own coach, and for her once the private text was destroyed."""

    @classmethod
    def of(cls, view: TrajectoryView) -> "TrajectoryDetail":
        return cls(*view)


class SessionIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: SessionKind
    day: date
    time: WallTime
    zone: Zone | None = None
    """Where the clock hangs; the practice's time zone when left out."""
    minutes: SessionMinutes
    place: Line | None = None
    session_type: TypeKey | None = None
    """One of the practice's own kinds that counts as `kind`; that kind itself when left out."""
    location_id: LocationId | None = None
    in_hindsight: bool = False
    """Write down what lies in the past: the coach's hours do not bind it, her other sessions do."""

    def new(self) -> NewSession:
        fields: dict[str, Any] = msgspec.structs.asdict(self) | {"time": time.fromisoformat(self.time)}
        return NewSession(**fields)


class SessionPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    day: date | UnsetType = UNSET
    time: WallTime | UnsetType = UNSET
    zone: Zone | UnsetType = UNSET
    minutes: SessionMinutes | UnsetType = UNSET
    place: Line | UnsetType | None = UNSET
    location_id: LocationId | UnsetType | None = UNSET

    def changes(self) -> dict[str, object]:
        changes = super().changes()
        if isinstance(self.time, str):
            changes["time"] = time.fromisoformat(self.time)
        return changes


class CancellationIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Line | None = None
    """A word for the administration, who can read it; nothing private belongs here."""
    by: CancelledBy | None = None
    """Who cancelled: a coachee's cancelling may be late by the practice's rules."""


class SessionOut(msgspec.Struct, frozen=True):
    """A session; its fields stand in the order of the view's."""

    id: SessionId
    version: int
    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    coach_id: StaffId
    kind: SessionKind
    state: SessionState
    day: date
    time: str
    zone: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    place: str | None
    closed_at: datetime | None
    """When it was told to be held, cancelled or a no-show."""
    reason: str | None
    session_type: str | None
    location_id: LocationId | None
    overlap_allowed: bool
    hold_expires_at: datetime | None
    """Of a hold: when it goes by itself."""
    cancelled_by: CancelledBy | None
    late_cancel: bool
    """The coachee cancelled later than the practice's rules let her do freely."""
    policy_version: int | None
    """The version of the rules by which it was cancelled or missed."""
    series_id: SeriesId | None

    @classmethod
    def of(cls, view: SessionView) -> "SessionOut":
        return cls(*view)


class SessionPage(msgspec.Struct, frozen=True):
    items: list[SessionOut]
    next_cursor: str | None
