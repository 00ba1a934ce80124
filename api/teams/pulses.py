"""The anonymous pulse of a team: asked, closed, and shown from five answers."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import PageCursor, PageLimit, page_request
from api.method.fields import InLanguage
from api.problems import refuses
from api.teams.shapes import PulseIn, PulseOut, PulsePage, PulseResultsOut
from domain import method, teams
from domain.kit.ids import PulseId, TeamId
from domain.kit.paging import InvalidCursor
from domain.kit.work import VersionChanged, Work
from domain.teams import (
    NotYourTeam,
    PulseAlreadyOpen,
    PulseNotFound,
    PulseStillOpen,
    TeamNotFound,
    TeamTooSmall,
    TooFewAnswers,
)


@post(
    "/teams/{team_id:uuid}/pulses",
    scope="trajectories:write",
    responses=refuses(TeamNotFound, NotYourTeam, TeamTooSmall, PulseAlreadyOpen),
)
async def open_pulse(work: NamedDependency[Work], team_id: FromPath[TeamId], data: JSONBody[PulseIn]) -> PulseOut:
    """Ask every member of a team the same few questions by mail, as the team's own coach.

    Answers are counted and never kept by themselves: not even the database can tell who said what."""
    return PulseOut.of(await teams.open_pulse(work, team_id, days=data.days))


@get("/teams/{team_id:uuid}/pulses", scope="trajectories:read", responses=refuses(TeamNotFound, InvalidCursor))
async def list_pulses(
    work: NamedDependency[Work], team_id: FromPath[TeamId], limit: PageLimit = 20, cursor: PageCursor = None
) -> PulsePage:
    """List the pulses of a team, oldest first."""
    page = await teams.list_pulses(work, team_id, page_request(limit, cursor))
    return PulsePage([PulseOut.of(one) for one in page.items], page.next_cursor)


@get("/pulses/{pulse_id:uuid}", scope="trajectories:read", responses=refuses(PulseNotFound))
async def read_pulse(work: NamedDependency[Work], pulse_id: FromPath[PulseId]) -> PulseOut:
    """Read whether a pulse is open, and until when."""
    return PulseOut.of(await teams.get_pulse(work, pulse_id))


@post(
    "/pulses/{pulse_id:uuid}/close",
    status_code=200,
    scope="trajectories:write",
    responses=refuses(PulseNotFound, NotYourTeam, VersionChanged),
)
async def close_pulse(work: NamedDependency[Work], pulse_id: FromPath[PulseId]) -> PulseOut:
    """Close a pulse before its time: it takes no more answers, and forgets who took part."""
    return PulseOut.of(await teams.close_pulse(work, pulse_id))


@get(
    "/pulses/{pulse_id:uuid}/results",
    scope="answers:read",
    responses=refuses(PulseNotFound, NotYourTeam, PulseStillOpen, TooFewAnswers),
)
async def read_pulse_results(
    work: NamedDependency[Work], pulse_id: FromPath[PulseId], language: InLanguage = None
) -> PulseResultsOut:
    """Read what a closed pulse shows, as the team's own coach: bars with their intervals, from five answers."""
    spoken = await method.label_language(work, language)
    return PulseResultsOut.of(await teams.read_results(work, pulse_id), spoken)


HANDLERS = (open_pulse, list_pulses, read_pulse, close_pulse, read_pulse_results)
