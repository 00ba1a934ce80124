"""Series of sessions: planned by a rule, changed and cancelled together or from a day on."""

from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.problems import refuses
from api.trajectories.series_shapes import SeriesCancellationIn, SeriesIn, SeriesOut, SeriesPatch
from domain import trajectories
from domain.availability import LengthNotOffered, UnknownSessionType
from domain.kit.calendar import DayOutOfRange, UnknownZone
from domain.kit.ids import SeriesId, TrajectoryId
from domain.kit.work import VersionChanged, Work
from domain.people import CoacheeArchived
from domain.trajectories import (
    AftercareOver,
    CoachHasLeft,
    NoOccurrence,
    NoSuchLocation,
    OccurrencesRefused,
    RuleUnreadable,
    RuleWithoutEnd,
    Series,
    SeriesNotFound,
    TooFarAhead,
    TooManyOccurrences,
    TrajectoryNotFound,
    TrajectoryNotRunning,
    TypeOfAnotherKind,
)

TIMES = (
    UnknownZone,
    DayOutOfRange,
    LengthNotOffered,
    NoSuchLocation,
    OccurrencesRefused,
    TrajectoryNotRunning,
    AftercareOver,
)
RULES = (
    RuleUnreadable,
    RuleWithoutEnd,
    TooManyOccurrences,
    NoOccurrence,
    TooFarAhead,
    UnknownSessionType,
    TypeOfAnotherKind,
)


@post(
    "/trajectories/{trajectory_id:uuid}/series",
    scope="sessions:write",
    responses=refuses(TrajectoryNotFound, CoacheeArchived, CoachHasLeft, *TIMES, *RULES, VersionChanged),
)
async def plan_series(
    work: NamedDependency[Work], trajectory_id: FromPath[TrajectoryId], data: JSONBody[SeriesIn]
) -> SeriesOut:
    """Plan sessions that come again by a rule: all of them, or none, by the rules of a session.

    A refusal names every day on which one cannot be, and why.
    """
    return await _shown(work, await trajectories.plan_series(work, trajectory_id, data.new()))


@get("/series/{series_id:uuid}", scope="sessions:read", responses=refuses(SeriesNotFound))
async def read_series(work: NamedDependency[Work], series_id: FromPath[SeriesId]) -> SeriesOut:
    """Read a series with all its sessions."""
    return await _shown(work, await trajectories.get_series(work, series_id))


@patch(
    "/series/{series_id:uuid}",
    scope="sessions:write",
    needs_version=True,
    responses=refuses(SeriesNotFound, *TIMES, VersionChanged),
)
async def update_series(
    work: NamedDependency[Work], series_id: FromPath[SeriesId], data: JSONBody[SeriesPatch]
) -> SeriesOut:
    """Change all sessions to come, or those from a day on; one by itself is changed as a session.

    One that was moved by itself keeps its own time. Either all move or none.
    """
    changed = await trajectories.update_series(work, series_id, data.changes(), from_day=data.from_day)
    return await _shown(work, changed)


@post(
    "/series/{series_id:uuid}/cancel",
    status_code=200,
    scope="sessions:write",
    responses=refuses(SeriesNotFound, VersionChanged),
)
async def cancel_series(
    work: NamedDependency[Work], series_id: FromPath[SeriesId], data: JSONBody[SeriesCancellationIn]
) -> SeriesOut:
    """Cancel all sessions to come, or those from a day on; cancelling again changes nothing."""
    cancelled = await trajectories.cancel_series(
        work, series_id, from_day=data.from_day, reason=data.reason, by=data.by
    )
    return await _shown(work, cancelled)


async def _shown(work: Work, series: Series) -> SeriesOut:
    return SeriesOut.of(series, await trajectories.sessions_of(work, series))


HANDLERS = (plan_series, read_series, update_series, cancel_series)
