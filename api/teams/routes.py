"""Teams: who is in them, what they follow and what they find."""

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from api.teams import pulses
from api.teams.shapes import (
    OpenTeamFindingOut,
    OpenTeamTrajectoryOut,
    TeamFindingIn,
    TeamFindingOut,
    TeamFindingPage,
    TeamIn,
    TeamMemberIn,
    TeamMemberOut,
    TeamMemberPage,
    TeamOut,
    TeamPage,
    TeamPatch,
    TeamTrajectoryIn,
    TeamTrajectoryOut,
    TeamTrajectoryPage,
)
from domain import teams
from domain.kit.ids import TeamFindingId, TeamId, TeamMemberId, TeamTrajectoryId
from domain.kit.paging import InvalidCursor
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.method import KeyOrLabel, NoSuchQuality
from domain.people import CoacheeArchived, SponsorNotFound
from domain.teams import (
    AlreadyInTeam,
    IdealInOwnWords,
    NotYourTeam,
    TeamFindingNotFound,
    TeamMemberNotFound,
    TeamNotFound,
    TeamOfAnotherCoach,
    TeamTrajectoryNotFound,
    TeamTrajectoryRuns,
)
from domain.trajectories import NoSuchCoachee, NotACoach

PEOPLE = (TeamOfAnotherCoach, NotACoach, SponsorNotFound)


@post("/teams", scope="trajectories:write", responses=refuses(*PEOPLE))
async def create_team(work: NamedDependency[Work], data: JSONBody[TeamIn]) -> TeamOut:
    """Make a team, with the coach who guides it and the sponsor who may pay for it."""
    made = await teams.create_team(work, name=data.name, coach_id=data.coach_id, sponsor_id=data.sponsor_id)
    return TeamOut.of(made)


@get("/teams", scope="trajectories:read", responses=refuses(InvalidCursor))
async def list_teams(work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None) -> TeamPage:
    """List the teams, oldest first; to a coach, her own."""
    page = await teams.list_teams(work, page_request(limit, cursor))
    return TeamPage([TeamOut.of(one) for one in page.items], page.next_cursor)


@get("/teams/{team_id:uuid}", scope="trajectories:read", responses=refuses(TeamNotFound))
async def read_team(work: NamedDependency[Work], team_id: FromPath[TeamId]) -> TeamOut:
    """Read one team."""
    return TeamOut.of(await teams.get_team(work, team_id))


@patch(
    "/teams/{team_id:uuid}",
    scope="trajectories:write",
    needs_version=True,
    responses=refuses(TeamNotFound, *PEOPLE, VersionChanged),
)
async def update_team(work: NamedDependency[Work], team_id: FromPath[TeamId], data: JSONBody[TeamPatch]) -> TeamOut:
    """Change a team's name, its sponsor or its coach. Another coach takes over all that is the team's."""
    return TeamOut.of(await teams.update_team(work, team_id, data.changes()))


@post(
    "/teams/{team_id:uuid}/members",
    scope="trajectories:write",
    responses=refuses(TeamNotFound, NoSuchCoachee, CoacheeArchived, AlreadyInTeam),
)
async def join_team(
    work: NamedDependency[Work], team_id: FromPath[TeamId], data: JSONBody[TeamMemberIn]
) -> TeamMemberOut:
    """Take a coachee into a team."""
    return TeamMemberOut.of(await teams.join_team(work, team_id, data.coachee_id))


@get("/teams/{team_id:uuid}/members", scope="trajectories:read", responses=refuses(TeamNotFound, InvalidCursor))
async def list_team_members(
    work: NamedDependency[Work], team_id: FromPath[TeamId], limit: PageLimit = 20, cursor: PageCursor = None
) -> TeamMemberPage:
    """List who is in a team and who was, in the order in which they came."""
    page = await teams.list_members(work, team_id, page_request(limit, cursor))
    return TeamMemberPage([TeamMemberOut.of(one) for one in page.items], page.next_cursor)


@post(
    "/team-members/{member_id:uuid}/leave",
    status_code=200,
    scope="trajectories:write",
    responses=refuses(TeamMemberNotFound),
)
async def leave_team(work: NamedDependency[Work], member_id: FromPath[TeamMemberId]) -> TeamMemberOut:
    """Let a member leave the team."""
    return TeamMemberOut.of(await teams.leave_team(work, member_id))


@post(
    "/teams/{team_id:uuid}/trajectories",
    scope="trajectories:write",
    responses=refuses(TeamNotFound, NotYourTeam, TeamTrajectoryRuns),
)
async def start_team_trajectory(
    work: NamedDependency[Work], team_id: FromPath[TeamId], data: JSONBody[TeamTrajectoryIn]
) -> TeamTrajectoryOut:
    """Start a team trajectory, as the team's own coach. One runs at a time."""
    started = await teams.start_team_trajectory(
        work, team_id, key_question=data.key_question, planned_minutes=data.planned_minutes
    )
    return TeamTrajectoryOut.of(started)


@get("/teams/{team_id:uuid}/trajectories", scope="trajectories:read", responses=refuses(TeamNotFound, InvalidCursor))
async def list_team_trajectories(
    work: NamedDependency[Work], team_id: FromPath[TeamId], limit: PageLimit = 20, cursor: PageCursor = None
) -> TeamTrajectoryPage:
    """List a team's trajectories, oldest first; their question only to the team's own coach."""
    page = await teams.list_team_trajectories(work, team_id, page_request(limit, cursor))
    return TeamTrajectoryPage([OpenTeamTrajectoryOut.opened(one) for one in page.items], page.next_cursor)


@post(
    "/team-trajectories/{trajectory_id:uuid}/complete",
    status_code=200,
    scope="trajectories:write",
    responses=refuses(TeamTrajectoryNotFound, WrongState, VersionChanged),
)
async def complete_team_trajectory(
    work: NamedDependency[Work], trajectory_id: FromPath[TeamTrajectoryId]
) -> TeamTrajectoryOut:
    """Complete a team trajectory: team and coach are done."""
    return TeamTrajectoryOut.of(await teams.complete_team_trajectory(work, trajectory_id))


@post(
    "/team-trajectories/{trajectory_id:uuid}/stop",
    status_code=200,
    scope="trajectories:write",
    responses=refuses(TeamTrajectoryNotFound, WrongState, VersionChanged),
)
async def stop_team_trajectory(
    work: NamedDependency[Work], trajectory_id: FromPath[TeamTrajectoryId]
) -> TeamTrajectoryOut:
    """End a team trajectory before it is done."""
    return TeamTrajectoryOut.of(await teams.stop_team_trajectory(work, trajectory_id))


@post(
    "/teams/{team_id:uuid}/findings",
    scope="method:write",
    responses=refuses(TeamNotFound, NotYourTeam, KeyOrLabel, IdealInOwnWords, NoSuchQuality),
)
async def add_team_finding(
    work: NamedDependency[Work], team_id: FromPath[TeamId], data: JSONBody[TeamFindingIn]
) -> TeamFindingOut:
    """Keep a quality or an ideal of the team, as its own coach."""
    found = await teams.add_finding(work, team_id, data.kind, catalogue_key=data.catalogue_key, text=data.text)
    return TeamFindingOut.of(found)


@get(
    "/teams/{team_id:uuid}/findings",
    scope="method:read",
    responses=refuses(TeamNotFound, NotYourTeam, InvalidCursor),
)
async def list_team_findings(
    work: NamedDependency[Work], team_id: FromPath[TeamId], limit: PageLimit = 20, cursor: PageCursor = None
) -> TeamFindingPage:
    """Read a team's qualities and ideals, as its own coach. Every reading is kept in the audit trail."""
    page = await teams.list_findings(work, team_id, page_request(limit, cursor))
    return TeamFindingPage([OpenTeamFindingOut.opened(one) for one in page.items], page.next_cursor)


@post(
    "/team-findings/{finding_id:uuid}/archive",
    status_code=200,
    scope="method:write",
    responses=refuses(TeamFindingNotFound, NotYourTeam),
)
async def archive_team_finding(work: NamedDependency[Work], finding_id: FromPath[TeamFindingId]) -> TeamFindingOut:
    """Put away what no longer fits the team."""
    return TeamFindingOut.of(await teams.archive_finding(work, finding_id))


router = Router(
    "/",
    route_handlers=[
        create_team,
        list_teams,
        read_team,
        update_team,
        join_team,
        list_team_members,
        leave_team,
        start_team_trajectory,
        list_team_trajectories,
        complete_team_trajectory,
        stop_team_trajectory,
        add_team_finding,
        list_team_findings,
        archive_team_finding,
        *pulses.HANDLERS,
    ],
    tags=["teams"],
)
