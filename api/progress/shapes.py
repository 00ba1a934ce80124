"""Reports as series: dates and counts, without a word of what was told."""

from datetime import date, datetime
from uuid import UUID

from api.fields import Out
from domain.checkins import (
    Channel,
    CheckInState,
    Dimension as AskedDimension,
    Kind,
    Layer as AskedLayer,
    Locus as AskedLocus,
)
from domain.messaging import Language
from domain.method import Dimension, Layer, Locus, Moment, NamedBy, Rung
from domain.progress import Measure


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


class LatencyOfHourOut(Out, frozen=True, kw_only=True):
    hour: int
    """The hour at which it was sent, on the coachee's own clock."""
    latency: LatencyOut


class LatencyOfChannelOut(Out, frozen=True, kw_only=True):
    channel: Channel
    """Through which it came."""
    latency: LatencyOut


class WaitingStepOut(Out, frozen=True, kw_only=True):
    """From that minute on, which share is still waited for (Kaplan and Meier), and its interval of 95 %."""

    minutes: float
    at_risk: int
    begun: int
    waiting: float
    low: float | None
    high: float | None


class CompletionOut(Out, frozen=True, kw_only=True):
    """Seconds from the beginning of an answer until it was written, where both are known."""

    kind: Kind
    answers: int
    median: float | None
    p90: float | None
    within_goal: ShareOut | None
    """Within 60 seconds."""
    counts: list[int]
    """Up to 15, 30, 45, 60, 90, 120 and 180 seconds, and longer."""


class SevenDaysOut(Out, frozen=True, kw_only=True):
    """Of the seven days up to and with that one."""

    day: date
    answer_rate: ShareOut | None


class LedgerDayOut(Out, frozen=True, kw_only=True):
    day: date
    states: list[CheckInState]
    """Of each check-in of that day, by slot."""


class TimingOut(Out, frozen=True, kw_only=True):
    """When answers come and how long they take; what she began herself is only in `completion`."""

    latency: LatencyOut
    latency_by_hour: list[LatencyOfHourOut]
    latency_by_channel: list[LatencyOfChannelOut]
    still_waiting: list[WaitingStepOut]
    completion: list[CompletionOut]
    seven_days: list[SevenDaysOut]
    days: list[LedgerDayOut]


class CheckInReport(Out, frozen=True, kw_only=True):
    prompted: dict[CheckInState, int]
    answer_rate: ShareOut | None
    """Answered or begun, of all that she was asked and whose time is over: what failed is ours and not in it."""
    self_initiated: ShareOut | None
    """Which share of what she answered she had begun herself."""
    weeks: list[AskedWeekOut]
    slots: list[SlotWeekOut]
    timing: TimingOut


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


class LookedBackOut(Out, frozen=True, kw_only=True):
    """How deep and durable it was, and how far it shows in what she does: 0 to 10, as she says herself."""

    moment: Moment
    answered_at: datetime
    deep: int
    durable: int
    behaviour: int


class MonthOfAutonomyOut(Out, frozen=True, kw_only=True):
    month: date
    prompted: int
    """Answers when she was asked: they fall by design, for plans ease off."""
    self_initiated: int


class AutonomyOut(Out, frozen=True, kw_only=True):
    months: list[MonthOfAutonomyOut]
    self_initiated: ShareOut | None
    named_by_herself: ShareOut | None
    """Which share of her qualities she named herself."""


class ObstaclesOut(Out, frozen=True, kw_only=True):
    locus: dict[Locus, int]
    reactions: int
    """How many obstacles within are a reaction to another."""
    switched: ShareOut | None
    """Of the experiences of an obstacle: in which it came to how she would have liked it to be."""
    core_reflection: ShareOut | None
    """Of the reflections on a layer: those on identity, mission or core."""


class ResilienceOut(Out, frozen=True, kw_only=True):
    """From an answer about an obstacle to her next one about a success: a description, and no score of hers."""

    obstacles: int
    followed: int
    """How many of them a success has followed by now."""
    median_hours: float | None


class MethodReport(Out, frozen=True, kw_only=True):
    dimensions: list[MonthOfDimensionsOut]
    obstacles: int
    """How many obstacles are named: those without a layer are in none."""
    layers: dict[Layer, int]
    qualities: list[NamedQualitiesOut]
    ladder: list[DatedOut]
    """On which rung of the ladder each quality came to stand, and when."""
    awareness: list[DatedOut]
    tensions: list[DatedOut]
    first_scan: ScanOut | None
    last_scan: ScanOut | None
    looked_back: list[LookedBackOut]
    """At the end, 3 and 6 months later, where she answered."""
    autonomy: AutonomyOut
    about_obstacles: ObstaclesOut
    resilience: ResilienceOut


class MonthOfSwitchesOut(Out, frozen=True, kw_only=True):
    month: date
    switch_rate: ShareOut
    """Of the obstacles told in that month, how many came to how she would have liked it to be."""


class MonthOfTextsOut(Out, frozen=True, kw_only=True):
    month: date
    texts: int
    counts: dict[AskedDimension, int]


class WordCountOut(Out, frozen=True, kw_only=True):
    word: str
    count: int


class WordsOfOut(Out, frozen=True, kw_only=True):
    """Of the texts in one language, without the words that every text has and without what was written once."""

    language: Language
    texts: int
    words: list[WordCountOut]


class StretchOut(Out, frozen=True, kw_only=True):
    """From that day to the next session."""

    from_day: date
    count: int
    median: float
    low: int
    high: int


class TrendOut(Out, frozen=True, kw_only=True):
    measure: Measure
    points: int
    """With fewer than eight there is no trend to speak of."""
    stretches: list[StretchOut]


class AnswerReport(Out, frozen=True, kw_only=True):
    answers: int
    """How many answers the numbers below are of."""
    private: int
    """How many more she keeps to herself: nothing of them is in any other number."""
    switches: list[MonthOfSwitchesOut]
    dimensions: list[MonthOfTextsOut]
    layers: dict[AskedLayer, int]
    core_reflections: ShareOut | None
    """Of the obstacles with a layer, how many sit on the innermost two."""
    locus: dict[AskedLocus, int]
    reactions: int
    """How many obstacles from within were named as an answer to one from outside."""
    words: list[WordsOfOut]
    trends: list[TrendOut]
    sessions: list[date]
