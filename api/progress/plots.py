"""Plots on the wire: the picture as SVG, and its tables as JSON."""

from typing import Annotated, TypeAlias

import msgspec
from litestar import Response
from litestar.params import PathParameter, QueryParameter

from api.fields import END
from domain import plots
from domain.messaging import Language
from domain.plots import STYLE_DIGEST, Figure, Theme, Unit

SVG = "image/svg+xml"
SUFFIX = ".svg"
InLanguage: TypeAlias = Annotated[Language, QueryParameter()]
InTheme: TypeAlias = Annotated[Theme, QueryParameter()]
OfFile: TypeAlias = Annotated[
    str, PathParameter(pattern=r"^[a-z0-9-]{1,60}(\.svg)?" + END, max_length=64, description="Such as `ledger.svg`")
]
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src '{STYLE_DIGEST}'; sandbox",
    "Cache-Control": "private, no-store",
}


class PlotColumn(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    unit: Unit | None
    """Null is text."""


class PlotTable(msgspec.Struct, frozen=True, kw_only=True):
    caption: str
    columns: list[PlotColumn]
    rows: list[list[str | int | float | None]]
    """A cell for each column; null is unknown, never 0."""


class PlotOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a plot shows, in words and as the same numbers in tables."""

    name: str
    title: str
    about: str
    note: str
    """What to heed in reading it."""
    tables: list[PlotTable]

    @classmethod
    def of(cls, figure: Figure) -> "PlotOut":
        tables = [
            PlotTable(
                caption=sheet.caption,
                columns=[PlotColumn(name=column.name, unit=column.unit) for column in sheet.columns],
                rows=[list(row) for row in sheet.rows],
            )
            for sheet in plots.tables_of(figure)
        ]
        return cls(name=figure.name, title=figure.title, about=figure.about, note=figure.note, tables=tables)


def name_of(file: str) -> str:
    """The plot that a file is of."""
    return file.removesuffix(SUFFIX)


def svg_response(figure: Figure, theme: Theme) -> Response[bytes]:
    """To be shown: whatever it is opened in, nothing in it runs and nothing is fetched for it."""
    return Response(plots.draw(figure, theme).encode(), media_type=SVG, headers=HEADERS)
