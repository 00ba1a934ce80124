"""Plots on the wire: the picture as SVG, and its tables as JSON; which of both, as `Accept` asks."""

from http import HTTPStatus
from typing import Annotated, Any, TypeAlias

import msgspec
from litestar import Request, Response
from litestar.datastructures.headers import Accept
from litestar.params import PathParameter, QueryParameter

from api.fields import END
from api.operations import ALSO_AS
from api.problems import RequestError
from domain import plots
from domain.messaging import Language
from domain.plots import STYLE_DIGEST, Figure, Theme, Unit

JSON, SVG = "application/json", "image/svg+xml"
VARY = {"Vary": "Accept"}
IN_BOTH = {ALSO_AS: SVG}
SUFFIX = ".svg"
InLanguage: TypeAlias = Annotated[Language, QueryParameter()]
InTheme: TypeAlias = Annotated[Theme, QueryParameter()]
OfFile: TypeAlias = Annotated[
    str, PathParameter(pattern=r"^[a-z0-9-]{1,60}(\.svg)?" + END, max_length=64, description="Such as `ledger.svg`")
]
OfReport: TypeAlias = Annotated[
    str,
    QueryParameter(
        pattern=r"^[a-z0-9-]{1,60}" + END, max_length=60, description="Which of its plots, where `Accept` asks for SVG"
    ),
]
HEADERS = VARY | {
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


def wants_picture(request: Request[Any, Any, Any]) -> bool:
    """Whether SVG is what is accepted best; who says nothing, or takes anything, gets JSON."""
    best = Accept(request.headers.get("accept") or JSON).best_match([JSON, SVG])
    if best is None:
        raise RequestError(HTTPStatus.NOT_ACCEPTABLE)
    return best == SVG


def name_of(file: str) -> str:
    """The plot that a file is of."""
    return file.removesuffix(SUFFIX)


def svg_response(figure: Figure, theme: Theme) -> Response[bytes]:
    """To be shown: whatever it is opened in, nothing in it runs and nothing is fetched for it."""
    return Response(plots.draw(figure, theme).encode(), media_type=SVG, headers=HEADERS)
