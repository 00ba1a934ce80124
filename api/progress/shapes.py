"""Reports as series: dates and counts, without a word of what was told."""

from datetime import date

from api.fields import Out
from domain.checkins import CheckInState, Kind


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
