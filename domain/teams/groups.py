"""Teams and their members: made, changed, joined, left; and which of them a member of staff sees."""

from typing import Any, cast

from sqlalchemy import ColumnElement, select

from domain import people, practice
from domain.kit.errors import named_in
from domain.kit.ids import CoacheeId, SponsorId, StaffId, TeamId, TeamMemberId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.people import CoacheeNotFound, only_coach
from domain.teams.model import (
    NotYourTeam,
    Team,
    TeamMember,
    TeamMemberNotFound,
    TeamNotFound,
    TeamOfAnotherCoach,
    TeamTrajectory,
    TeamTrajectoryState,
)
from domain.trajectories import NoSuchCoachee, NotACoach, reads_private_of


async def create_team(work: Work, *, name: str, coach_id: StaffId, sponsor_id: SponsorId | None) -> Team:
    """A team of nobody yet, with the coach who guides it."""
    await _check(work, {"coach_id": coach_id, "sponsor_id": sponsor_id})
    team = Team(
        practice_id=work.practice_id,
        id=TeamId(new_id()),
        name=name,
        coach_id=coach_id,
        sponsor_id=sponsor_id,
        created_at=work.now,
    )
    await work.store(team)
    announce(work, "team_created", team.id, coach_id=coach_id)
    return team


async def get_team(work: Work, team_id: TeamId, *, lock: bool = False) -> Team:
    """To a coach, a colleague's team is not found."""
    return await find(work, Team, team_id, TeamNotFound, lock=lock, only=_seen(work))


async def list_teams(work: Work, page: PageRequest) -> Page[Team]:
    query = select(Team).where(Team.practice_id == work.practice_id)
    if (seen := _seen(work)) is not None:
        query = query.where(seen)
    return await fetch_page(work, query, page, list_name="teams", keys=[Team.id])


async def update_team(work: Work, team_id: TeamId, changes: dict[str, Any]) -> Team:
    """Change its name, its sponsor or its coach, who takes over the trajectory that runs."""
    team = await get_team(work, team_id, lock=True)
    await _check(work, {key: changes[key] for key in changes if changes[key] != getattr(team, key)})
    for name, value in changes.items():
        setattr(team, name, value)
    if "coach_id" in changes:
        runs = (TeamTrajectory.team_id == team_id, TeamTrajectory.state == TeamTrajectoryState.RUNNING)
        query = select(TeamTrajectory).where(TeamTrajectory.practice_id == work.practice_id, *runs).with_for_update()
        if (trajectory := await work.session.scalar(query)) is not None:
            trajectory.coach_id = team.coach_id
    await work.session.flush()
    announce(work, "team_changed", team.id, fields=",".join(sorted(changes)))
    return team


async def join_team(work: Work, team_id: TeamId, coachee_id: CoacheeId) -> TeamMember:
    """A coachee comes into the team, today."""
    team = await get_team(work, team_id)
    try:
        people.must_be_open(await people.get_coachee(work, coachee_id))
    except CoacheeNotFound as error:
        raise NoSuchCoachee(field="coachee_id") from error
    member = TeamMember(
        practice_id=work.practice_id,
        id=TeamMemberId(new_id()),
        team_id=team.id,
        coachee_id=coachee_id,
        joined_at=work.now,
    )
    await work.store(member)
    announce(work, "team_joined", team.id, coachee_id=coachee_id)
    return member


async def leave_team(work: Work, member_id: TeamMemberId) -> TeamMember:
    """She is in it no more. Leaving again changes nothing."""
    only = of_seen_teams(work, TeamMember.team_id)
    member = await find(work, TeamMember, member_id, TeamMemberNotFound, lock=True, only=only)
    if member.left_at is None:
        member.left_at = work.now
        await work.session.flush()
        announce(work, "team_left", member.team_id, coachee_id=member.coachee_id)
    return member


async def list_members(work: Work, team_id: TeamId, page: PageRequest) -> Page[TeamMember]:
    """In the order in which they came, those who left included."""
    await get_team(work, team_id)
    query = select(TeamMember).where(TeamMember.practice_id == work.practice_id, TeamMember.team_id == team_id)
    return await fetch_page(work, query, page, list_name=f"team_members:{team_id}", keys=[TeamMember.id])


def of_seen_teams(work: Work, team_id: Any) -> ColumnElement[bool] | None:
    """To a coach: what belongs to her own teams, by the column that names the team."""
    seen = _seen(work)
    return None if seen is None else team_id.in_(select(Team.id).where(Team.practice_id == work.practice_id, seen))


async def own_team(work: Work, team_id: TeamId, *, lock: bool = False) -> Team:
    """A team, to its own coach alone."""
    team = await get_team(work, team_id, lock=lock)
    if not is_own(work, team):
        raise NotYourTeam
    return team


def is_own(work: Work, team: Team) -> bool:
    return reads_private_of(work.actor) == team.coach_id


def _seen(work: Work) -> ColumnElement[bool] | None:
    only = only_coach(work.actor)
    return None if only is None else Team.coach_id == only


async def _check(work: Work, wanted: dict[str, Any]) -> None:
    if "coach_id" in wanted:
        coach_id = cast("StaffId", wanted["coach_id"])
        if only_coach(work.actor) not in {None, coach_id}:
            raise TeamOfAnotherCoach(field="coach_id")
        if not await practice.coaches(work, coach_id):
            raise NotACoach(field="coach_id")
    if wanted.get("sponsor_id") is not None:
        with named_in("sponsor_id"):
            await people.get_sponsor(work, wanted["sponsor_id"])
