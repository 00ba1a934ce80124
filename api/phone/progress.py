"""How it goes, for the coachee herself before anybody else: in plain words, as pictures, and as tables."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec
from litestar import Response, Router, get
from litestar.params import FromPath

from api.phone.endings import HANDLERS
from api.phone.pages import page
from api.phone.sessions import Own, looking_in
from api.phone.visits import AnyRequest
from api.progress.plots import InTheme, PlotOut, name_of, svg_response
from api.progress.shapes import AnswerReport, CheckInReport
from domain import plots, progress
from domain.checkins import CheckInState
from domain.kit.calendar import local_day
from domain.plots import Figure, Theme
from domain.progress import AskedReport

SHOWN = timedelta(weeks=12)
# Of the rest her coach sees the same numbers; of what she told, only those of answers that she shares.
FIRST = ("ledger", "balance", "autonomy", "trend", "words", "dimensions", "layers", "locus", "switch")
ANSWERED = (CheckInState.ANSWERED, CheckInState.PARTIAL)


class OwnReports(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is told of her check-ins, and each plot of it as tables."""

    check_ins: CheckInReport
    answers: AnswerReport
    plots: list[PlotOut]


@dataclass(frozen=True, slots=True)
class Shown:
    """One plot on her page: the picture, and its tables in cells as people read them."""

    name: str
    title: str
    about: str
    picture: str
    tables: list[tuple[str, list[str], list[list[str]]]]


@get("/me/progress")
async def show_progress(request: AnyRequest) -> Response[str]:
    """How the last twelve weeks went: what came, what she answered, what she began herself."""
    async with looking_in(request) as own:
        since = local_day(own.work.now, own.coachee.zone) - SHOWN
        report = await progress.own_asked_report(own.work, own.coachee.id, since)
        figures = await progress.own_plots(own.work, own.coachee.id, own.language, since)
        told = [shown(figure) for figure in figures if not figure.empty]
        first = [one for one in told if one.name in FIRST]
        rest = [one for one in told if one.name not in FIRST]
        return page("me_progress.html", own.language, facts=facts(report), first=first, rest=rest)


def shown(figure: Figure) -> Shown:
    tables = [
        (
            sheet.caption,
            [column.name for column in sheet.columns],
            [
                [
                    plots.shown(cell, column.unit, figure.decimal)
                    for cell, column in zip(row, sheet.columns, strict=True)
                ]
                for row in sheet.rows
            ],
        )
        for sheet in plots.tables_of(figure)
    ]
    return Shown(figure.name, figure.title, figure.about, plots.draw(figure, titled=False), tables)


def facts(report: AskedReport) -> dict[str, int]:
    """In numbers: what came, what she answered, what she began herself, and what did not arrive."""
    of_herself = [kinds for week in report.weeks for kinds in (week.answered_of_herself,)]
    return {
        "came": sum(slot.sent for slot in report.slots),
        "answered": sum(report.prompted[state] for state in ANSWERED),
        "herself": sum(sum(kinds.values()) for kinds in of_herself),
        "failed": report.prompted[CheckInState.FAILED],
    }


@get("/v1/me/reports")
async def read_reports(request: AnyRequest) -> OwnReports:
    """All that is told of her check-ins: the same numbers that her coach reads, and she first."""
    async with looking_in(request) as own:
        report = await progress.own_asked_report(own.work, own.coachee.id)
        figures = await progress.own_plots(own.work, own.coachee.id, own.language)
        told = msgspec.convert(report, CheckInReport, from_attributes=True)
        answers = await progress.own_told_report(own.work, own.coachee.id)
        in_answers = msgspec.convert(answers, AnswerReport, from_attributes=True)
        return OwnReports(check_ins=told, answers=in_answers, plots=[PlotOut.of(figure) for figure in figures])


@get("/v1/me/reports/plots/{file:str}")
async def draw_own_plot(request: AnyRequest, file: FromPath[str], theme: InTheme = Theme.AUTO) -> Response[bytes]:
    """One of her plots as a picture, in her language."""
    async with looking_in(request) as own:
        return await _drawn(own, file, theme)


async def _drawn(own: Own, file: str, theme: Theme) -> Response[bytes]:
    figure = await progress.own_plot(own.work, own.coachee.id, name_of(file), own.language)
    return svg_response(figure, theme)


pages = Router(
    "/",
    route_handlers=[show_progress],
    exception_handlers=HANDLERS,
    include_in_schema=False,
    opt={"public": True, "any_query": True},
)
in_json = Router("/", route_handlers=[read_reports, draw_own_plot], include_in_schema=False, opt={"public": True})
