"""Reports of a trajectory, for its own coach alone."""

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.problems import refuses
from api.progress.plots import SVG, InLanguage, InTheme, OfFile, PlotOut, name_of, svg_response
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


@get("/trajectories/{trajectory_id:uuid}/reports/check-ins", scope="method:read", responses=refuses(*OWN))
async def read_check_in_report(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> CheckInReport:
    """Read what became of the check-ins of a trajectory, week by week, as its own coach: counts, and no text.

    Every reading is kept in the audit trail."""
    report = await progress.asked_report(work, trajectory_id)
    return msgspec.convert(report, CheckInReport, from_attributes=True)


@get("/trajectories/{trajectory_id:uuid}/reports/method", scope="method:read", responses=refuses(*OWN, TextDestroyed))
async def read_method_report(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> MethodReport:
    """Read what was found on the way, in dates and counts, as the trajectory's own coach: no text is unsealed.

    The dimensions are those of the notes of this trajectory, the rest is of the whole file of the coachee."""
    report = await progress.found_report(work, trajectory_id)
    return msgspec.convert(report, MethodReport, from_attributes=True)


@get("/trajectories/{trajectory_id:uuid}/reports/answers", scope="answers:read", responses=refuses(*OWN, TextDestroyed))
async def read_answer_report(work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId]) -> AnswerReport:
    """Read what was told in the answers that the coachee shares, in counts, as the trajectory's own coach.

    Of answers that she keeps to herself only their number is told. Every reading is kept where she sees it."""
    report = await progress.told_report(work, trajectory_id)
    return msgspec.convert(report, AnswerReport, from_attributes=True)


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
    media_type=SVG,
    responses=refuses(*OWN, PlotNotFound, TextDestroyed),
)
async def draw_plot(
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    file: OfFile,
    language: InLanguage = Language.NL,
    theme: InTheme = Theme.AUTO,
) -> Response[bytes]:
    """One plot as a picture, such as `ledger.svg`: by daylight or in the dark, with its words within."""
    figure = await progress.trajectory_plot(work, trajectory_id, name_of(file), language)
    return svg_response(figure, theme)


router = Router(
    "/",
    tags=["progress"],
    route_handlers=[read_check_in_report, read_method_report, read_answer_report, list_plots, draw_plot],
)
