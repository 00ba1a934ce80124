"""The plots of what was told in answers, each made of the report alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from domain.checkins import Dimension, Layer, Locus
from domain.plots import Figure, Lines, Mark, Panel, Rows, Series, Unit
from domain.progress.told import ToldReport
from domain.progress.trend import Measure, Trend
from domain.progress.wording import Said

ENOUGH = 8  # points from which a line may join them (method.md §6)
TOPS = {Measure.FLOW: 10.0}
SCALE = 5.0


def _switch(report: ToldReport, say: Said) -> Figure:
    shares = [one.switch_rate for one in report.switches]
    series = Series(
        name=say("wished"),
        values=tuple(one.share for one in shares),
        low=tuple(one.low for one in shares),
        high=tuple(one.high for one in shares),
    )
    months = tuple(say.month(one.month) for one in report.switches)
    return say.figure("switch", "month", Lines(places=months, series=(series,), unit=Unit.SHARE, top=1))


def _dimensions(report: ToldReport, say: Said) -> Figure:
    months = tuple(f"{say.month(one.month)} ({one.texts})" for one in report.dimensions)
    series = tuple(
        Series(
            name=say["dimension"][dimension],
            values=tuple(round(one.counts[dimension] / one.texts, 4) for one in report.dimensions),
        )
        for dimension in Dimension
    )
    return say.figure("dimensions", "month", Lines(places=months, series=series, unit=Unit.SHARE, top=1))


def _layers(report: ToldReport, say: Said) -> Figure:
    return say.figure("layers", "layer", *_rows(say, "layer", report.layers))


def _locus(report: ToldReport, say: Said) -> Figure:
    return say.figure("locus", "locus", *_rows(say, "locus", report.locus))


def _rows(say: Said, group: str, counts: Mapping[Layer, int] | Mapping[Locus, int]) -> Iterable[Panel]:
    if any(counts.values()):
        series = Series(name=say("count"), values=tuple(counts.values()))
        yield Rows(places=tuple(say[group][name] for name in counts), series=(series,))


def _words(report: ToldReport, say: Said) -> Figure:
    panels = [
        Rows(
            places=tuple(one.word for one in mine.words),
            series=(Series(name=say("count"), values=tuple(one.count for one in mine.words)),),
            title=say["general"].get(f"language_{mine.language}", mine.language),
        )
        for mine in report.words
    ]
    return say.figure("words", "word", *panels)


def _trend(report: ToldReport, say: Said) -> Figure:
    figure = say.figure("trend", "stretch", *(_measure(one, report.sessions, say) for one in report.trends))
    return replace(figure, low=say("lowest"), high=say("highest"))


def _measure(trend: Trend, sessions: list[date], say: Said) -> Lines:
    stretches = trend.stretches
    series = Series(
        name=say("middle"),
        values=tuple(one.median for one in stretches),
        low=tuple(float(one.low) for one in stretches),
        high=tuple(float(one.high) for one in stretches),
    )
    return Lines(
        places=tuple(f"{say.day(one.from_day)} ({one.count})" for one in stretches),
        at=tuple(float(one.from_day.toordinal()) for one in stretches),
        series=(series,),
        unit=Unit.SCORE,
        top=TOPS.get(trend.measure, SCALE),
        joined=trend.points >= ENOUGH,
        marks=tuple(Mark(day.toordinal(), say.day(day)) for day in sessions),
        title=say["measure"][trend.measure],
    )


PLOTS: dict[str, Callable[[ToldReport, Said], Figure]] = {
    "trend": _trend,
    "words": _words,
    "dimensions": _dimensions,
    "layers": _layers,
    "locus": _locus,
    "switch": _switch,
}
