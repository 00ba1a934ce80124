"""Plots: numbers as a picture (SVG) and as the table that says the same; it knows nothing of what they are about."""

from domain.plots.drawing import draw as draw
from domain.plots.model import (
    Calendar as Calendar,
    Columns as Columns,
    Figure as Figure,
    Lines as Lines,
    Mark as Mark,
    Panel as Panel,
    Rows as Rows,
    Series as Series,
    Unit as Unit,
)
from domain.plots.palette import STYLE as STYLE, STYLE_DIGEST as STYLE_DIGEST, Theme as Theme
from domain.plots.tables import Cell as Cell, Column as Column, Sheet as Sheet, shown as shown, tables_of as tables_of
