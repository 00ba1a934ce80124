"""Series of sessions on the wire."""

from datetime import date, time
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import END, In, Line, Patch, TypeKey, WallTime, Zone
from api.trajectories.shapes import SessionMinutes, SessionOut
from domain.kit.ids import LocationId, SeriesId, TrajectoryId
from domain.trajectories import CancelledBy, NewSeries, NewSession, Series, Session, SessionKind, view_session

Rule = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=r"^[A-Za-z0-9=;:,+-]+" + END,
        description="RFC 5545 recurrence rule: FREQ of DAILY, WEEKLY or MONTHLY, with COUNT or UNTIL",
        examples=["FREQ=WEEKLY;BYDAY=TU;COUNT=5"],
    ),
]


class SeriesIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: SessionKind
    day: date
    """The first day; the rule counts from it."""
    time: WallTime
    zone: Zone | None = None
    """Where the clock hangs; the practice's time zone when left out. Nine o'clock stays nine through the year."""
    minutes: SessionMinutes
    place: Line | None = None
    session_type: TypeKey | None = None
    """One of the practice's own kinds that counts as `kind`; that kind itself when left out."""
    location_id: LocationId | None = None
    rule: Rule
    except_days: Annotated[tuple[date, ...], Meta(max_length=200)] = ()
    """Days on which no session is planned although the rule has them (EXDATE)."""

    def new(self) -> NewSeries:
        first = NewSession(
            kind=self.kind,
            day=self.day,
            time=time.fromisoformat(self.time),
            zone=self.zone,
            minutes=self.minutes,
            place=self.place,
            session_type=self.session_type,
            location_id=self.location_id,
        )
        return NewSeries(first=first, rule=self.rule, except_days=self.except_days)


class SeriesPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    from_day: date | None = None
    """From which day on; every session to come when left out."""
    shift_days: Annotated[int, Meta(ge=-6, le=6)] | UnsetType = UNSET
    """To another day of the week: how many days later."""
    time: WallTime | UnsetType = UNSET
    zone: Zone | UnsetType = UNSET
    minutes: SessionMinutes | UnsetType = UNSET
    place: Line | UnsetType | None = UNSET
    location_id: LocationId | UnsetType | None = UNSET

    def changes(self) -> dict[str, object]:
        changes = super().changes()
        changes.pop("from_day")
        if isinstance(self.time, str):
            changes["time"] = time.fromisoformat(self.time)
        return changes


class SeriesCancellationIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    from_day: date | None = None
    """From which day on; every session to come when left out."""
    reason: Line | None = None
    by: CancelledBy | None = None
    """Who cancelled: what a coachee cancels may be late by the practice's rules."""


class SeriesOut(msgspec.Struct, frozen=True, kw_only=True):
    """A series with all its sessions, in the order of its rule."""

    id: SeriesId
    version: int
    trajectory_id: TrajectoryId
    rule: str
    except_days: list[date]
    sessions: list[SessionOut]

    @classmethod
    def of(cls, series: Series, sessions: list[Session]) -> "SeriesOut":
        return cls(
            id=series.id,
            version=series.version,
            trajectory_id=series.trajectory_id,
            rule=series.rule,
            except_days=series.except_days,
            sessions=[SessionOut.of(view_session(one)) for one in sessions],
        )
