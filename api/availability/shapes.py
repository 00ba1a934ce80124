"""The practice's calendar on the wire: its rules, hours and exceptions, kinds of session, locations."""

from datetime import date, datetime, time
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import END, Country, In, Line, Out, Patch, ShortLine, TypeKey, WallTime, Zone
from domain.availability import ExceptionKind, Hours, LocationKind, NewException, SessionType
from domain.kit.ids import HoursExceptionId, LocationId, StaffId
from domain.messaging import Language
from domain.trajectories import SessionKind

Length: TypeAlias = Annotated[int, Meta(ge=5, le=480)]
Link: TypeAlias = Annotated[
    str,
    Meta(
        min_length=9,
        max_length=500,
        pattern=r"^https://[^\s\x00-\x1f\x7f<>\"]+" + END,
        examples=["https://meet.example.org/lena"],
    ),
]
Subdivision: TypeAlias = Annotated[str, Meta(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9-]+" + END)]
Buffer: TypeAlias = Annotated[int, Meta(ge=0, le=240)]


class CalendarPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    grid_minutes: Annotated[int, Meta(ge=5, le=60, multiple_of=5)] | UnsetType = UNSET
    """Sessions begin at whole multiples of these minutes after the hour."""
    notice_minutes: Annotated[int, Meta(ge=0, le=43_200)] | UnsetType = UNSET
    """How long beforehand a session is booked at the latest."""
    horizon_days: Annotated[int, Meta(ge=1, le=730)] | UnsetType = UNSET
    """How far ahead a session is booked at the most."""
    buffer_before_minutes: Buffer | UnsetType = UNSET
    buffer_after_minutes: Buffer | UnsetType = UNSET
    """Between two sessions of a coach lie at least both buffers together."""
    holidays_country: Country | UnsetType | None = UNSET
    """Whose public holidays close weekly hours; null where they do not."""
    holidays_subdivision: Subdivision | UnsetType | None = UNSET
    """A region or state with holidays of its own."""
    cancel_free_hours: Annotated[int, Meta(ge=0, le=336)] | UnsetType = UNSET
    """Cancelling is free up to so many hours before; later it is recorded as late."""


class CalendarOut(Out, frozen=True, kw_only=True):
    version: int
    grid_minutes: int
    notice_minutes: int
    horizon_days: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    holidays_country: str | None
    holidays_subdivision: str | None
    cancel_free_hours: int


class HoursIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    weekday: Annotated[int, Meta(ge=1, le=7, description="1 is Monday")]
    from_time: WallTime
    to_time: Annotated[WallTime, Meta(examples=["17:00"])]
    zone: Zone | None = None
    """Where the clock hangs; the practice's time zone, also when that changes, when left out."""
    kinds: Annotated[list[TypeKey], Meta(min_length=1, max_length=20)] | None = None
    """For these kinds of session only."""


class WeekIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    hours: Annotated[list[HoursIn], Meta(max_length=70)]
    """All of them; with none the coach is bound by no hours."""

    def week(self) -> list[Hours]:
        return [
            Hours(
                one.weekday,
                time.fromisoformat(one.from_time),
                time.fromisoformat(one.to_time),
                one.zone,
                None if one.kinds is None else frozenset(one.kinds),
            )
            for one in self.hours
        ]


class HoursOut(msgspec.Struct, frozen=True, kw_only=True):
    weekday: int
    from_time: str
    to_time: str
    zone: str | None
    kinds: list[str] | None


class WeekOut(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    coach_id: StaffId
    hours: list[HoursOut]

    @classmethod
    def of(cls, week: object) -> "WeekOut":
        return msgspec.convert(week, cls, from_attributes=True)


class ExceptionIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: ExceptionKind
    first_day: date
    last_day: date
    from_time: WallTime | None = None
    """A stretch of each of these days; extra hours always have one, days off without one are off as a whole."""
    to_time: WallTime | None = None

    def new(self) -> NewException:
        return NewException(
            kind=self.kind,
            first_day=self.first_day,
            last_day=self.last_day,
            from_time=None if self.from_time is None else time.fromisoformat(self.from_time),
            to_time=None if self.to_time is None else time.fromisoformat(self.to_time),
        )


class ExceptionOut(msgspec.Struct, frozen=True, kw_only=True):
    id: HoursExceptionId
    coach_id: StaffId
    kind: ExceptionKind
    first_day: date
    last_day: date
    from_time: str | None
    to_time: str | None

    @classmethod
    def of(cls, one: object) -> "ExceptionOut":
        shown = {name: getattr(one, name) for name in cls.__struct_fields__}
        for name in ("from_time", "to_time"):
            shown[name] = None if shown[name] is None else f"{shown[name]:%H:%M}"
        return cls(**shown)


class ExceptionPage(msgspec.Struct, frozen=True):
    items: list[ExceptionOut]
    next_cursor: str | None


class Labels(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    nl: ShortLine
    fr: ShortLine
    en: ShortLine
    de: ShortLine


class SessionTypeIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: TypeKey
    """A key that never changes; under a new one a kind is added."""
    labels: Labels
    minutes: Annotated[list[Length], Meta(min_length=1, max_length=12, examples=[[60, 90, 120]])]
    """The lengths in which it comes; the first is taken where none is asked for."""
    counts_as: SessionKind
    """What it is for the funding: only guidance ever counts on a cheque."""

    def new(self) -> SessionType:
        labels = {language: getattr(self.labels, language, self.labels.en) for language in Language}
        return SessionType(self.key, labels, tuple(self.minutes), self.counts_as)


class SessionTypeOut(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    labels: dict[Language, str]
    minutes: list[int]
    counts_as: SessionKind

    @classmethod
    def of(cls, one: SessionType) -> "SessionTypeOut":
        return cls(key=one.key, labels=one.labels, minutes=list(one.minutes), counts_as=SessionKind(one.counts_as))


class SessionTypes(msgspec.Struct, frozen=True):
    items: list[SessionTypeOut]


class LocationIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: ShortLine
    kind: LocationKind
    """In a room there is one session at a time."""
    address: Line | None = None
    link: Link | None = None


class LocationPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: ShortLine | UnsetType = UNSET
    address: Line | UnsetType | None = UNSET
    link: Link | UnsetType | None = UNSET


class LocationOut(Out, frozen=True, kw_only=True):
    id: LocationId
    version: int
    name: str
    kind: LocationKind
    address: str | None
    link: str | None
    archived_at: datetime | None


class LocationPage(msgspec.Struct, frozen=True):
    items: list[LocationOut]
    next_cursor: str | None
