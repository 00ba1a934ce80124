"""The table beside a picture: the same numbers, for whoever does not see it, and to count on."""

from dataclasses import dataclass
from typing import TypeAlias

from domain.plots.model import Calendar, Figure, Panel, Unit

Cell: TypeAlias = str | int | float | None
NONE = "\u2013"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    unit: Unit | None  # None is text


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a picture; `caption` tells the panels of one picture apart."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables_of(figure: Figure) -> list[Sheet]:
    """A table for each panel that has something in it."""
    return [_sheet(figure, panel) for panel in figure.panels if panel.places]


def _sheet(figure: Figure, panel: Panel) -> Sheet:
    place = Column(figure.place, None)
    if isinstance(panel, Calendar):
        told = zip(panel.places, panel.held, strict=True)
        rows = tuple((day, ", ".join(panel.names[one] for one in held)) for day, held in told)
        return Sheet(panel.title or figure.title, (place, Column(figure.title, None)), rows)
    columns, values = [place], list[tuple[Cell, ...]]([panel.places])
    for series in panel.series:
        parts = ((series.name, series.values), (figure.low, series.low), (figure.high, series.high))
        for name, found in parts:
            if found:
                columns.append(Column(name if found is series.values else f"{series.name}, {name}", panel.unit))
                values.append(found)
    return Sheet(panel.title or figure.title, tuple(columns), tuple(zip(*values, strict=True)))


def shown(value: Cell, unit: Unit | None, decimal: str) -> str:
    """A cell as people of that language read it."""
    if value is None:
        return NONE
    if unit is None or isinstance(value, str):
        return str(value)
    if unit is Unit.SHARE:
        return f"{round(100 * value)}\u00a0%"
    text = f"{value:.1f}"
    return text.removesuffix(".0").replace(".", decimal)
