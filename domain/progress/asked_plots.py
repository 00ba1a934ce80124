"""The plots of what became of check-ins: each made of the report alone, so that both tell the same."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from domain.checkins import CheckInState, Kind
from domain.kit.shares import Share
from domain.messaging import Language
from domain.plots import Calendar, Columns, Figure, Lines, Series, Unit
from domain.progress.asked import AskedReport, AskedWeek
from domain.progress.timing import BINS, Latency, LedgerDay
from domain.progress.wording import Said, said

STATES = ("answered", "partial", "declined", "expired", "failed", "open")
OPEN = (CheckInState.SENT,)
# What a day of the calendar shows, in the order of its names.
FIELDS = (
    ("answered", (CheckInState.ANSWERED, CheckInState.PARTIAL)),
    ("other", (CheckInState.DECLINED, CheckInState.SWAPPED)),
    ("expired", (CheckInState.EXPIRED,)),
    ("failed", (CheckInState.FAILED,)),
    ("not_sent", (CheckInState.MISSED, CheckInState.SKIPPED, CheckInState.CANCELLED)),
    ("open", (CheckInState.PLANNED, CheckInState.SENT, CheckInState.STARTED)),
)
STRENGTH, REST = (Kind.SUCCESS, Kind.QUALITY_IN_ACTION), (Kind.IDEAL, Kind.FREE, Kind.OWN)


def asked_plots(report: AskedReport, language: Language) -> list[Figure]:
    """All of them, in the order in which they are best read."""
    return [draw(report, said(language)) for draw in PLOTS.values()]


def _weeks(report: AskedReport, say: Said) -> tuple[str, ...]:
    return tuple(say.day(week.week_of) for week in report.weeks)


def _count(states: Mapping[CheckInState, int], name: str) -> int:
    return sum(states[one] for one in OPEN) if name == "open" else states[CheckInState(name)]


def _answers_by_week(report: AskedReport, say: Said) -> Figure:
    series = tuple(
        Series(name=say["state"][name], values=tuple(_count(week.prompted, name) for week in report.weeks))
        for name in STATES
    )
    return say.figure("answers-by-week", "week", Columns(places=_weeks(report, say), series=series))


def _answer_rate(report: AskedReport, say: Said) -> Figure:
    days = report.timing.seven_days
    by_week = Lines(
        places=_weeks(report, say),
        series=(_rate(say("rate"), [week.answer_rate for week in report.weeks]),),
        unit=Unit.SHARE,
        top=1,
        joined=False,
        title=say("week_panel"),
    )
    rolling = _rate(say("rate"), [one.answer_rate for one in days])
    by_day = Lines(
        places=tuple(say.day(one.day) for one in days),
        series=(Series(name=rolling.name, values=rolling.values),),
        unit=Unit.SHARE,
        top=1,
        steps=True,
        title=say("seven_panel"),
    )
    return say.figure("answer-rate", "week", by_week, by_day)


def _rate(name: str, shares: list[Share | None]) -> Series:
    return Series(
        name=name,
        values=tuple(one and one.share for one in shares),
        low=tuple(one and one.low for one in shares),
        high=tuple(one and one.high for one in shares),
    )


def _ledger(report: AskedReport, say: Said) -> Figure:
    number = {state: place for place, (_, states) in enumerate(FIELDS) for state in states}
    days = report.timing.days
    calendar = Calendar(
        days=tuple(one.day for one in days),
        held=tuple(tuple(number[state] for state in one.states) for one in days),
        names=tuple(say["state"][name] for name, _ in FIELDS),
        places=tuple(say.day(one.day) for one in days),
        weekdays=say.weekdays,
        weeks=_mondays(days, say),
    )
    return say.figure("ledger", "day", calendar)


def _mondays(days: list[LedgerDay], say: Said) -> tuple[str, ...]:
    if not days:
        return ()
    first = days[0].day - timedelta(days=days[0].day.weekday())
    return tuple(say.day(first + timedelta(weeks=more)) for more in range((days[-1].day - first).days // 7 + 1))


def _balance(report: AskedReport, say: Said) -> Figure:
    panels = (
        _kinds(report, say, lambda week: week.answered_when_prompted, say("asked")),
        _kinds(report, say, lambda week: week.answered_of_herself, say("herself")),
    )
    return say.figure("balance", "week", *panels)


def _kinds(report: AskedReport, say: Said, of: Callable[[AskedWeek], Mapping[Kind, int]], title: str) -> Columns:
    def series(name: str, kinds: tuple[Kind, ...], *, below: bool = False) -> Series:
        values = tuple(sum(of(week)[kind] for kind in kinds) for week in report.weeks)
        return Series(name=say["kind"][name], values=values, below=below)

    drawn = (series("strength", STRENGTH), series("obstacle", (Kind.OBSTACLE,), below=True), series("rest", REST))
    return Columns(places=_weeks(report, say), series=drawn, title=title)


def _waiting(report: AskedReport, say: Said) -> Figure:
    steps = report.timing.still_waiting
    at, waiting = [0.0, *(one.minutes for one in steps)], [1.0, *(one.waiting for one in steps)]
    series = Series(
        name=say("waiting"),
        values=tuple(waiting),
        low=(None, *(one.low for one in steps)),
        high=(None, *(one.high for one in steps)),
    )
    places = tuple(str(round(one)) for one in at)
    curve = Lines(places=places, at=tuple(at), series=(series,), unit=Unit.SHARE, top=1, steps=True)
    return say.figure("waiting", "minutes", *((curve,) if steps else ()))


def _latency(report: AskedReport, say: Said) -> Figure:
    timing = report.timing
    hours = [(say("hour_label", hour=one.hour), one.latency) for one in timing.latency_by_hour]
    channels = [(say["channel"][one.channel], one.latency) for one in timing.latency_by_channel if one.latency.answers]
    panels = [_cuts(say, hours, say("hour"))]
    if len(channels) > 1:
        panels.append(_cuts(say, channels, say("channel")))
    return say.figure("latency", "hour", *panels)


def _cuts(say: Said, found: list[tuple[str, Latency]], title: str) -> Lines:
    series = tuple(
        Series(name=say(name), values=tuple(getattr(latency, name) for _, latency in found))
        for name in ("median", "p75", "p90")
    )
    names = tuple(name for name, _ in found)
    return Lines(places=names, series=series, unit=Unit.MINUTES, joined=False, title=title)


def _completion(report: AskedReport, say: Said) -> Figure:
    found = report.timing.completion
    places = (*(say("up_to", count=one) for one in BINS), say("more_than", count=BINS[-1]))
    series = tuple(Series(name=say["kind"][one.kind], values=tuple(one.counts)) for one in found)
    bars = Columns(places=places if found else (), series=series)
    return say.figure("completion", "seconds", bars)


def _autonomy(report: AskedReport, say: Said) -> Figure:
    weeks = _weeks(report, say)
    sent = {week.week_of: 0 for week in report.weeks}
    for slot in report.slots:
        sent[slot.week_of] += slot.sent
    prompts = Series(name=say("prompts"), values=tuple(sent[week.week_of] for week in report.weeks))
    of_herself = Series(
        name=say("own_share"),
        values=tuple(week.self_initiated and week.self_initiated.share for week in report.weeks),
    )
    return say.figure(
        "autonomy",
        "week",
        Lines(places=weeks, series=(prompts,), title=say("prompts")),
        Lines(places=weeks, series=(of_herself,), unit=Unit.SHARE, top=1, title=say("own_share")),
    )


PLOTS: dict[str, Callable[[AskedReport, Said], Figure]] = {
    "ledger": _ledger,
    "answers-by-week": _answers_by_week,
    "answer-rate": _answer_rate,
    "autonomy": _autonomy,
    "balance": _balance,
    "waiting": _waiting,
    "latency": _latency,
    "completion": _completion,
}
