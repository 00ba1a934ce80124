"""The four ways to draw: upright bars, lying bars, lines with points, and a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.plots.marks import Brush
from domain.plots.model import Calendar, Columns, Lines, Rows, Series, Unit
from domain.plots.scales import Scale, evenly, thinned, ticks, width_of, wrapped
from domain.plots.tables import shown

WIDTH, EDGE = 360, 10
LEFT, TALL, SIZE = 48.0, 150.0, 12.0
NAMES = 18.0
LYING, FIELD = 16.0, 22.0


@dataclass(frozen=True, slots=True)
class Drawn:
    markup: str
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """Where on the paper a panel draws its values."""

    up: Scale
    left: float
    right: float
    bottom: float
    markup: str


def _frame(brush: Brush, y: float, span: tuple[float, float], unit: Unit, decimal: str) -> Frame:
    """Lines at round values, each with its number before it."""
    steps = [one for one in ticks(*span) if unit is not Unit.COUNT or one == round(one)]
    top = y + 8
    up = Scale(steps[0], steps[-1], top + TALL, top)
    parts = list[str]()
    for step in steps:
        told = shown(abs(step) if unit is Unit.COUNT else step, unit, decimal)
        parts.append(brush.line("axis" if step == 0 else "hair", (LEFT, up(step), WIDTH - EDGE, up(step))))
        parts.append(brush.text(LEFT - 5, up(step) + 4, told, ink="quiet", others={"text-anchor": "end"}))
    return Frame(up, LEFT, WIDTH - EDGE, top + TALL, "".join(parts))


def _names(brush: Brush, frame: Frame, places: tuple[str, ...], stands: Sequence[float]) -> str:
    """The names below, none of them over the edge; where there are many, every second or third."""
    parts = list[str]()
    for place in thinned(places, frame.right - frame.left, SIZE):
        x = min(stands[place], WIDTH - EDGE / 2 - width_of(places[place], SIZE) / 2)
        parts.append(brush.text(x, frame.bottom + 16, places[place], ink="quiet", others={"text-anchor": "middle"}))
    return "".join(parts)


def draw_columns(brush: Brush, panel: Columns, y: float, decimal: str) -> Drawn:
    span = _span(panel.series, len(panel.places))
    frame = _frame(brush, y, span, panel.unit, decimal)
    middle = evenly(len(panel.places), frame.left, frame.right)
    part = (frame.right - frame.left) / len(panel.places)
    wide = min(part * 0.72, 26)
    parts = [frame.markup]
    for place in range(len(panel.places)):
        heap = {True: 0.0, False: 0.0}
        for number, series in enumerate(panel.series):
            value = series.values[place] or 0
            if value:
                before = heap[series.below]
                heap[series.below] = after = before - value if series.below else before + value
                top, low = frame.up(max(before, after)), frame.up(min(before, after))
                parts.append(brush.box(number, middle(place) - wide / 2, top, wide, low - top))
    stands = [middle(place) for place in range(len(panel.places))]
    return Drawn("".join(parts) + _names(brush, frame, panel.places, stands), TALL + 8 + NAMES + 8)


def _span(series: tuple[Series, ...], count: int) -> tuple[float, float]:
    heaps = {
        below: max(
            (sum(one.values[place] or 0 for one in series if one.below is below) for place in range(count)), default=0
        )
        for below in (True, False)
    }
    return -float(heaps[True]), float(max(heaps[False], 0 if heaps[True] else 1))


def draw_rows(brush: Brush, panel: Rows, y: float, decimal: str) -> Drawn:
    """The name above each bar, for names are long and phones are narrow; the number behind it."""
    most = max((sum(one.values[place] or 0 for one in panel.series) for place in range(len(panel.places))), default=0)
    right = WIDTH - EDGE - 52
    across = Scale(0, panel.top or most or 1, EDGE, right)
    parts = list[str]()
    for place, name in enumerate(panel.places):
        for line in wrapped(name, WIDTH - 2 * EDGE, SIZE):
            y += SIZE + 5
            parts.append(brush.text(EDGE, y, line))
        x, heap = float(EDGE), sum(series.values[place] or 0 for series in panel.series)
        for number, series in enumerate(panel.series):
            if value := series.values[place]:
                width = across(value) - EDGE
                parts.append(brush.box(number, x, y + 4, width, LYING - 4))
                x += width
        known = any(series.values[place] is not None for series in panel.series)
        told = shown(heap if known else None, panel.unit, decimal)
        parts.append(brush.text(x + 6, y + 14, told, ink="quiet"))
        y += LYING + 6
    return Drawn("".join(parts), _rows_height(panel))


def _rows_height(panel: Rows) -> float:
    lines = sum(len(wrapped(name, WIDTH - 2 * EDGE, SIZE)) for name in panel.places)
    return lines * (SIZE + 5) + len(panel.places) * (LYING + 6) + 4


def draw_lines(brush: Brush, panel: Lines, y: float, decimal: str) -> Drawn:
    values = [v for one in panel.series for v in (*one.values, *one.high) if v is not None]
    highest = panel.top if panel.top is not None else max(values, default=1) or 1
    frame = _frame(brush, y, (0, highest), panel.unit, decimal)
    stands = panel.stands
    first, last = min(stands, default=0), max(stands, default=1)
    pad = 14 if not panel.steps else 0
    across = Scale(first, last if last > first else first + 1, frame.left + pad, frame.right - pad)
    parts = [frame.markup, _marks(brush, panel, frame, across)]
    for number, series in enumerate(panel.series):
        found = [(across(at), v) for at, v in zip(stands, series.values, strict=True) if v is not None]
        parts += (_bounds if panel.steps else _whiskers)(brush, number, series, [across(at) for at in stands], frame.up)
        points = [(x, frame.up(value)) for x, value in found]
        if points and panel.joined:
            parts.append(brush.path(number, points, steps=panel.steps))
        if not panel.steps:
            parts += [brush.point(number, x, where) for x, where in points]
    names = _spread_names(brush, frame, panel, across)
    return Drawn("".join(parts) + names, TALL + 8 + NAMES + 8)


def _spread_names(brush: Brush, frame: Frame, panel: Lines, across: Scale) -> str:
    """Names at places that stand unevenly: each that does not touch the one before it."""
    if not panel.at:
        return _names(brush, frame, panel.places, [across(at) for at in panel.stands])
    parts, free = list[str](), 0.0
    for at, name in sorted(zip(panel.at, panel.places, strict=True)):
        half = width_of(name, SIZE) / 2
        x = min(max(across(at), LEFT), frame.right - half)
        if x - half >= free:
            parts.append(brush.text(x, frame.bottom + 16, name, ink="quiet", others={"text-anchor": "middle"}))
            free = x + half + SIZE / 2
    return "".join(parts)


def _marks(brush: Brush, panel: Lines, frame: Frame, across: Scale) -> str:
    return "".join(
        brush.line(
            "mark", (across(mark.at), frame.bottom - TALL, across(mark.at), frame.bottom), {"stroke-dasharray": "1 3"}
        )
        for mark in panel.marks
        if across.low <= mark.at <= across.high
    )


def _whiskers(brush: Brush, number: int, series: Series, stands: Sequence[float], up: Scale) -> list[str]:
    """How sure each point is, as an upright line through it."""
    parts = list[str]()
    for x, low, high in zip(stands, series.low, series.high, strict=False):
        if low is not None and high is not None:
            parts.append(brush.line(f"s{number}", (x, up(low), x, up(high)), {"stroke-width": 1.5}))
    return parts


def _bounds(brush: Brush, number: int, series: Series, stands: Sequence[float], up: Scale) -> list[str]:
    """The same beside a line in steps: two thin lines."""
    parts = list[str]()
    for side in (series.low, series.high):
        points = [(x, up(value)) for x, value in zip(stands, side, strict=False) if value is not None]
        if points:
            parts.append(brush.path(number, points, steps=True, thin=True))
    return parts


def draw_calendar(brush: Brush, panel: Calendar, y: float) -> Drawn:
    """A column a week and a row a weekday; a day that held more than one thing is cut into parts."""
    first = min(panel.days) - timedelta(days=min(panel.days).weekday())
    weeks = (max(panel.days) - first).days // 7 + 1
    aside = max(width_of(name, SIZE) for name in panel.weekdays) + 8
    field = min(FIELD, (WIDTH - 2 * EDGE - aside) / weeks)
    parts = [
        brush.text(EDGE, y + 6 + field * (row + 0.5) + 4, name, ink="quiet")
        for row, name in enumerate(panel.weekdays)
        if field >= SIZE or row % 2 == 0
    ]
    left = EDGE + aside
    parts += [
        brush.field(left + field * week + 1, y + 7 + field * row, field - 2)
        for week in range(weeks)
        for row in range(7)
    ]
    for day, held in zip(panel.days, panel.held, strict=True):
        week, row = divmod((day - first).days, 7)
        x, top = left + field * week, y + 6 + field * row
        for place, number in enumerate(held):
            tall = (field - 2) / len(held)
            parts.append(brush.box(number, x + 1, top + 1 + place * tall, field - 2, tall))
    stands = [left + field * (week + 0.5) for week in range(weeks)]
    below = y + 6 + field * 7 + 14
    names = "".join(
        brush.text(stands[week], below, panel.weeks[week], ink="quiet", others={"text-anchor": "middle"})
        for week in thinned(panel.weeks[:weeks], field * weeks, SIZE)
        if stands[week] + width_of(panel.weeks[week], SIZE) / 2 <= WIDTH
    )
    return Drawn("".join(parts) + names, field * 7 + 6 + NAMES + 8)
