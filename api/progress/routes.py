"""Reports of a trajectory, for its own coach alone."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.problems import refuses
from api.progress.plots import (
    IN_BOTH,
    SUFFIX,
    VARY,
    InLanguage,
    InTheme,
    OfFile,
    OfReport,
    PlotOut,
    name_of,
    svg_response,
    wants_picture,
)
from api.progress.shapes import AnswerReport, CheckInReport, MethodReport
from domain import progress
from domain.kit.ids import TrajectoryId
from domain.kit.work import Work
from domain.messaging import Language
from domain.people import TextDestroyed
from domain.plots import Theme
from domain.progress import PlotNotFound
from domain.trajectories import NotYourCoachee, TrajectoryNotFound

OWN = (TrajectoryNotFound, NotYourCoachee)


async def _picture(
    work: Work, trajectory_id: TrajectoryId, report: str, plot: str, language: Language, theme: Theme
) -> Any:
    """One of a report's plots at the report's own address: what its numbers tell, drawn."""
    if plot not in progress.PLOTS_OF[report]:
        raise PlotNotFound
    return svg_response(await progress.trajectory_plot(work, trajectory_id, plot, language), theme)


@get(
    "/trajectories/{trajectory_id:uuid}/reports/check-ins",
    scope="method:read",
    responses=refuses(*OWN, PlotNotFound),
    opt=IN_BOTH,
)
async def read_check_in_report(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    plot: OfReport = "ledger",
    language: InLanguage = Language.NL,
    theme: InTheme = Theme.AUTO,
) -> Response[CheckInReport]:
    """Read what became of the check-ins of a trajectory, week by week, as its own coach: counts, and no text.

    Every reading is kept in the audit trail."""
    if wants_picture(request):
        return await _picture(work, trajectory_id, "check-ins", plot, language, theme)
    report = await progress.asked_report(work, trajectory_id)
    return Response(msgspec.convert(report, CheckInReport, from_attributes=True), headers=VARY)


@get(
    "/trajectories/{trajectory_id:uuid}/reports/method",
    scope="method:read",
    responses=refuses(*OWN, PlotNotFound, TextDestroyed),
    opt=IN_BOTH,
)
async def read_method_report(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    plot: OfReport = "qualities",
    language: InLanguage = Language.NL,
    theme: InTheme = Theme.AUTO,
) -> Response[MethodReport]:
    """Read what was found on the way, in dates and counts, as the trajectory's own coach: no text is unsealed.

    The dimensions are those of the notes of this trajectory, the rest is of the whole file of the coachee."""
    if wants_picture(request):
        return await _picture(work, trajectory_id, "method", plot, language, theme)
    report = await progress.found_report(work, trajectory_id)
    return Response(msgspec.convert(report, MethodReport, from_attributes=True), headers=VARY)


@get(
    "/trajectories/{trajectory_id:uuid}/reports/answers",
    scope="answers:read",
    responses=refuses(*OWN, PlotNotFound, TextDestroyed),
    opt=IN_BOTH,
)
async def read_answer_report(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    plot: OfReport = "trend",
    language: InLanguage = Language.NL,
    theme: InTheme = Theme.AUTO,
) -> Response[AnswerReport]:
    """Read what was told in the answers that the coachee shares, in counts, as the trajectory's own coach.

    Of answers that she keeps to herself only their number is told. Every reading is kept where she sees it."""
    if wants_picture(request):
        return await _picture(work, trajectory_id, "answers", plot, language, theme)
    report = await progress.told_report(work, trajectory_id)
    return Response(msgspec.convert(report, AnswerReport, from_attributes=True), headers=VARY)


@get(
    "/trajectories/{trajectory_id:uuid}/reports/plots",
    scope="answers:read",
    responses=refuses(*OWN, TextDestroyed),
)
async def list_plots(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], language: InLanguage = Language.NL
) -> list[PlotOut]:
    """Every plot of a trajectory as tables, for its own coach; the picture of each is at `…/plots/{name}.svg`."""
    figures = await progress.trajectory_plots(work, trajectory_id, language)
    return [PlotOut.of(figure) for figure in figures]


@get(
    "/trajectories/{trajectory_id:uuid}/reports/plots/{file:str}",
    scope="answers:read",
    responses=refuses(*OWN, PlotNotFound, TextDestroyed),
    opt=IN_BOTH,
)
async def draw_plot(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    file: OfFile,
    language: InLanguage = Language.NL,
    theme: InTheme = Theme.AUTO,
) -> Response[PlotOut]:
    """One plot: as a picture by daylight or in the dark, with its words within, or as the tables that it is drawn from.

    `ledger.svg` is the picture in any case; `ledger` is what `Accept` asks for."""
    picture: Any = None if not file.endswith(SUFFIX) and not wants_picture(request) else svg_response
    figure = await progress.trajectory_plot(work, trajectory_id, name_of(file), language)
    return Response(PlotOut.of(figure), headers=VARY) if picture is None else picture(figure, theme)


router = Router(
    "/",
    tags=["progress"],
    route_handlers=[read_check_in_report, read_method_report, read_answer_report, list_plots, draw_plot],
)
