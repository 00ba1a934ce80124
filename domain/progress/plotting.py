"""Which plots there are of how it goes, and who gets which: the own coach of a trajectory, or the coachee herself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.kit.errors import NotFound
from domain.kit.ids import CoacheeId, TrajectoryId
from domain.kit.work import Work
from domain.messaging import Language
from domain.plots import Figure
from domain.progress.asked import asked_report, own_asked_report
from domain.progress.asked_plots import PLOTS as ASKED
from domain.progress.found import found_report
from domain.progress.found_plots import PLOTS as FOUND
from domain.progress.told import own_told_report, told_report
from domain.progress.told_plots import PLOTS as TOLD
from domain.progress.wording import Said, said


class PlotNotFound(NotFound):
    """There is no plot of that name."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Plots that are made of one report, and how that is read."""

    plots: Mapping[str, Callable[[Any, Said], Figure]]
    of_trajectory: Callable[[Work, TrajectoryId], Awaitable[Any]]
    her_own: Callable[[Work, CoacheeId, date | None], Awaitable[Any]] | None = None


SETS = (
    Kept(TOLD, told_report, own_told_report),
    Kept(ASKED, asked_report, own_asked_report),
    Kept(FOUND, found_report),  # of the file that her coach keeps
)
PLOTS_OF = {"answers": tuple(TOLD), "check-ins": tuple(ASKED), "method": tuple(FOUND)}
PLOT_NAMES = tuple(name for kept in SETS for name in kept.plots)
OWN_PLOT_NAMES = tuple(name for kept in SETS for name in kept.plots if kept.her_own is not None)


async def trajectory_plots(work: Work, trajectory_id: TrajectoryId, language: Language) -> list[Figure]:
    """All plots of a trajectory, for its own coach; each report that is read for it is kept in the audit trail."""
    say = said(language)
    found = [(kept, await kept.of_trajectory(work, trajectory_id)) for kept in SETS]
    return [draw(report, say) for kept, report in found for draw in kept.plots.values()]


async def trajectory_plot(work: Work, trajectory_id: TrajectoryId, name: str, language: Language) -> Figure:
    kept = _set_of(name)
    return kept.plots[name](await kept.of_trajectory(work, trajectory_id), said(language))


async def own_plots(work: Work, coachee_id: CoacheeId, language: Language, since: date | None = None) -> list[Figure]:
    """Her own, of everything that is hers or of what happened since a day."""
    say = said(language)
    found = [(kept, await kept.her_own(work, coachee_id, since)) for kept in SETS if kept.her_own is not None]
    return [draw(report, say) for kept, report in found for draw in kept.plots.values()]


async def own_plot(work: Work, coachee_id: CoacheeId, name: str, language: Language) -> Figure:
    kept = _set_of(name)
    if kept.her_own is None:
        raise PlotNotFound
    return kept.plots[name](await kept.her_own(work, coachee_id, None), said(language))


def _set_of(name: str) -> Kept:
    for kept in SETS:
        if name in kept.plots:
            return kept
    raise PlotNotFound
