"""What is drawn: series along places, in one of four ways. Every text comes from whoever asks for the picture."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class Unit(StrEnum):
    COUNT = "count"
    SHARE = "share"  # from 0 to 1, shown as per cent
    MINUTES = "minutes"
    SECONDS = "seconds"
    SCORE = "score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One value for each place, or None; `low` and `high` are how sure it is. `below` is drawn under the line."""

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Upright bars, those of one place on top of one another."""

    places: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit = Unit.COUNT
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Lying bars, for places with long names; `top` is the longest there can be, where that is known."""

    places: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit = Unit.COUNT
    top: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line at something that happened."""

    at: float
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Points, and lines between them where `joined`. `at` tells where the places stand, else they stand evenly."""

    places: tuple[str, ...]
    series: tuple[Series, ...]
    at: tuple[float, ...] = ()
    unit: Unit = Unit.COUNT
    top: float | None = None
    steps: bool = False
    joined: bool = True
    marks: tuple[Mark, ...] = ()
    title: str = ""

    @property
    def stands(self) -> tuple[float, ...]:
        return self.at or tuple(float(place) for place in range(len(self.places)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A field for each day, week by week; what a day holds is told by numbers of `names`, as many as it has."""

    days: tuple[date, ...]
    held: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    places: tuple[str, ...]  # the days as people write them
    weekdays: tuple[str, ...]  # seven short names, Monday first
    weeks: tuple[str, ...]  # the Mondays, one for each column
    title: str = ""


Panel: TypeAlias = Columns | Rows | Lines | Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with its words: `about` says what it shows, `note` what to heed, `nothing` stands in its place."""

    name: str
    language: str
    title: str
    about: str
    place: str  # what the places are, at the head of the table
    panels: tuple[Panel, ...]
    note: str = ""
    nothing: str = ""
    low: str = "low"
    high: str = "high"
    decimal: str = "."

    @property
    def empty(self) -> bool:
        return not any(panel.places for panel in self.panels)
