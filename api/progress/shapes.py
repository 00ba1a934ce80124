"""Reports as series: dates and counts, without a word of what was told."""

from datetime import date, datetime
from uuid import UUID

from api.fields import Out
from domain.checkins import CheckInState, Kind
from domain.method import Dimension, Layer, NamedBy, Rung


class ShareOut(Out, frozen=True, kw_only=True):
    """How many of a whole, which share that is, and Wilson's interval of 95 % around it."""

    count: int
    total: int
    share: float
    low: float
    high: float


class AskedWeekOut(Out, frozen=True, kw_only=True):
    week_of: date
    """The Monday of the week, by the days of the coachee."""
    prompted: dict[CheckInState, int]
    """What became of the check-ins that she was to be asked: together they are all of that week."""
    answer_rate: ShareOut | None
    answered_when_prompted: dict[Kind, int]
    answered_of_herself: dict[Kind, int]
    self_initiated: ShareOut | None


class SlotWeekOut(Out, frozen=True, kw_only=True):
    week_of: date
    slot: int
    planned: int
    sent: int
    opened: int
    answered: int


class LatencyOut(Out, frozen=True, kw_only=True):
    """Minutes from the sending of a check-in until the first of its answer came in."""

    answers: int
    median: float | None
    p75: float | None
    p90: float | None


class CheckInReport(Out, frozen=True, kw_only=True):
    prompted: dict[CheckInState, int]
    answer_rate: ShareOut | None
    """Answered or begun, of all that she was asked and whose time is over: what failed is ours and not in it."""
    self_initiated: ShareOut | None
    """Which share of what she answered she had begun herself."""
    weeks: list[AskedWeekOut]
    slots: list[SlotWeekOut]
    latency: LatencyOut


class MonthOfDimensionsOut(Out, frozen=True, kw_only=True):
    month: date
    """The first day of the month."""
    tagged: int
    """How many parts of notes have a dimension: with few of them, the shares mean little."""
    counts: dict[Dimension, int]


class NamedQualitiesOut(Out, frozen=True, kw_only=True):
    named_by: NamedBy
    qualities: int
    rungs: dict[Rung, int]
    """On which rung of the ladder they stand now."""


class DatedOut(Out, frozen=True, kw_only=True):
    """That a thing in the file came to stand somewhere, and when."""

    thing_id: UUID
    status: str
    noted_at: datetime


class ScanOut(Out, frozen=True, kw_only=True):
    scanned_on: date
    scores: dict[Layer, int]


class MethodReport(Out, frozen=True, kw_only=True):
    dimensions: list[MonthOfDimensionsOut]
    obstacles: int
    """How many obstacles are named: those without a layer are in none."""
    layers: dict[Layer, int]
    qualities: list[NamedQualitiesOut]
    awareness: list[DatedOut]
    tensions: list[DatedOut]
    first_scan: ScanOut | None
    last_scan: ScanOut | None
