"""A team: coachees who work together, the trajectory that they follow as one, and what they find in it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, Forbidden, NotFound
from domain.kit.ids import (
    CoacheeId,
    SponsorId,
    StaffId,
    TeamFindingId,
    TeamId,
    TeamMemberId,
    TeamTrajectoryId,
    new_id,
)
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice


class TeamTrajectoryState(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"


MOVES = {TeamTrajectoryState.RUNNING: frozenset({TeamTrajectoryState.COMPLETED, TeamTrajectoryState.STOPPED})}


class FindingKind(StrEnum):
    """What a team finds: a quality that it has, or an ideal that it longs for."""

    QUALITY = "quality"
    IDEAL = "ideal"


class TeamNotFound(NotFound):
    """No team with that id in this practice."""


class TeamMemberNotFound(NotFound):
    """No member of a team with that id in this practice."""


class TeamTrajectoryNotFound(NotFound):
    """No team trajectory with that id in this practice."""


class TeamFindingNotFound(NotFound):
    """No quality or ideal of a team with that id in this practice."""


class NotYourTeam(Forbidden):
    """Only the team's own coach reads or writes this."""


class TeamOfAnotherCoach(Forbidden):
    """A coach makes teams of her own only; the owner or an administrator gives a team to a colleague."""


class AlreadyInTeam(Conflict):
    """This coachee is a member of the team already."""

    constraint = "team_members_once_idx"


class TeamTrajectoryRuns(Conflict):
    """The team follows a trajectory already: complete or stop it first."""

    constraint = "team_trajectories_running_idx"


class Team(Tenant, Versioned, Table):
    __tablename__ = "teams"
    __table_args__ = (
        within_practice("coach_id", "staff"),
        within_practice("sponsor_id", "sponsors"),
        Index("teams_coach_idx", "practice_id", "coach_id", "id"),
    )

    id: Mapped[TeamId] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    coach_id: Mapped[StaffId]
    sponsor_id: Mapped[SponsorId | None]
    created_at: Mapped[datetime]


class TeamMember(Tenant, Table):
    """That a coachee is in a team, or was."""

    __tablename__ = "team_members"
    __table_args__ = (
        within_practice("team_id", "teams"),
        within_practice("coachee_id", "coachees"),
        Index("team_members_team_idx", "practice_id", "team_id", "id"),
        Index(
            "team_members_once_idx",
            "practice_id",
            "team_id",
            "coachee_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: Mapped[TeamMemberId] = mapped_column(primary_key=True, default=new_id)
    team_id: Mapped[TeamId]
    coachee_id: Mapped[CoacheeId]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class TeamTrajectory(Tenant, Versioned, Table):
    """What a team and its coach agreed on. Its question belongs to nobody alone: it is sealed for the house."""

    __tablename__ = "team_trajectories"
    __table_args__ = (
        within_practice("team_id", "teams"),
        within_practice("coach_id", "staff"),
        CheckConstraint("planned_minutes BETWEEN 0 AND 60000", name="planned_minutes_in_range"),
        CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="stamped_once_ended"),
        Index("team_trajectories_team_idx", "practice_id", "team_id", "id"),
        Index(
            "team_trajectories_running_idx",
            "practice_id",
            "team_id",
            unique=True,
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[TeamTrajectoryId] = mapped_column(primary_key=True, default=new_id)
    team_id: Mapped[TeamId]
    coach_id: Mapped[StaffId]  # who guides it, or did when it ended
    sealed_key_question: Mapped[bytes] = mapped_column(LargeBinary)
    planned_minutes: Mapped[int]
    state: Mapped[TeamTrajectoryState] = mapped_column(
        Word(TeamTrajectoryState, 16), default=TeamTrajectoryState.RUNNING
    )
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def move(self, to: TeamTrajectoryState, now: datetime) -> None:
        self.state = step(MOVES, self.state, to)
        self.ended_at = now


class TeamFinding(Tenant, Table):
    """A quality or an ideal of a team, in its own words or under a key of the catalogue."""

    __tablename__ = "team_findings"
    __table_args__ = (
        within_practice("team_id", "teams"),
        CheckConstraint("(catalogue_key IS NULL) <> (sealed_text IS NULL)", name="one_name"),
        CheckConstraint("kind = 'quality' OR catalogue_key IS NULL", name="ideal_in_own_words"),
        Index("team_findings_team_idx", "practice_id", "team_id", "id"),
    )

    id: Mapped[TeamFindingId] = mapped_column(primary_key=True, default=new_id)
    team_id: Mapped[TeamId]
    kind: Mapped[FindingKind] = mapped_column(Word(FindingKind, 16))
    catalogue_key: Mapped[str | None] = mapped_column(String(60))
    sealed_text: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
