"""A team trajectory: what the team and its coach agreed on, from its start to its end."""

from dataclasses import dataclass

from sqlalchemy import select

from domain.kit.ids import TeamId, TeamTrajectoryId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.teams.groups import get_team, is_own, of_seen_teams, own_team
from domain.teams.model import TeamTrajectory, TeamTrajectoryNotFound, TeamTrajectoryState


@dataclass(frozen=True, slots=True)
class OpenTeamTrajectory:
    """With its question, to the team's own coach."""

    trajectory: TeamTrajectory
    key_question: str | None


async def start_team_trajectory(
    work: Work, team_id: TeamId, *, key_question: str, planned_minutes: int
) -> TeamTrajectory:
    """The team begins, with the question that it brings. One runs at a time."""
    team = await own_team(work, team_id)
    trajectory_id = TeamTrajectoryId(new_id())
    trajectory = TeamTrajectory(
        practice_id=work.practice_id,
        id=trajectory_id,
        team_id=team.id,
        coach_id=team.coach_id,
        sealed_key_question=work.vault.seal_for_house(key_question.encode(), _context(trajectory_id)),
        planned_minutes=planned_minutes,
        started_at=work.now,
    )
    await work.store(trajectory)
    announce(work, "team_trajectory_started", trajectory.id, team_id=team.id)
    return trajectory


async def list_team_trajectories(work: Work, team_id: TeamId, page: PageRequest) -> Page[OpenTeamTrajectory]:
    team = await get_team(work, team_id)
    query = select(TeamTrajectory).where(
        TeamTrajectory.practice_id == work.practice_id, TeamTrajectory.team_id == team_id
    )
    found = await fetch_page(work, query, page, list_name=f"team_trajectories:{team_id}", keys=[TeamTrajectory.id])
    opened = [OpenTeamTrajectory(one, _question(work, one) if is_own(work, team) else None) for one in found.items]
    return Page(opened, found.next_cursor)


async def complete_team_trajectory(work: Work, trajectory_id: TeamTrajectoryId) -> TeamTrajectory:
    """The team and its coach are done."""
    return await _end(work, trajectory_id, TeamTrajectoryState.COMPLETED)


async def stop_team_trajectory(work: Work, trajectory_id: TeamTrajectoryId) -> TeamTrajectory:
    """End it before it is done."""
    return await _end(work, trajectory_id, TeamTrajectoryState.STOPPED)


async def _end(work: Work, trajectory_id: TeamTrajectoryId, to: TeamTrajectoryState) -> TeamTrajectory:
    only = of_seen_teams(work, TeamTrajectory.team_id)
    trajectory = await find(work, TeamTrajectory, trajectory_id, TeamTrajectoryNotFound, lock=True, only=only)
    trajectory.move(to, work.now)
    await work.session.flush()
    announce(work, f"team_trajectory_{to}", trajectory.id, team_id=trajectory.team_id)
    return trajectory


def _question(work: Work, trajectory: TeamTrajectory) -> str:
    return work.vault.unseal_for_house(trajectory.sealed_key_question, _context(trajectory.id)).decode()


def _context(trajectory_id: TeamTrajectoryId) -> str:
    return f"team_trajectories:{trajectory_id}:key_question"
