"""The plots of what was found on the way, for the own coach: each made of the report alone, without a word of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from domain.kit.calendar import add_months
from domain.method import Awareness, Dimension, Layer, Rung, TensionStatus
from domain.plots import Columns, Figure, Lines, Panel, Rows, Series, Unit
from domain.progress.found import Dated, FoundReport
from domain.progress.wording import Said

TEN = 10.0
SIDES = ("deep", "durable", "behaviour")


def _qualities(report: FoundReport, say: Said) -> Figure:
    named = [one for one in report.qualities if one.qualities]
    series = tuple(Series(name=say["rung"][rung], values=tuple(one.rungs[rung] for one in named)) for rung in Rung)
    rows = Rows(places=tuple(say["named_by"][one.named_by] for one in named), series=series)
    return say.figure("qualities", "named_by", rows)


def _ladder(report: FoundReport, say: Said) -> Figure:
    return say.figure("ladder", "month", _standing(report.ladder, Rung, "rung", say))


def _awareness(report: FoundReport, say: Said) -> Figure:
    return say.figure("awareness", "month", _standing(report.awareness, Awareness, "awareness", say))


def _tensions(report: FoundReport, say: Said) -> Figure:
    return say.figure("tensions", "month", _standing(report.tensions, TensionStatus, "tension", say))


def _standing(steps: Sequence[Dated], words: Iterable[str], group: str, say: Said) -> Panel:
    """How many things stood where at the end of each month, from the first step to the last."""
    months = standing_by_month(steps)
    series = tuple(Series(name=say[group][word], values=tuple(counts[word] for _, counts in months)) for word in words)
    return Columns(places=tuple(say.month(month) for month, _ in months), series=series)


def standing_by_month(steps: Sequence[Dated]) -> list[tuple[date, Counter[str]]]:
    """Each thing counts once, where its last step up to the end of that month left it."""
    if not steps:
        return []
    ordered = sorted(steps, key=lambda one: one.noted_at)
    month, last = (one.noted_at.date().replace(day=1) for one in (ordered[0], ordered[-1]))
    stand: dict[UUID, str] = {}
    told = list[tuple[date, Counter[str]]]()
    while month <= last:
        after = add_months(month, 1)
        stand |= {one.thing_id: str(one.status) for one in ordered if month <= one.noted_at.date() < after}
        told.append((month, Counter(stand.values())))
        month = after
    return told


def _note_dimensions(report: FoundReport, say: Said) -> Figure:
    months = tuple(f"{say.month(one.month)} ({one.tagged})" for one in report.dimensions)
    series = tuple(
        Series(
            name=say["dimension"][dimension],
            values=tuple(round(one.counts[dimension] / one.tagged, 4) for one in report.dimensions),
        )
        for dimension in Dimension
    )
    return say.figure("note-dimensions", "month", Lines(places=months, series=series, unit=Unit.SHARE, top=1))


def _file_layers(report: FoundReport, say: Said) -> Figure:
    counts = tuple(report.layers[layer] for layer in Layer)
    places = tuple(say["layer"][layer] for layer in Layer) if any(counts) else ()
    return say.figure("file-layers", "layer", Rows(places=places, series=(Series(name=say("count"), values=counts),)))


def _alignment(report: FoundReport, say: Said) -> Figure:
    scans = [one for one in (report.first_scan, report.last_scan) if one is not None]
    places = tuple(say["layer"][layer] for layer in Layer)
    panels = [
        Rows(
            places=places,
            series=(Series(name=say("score"), values=tuple(float(one.scores[layer]) for layer in Layer)),),
            unit=Unit.SCORE,
            top=TEN,
            title=say.day(one.scanned_on),
        )
        for one in (scans if scans[:1] != scans[1:] else scans[:1])
    ]
    return say.figure("alignment", "layer", *panels)


def _looking_back(report: FoundReport, say: Said) -> Figure:
    series = tuple(
        Series(name=say["side"][side], values=tuple(float(getattr(one, side)) for one in report.looked_back))
        for side in SIDES
    )
    places = tuple(say["moment"][one.moment] for one in report.looked_back)
    return say.figure("looking-back", "moment", Lines(places=places, series=series, unit=Unit.SCORE, top=TEN))


PLOTS: dict[str, Callable[[FoundReport, Said], Figure]] = {
    "qualities": _qualities,
    "ladder": _ladder,
    "awareness": _awareness,
    "tensions": _tensions,
    "note-dimensions": _note_dimensions,
    "file-layers": _file_layers,
    "alignment": _alignment,
    "looking-back": _looking_back,
}
