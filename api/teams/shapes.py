"""Teams and pulses on the wire. What answers a POST holds no private text; that comes with a GET."""

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import In, Line, Out, Patch
from api.method.fields import CatalogueKey, Words
from api.trajectories.shapes import KeyQuestion, PlannedMinutes
from domain.kit.ids import (
    CoacheeId,
    PulseId,
    SponsorId,
    StaffId,
    TeamFindingId,
    TeamId,
    TeamMemberId,
    TeamTrajectoryId,
)
from domain.messaging import Language
from domain.teams import (
    FindingKind,
    OpenFinding,
    OpenTeamTrajectory,
    PulseResults,
    PulseState,
    TeamTrajectoryState,
)

PulseDays: TypeAlias = Annotated[int, Meta(ge=1, le=60)]


class TeamIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Line
    coach_id: StaffId
    sponsor_id: SponsorId | None = None


class TeamPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Line | UnsetType = UNSET
    coach_id: StaffId | UnsetType = UNSET
    """Who guides the team from now on, the trajectory that runs included."""
    sponsor_id: SponsorId | UnsetType | None = UNSET


class TeamOut(Out, frozen=True, kw_only=True):
    id: TeamId
    version: int
    name: str
    coach_id: StaffId
    sponsor_id: SponsorId | None
    created_at: datetime


class TeamPage(msgspec.Struct, frozen=True):
    items: list[TeamOut]
    next_cursor: str | None


class TeamMemberIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    coachee_id: CoacheeId


class TeamMemberOut(Out, frozen=True, kw_only=True):
    id: TeamMemberId
    team_id: TeamId
    coachee_id: CoacheeId
    joined_at: datetime
    left_at: datetime | None


class TeamMemberPage(msgspec.Struct, frozen=True):
    items: list[TeamMemberOut]
    next_cursor: str | None


class TeamTrajectoryIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key_question: KeyQuestion
    """What it is about, in the team's words. It is sealed; only the team's own coach reads it."""
    planned_minutes: PlannedMinutes


class TeamTrajectoryOut(Out, frozen=True, kw_only=True):
    """A team trajectory without what is private about it."""

    id: TeamTrajectoryId
    version: int
    team_id: TeamId
    coach_id: StaffId
    planned_minutes: int
    state: TeamTrajectoryState
    started_at: datetime
    ended_at: datetime | None


class OpenTeamTrajectoryOut(TeamTrajectoryOut, frozen=True, kw_only=True):
    key_question: str | None
    """Null for everyone but the team's own coach."""

    @classmethod
    def opened(cls, found: OpenTeamTrajectory) -> "OpenTeamTrajectoryOut":
        shown = TeamTrajectoryOut.of(found.trajectory)
        return cls(**msgspec.structs.asdict(shown), key_question=found.key_question)


class TeamTrajectoryPage(msgspec.Struct, frozen=True):
    items: list[OpenTeamTrajectoryOut]
    next_cursor: str | None


class TeamFindingIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: FindingKind
    catalogue_key: CatalogueKey | None = None
    """Of a quality: its key in `GET /v1/method/qualities`."""
    text: Words | None = None
    """A quality or an ideal in the team's own words, sealed."""


class TeamFindingOut(Out, frozen=True, kw_only=True):
    """A finding without its text."""

    id: TeamFindingId
    team_id: TeamId
    kind: FindingKind
    catalogue_key: str | None
    added_at: datetime
    archived_at: datetime | None


class OpenTeamFindingOut(TeamFindingOut, frozen=True, kw_only=True):
    text: str | None

    @classmethod
    def opened(cls, found: OpenFinding) -> "OpenTeamFindingOut":
        return cls(**msgspec.structs.asdict(TeamFindingOut.of(found.finding)), text=found.text)


class TeamFindingPage(msgspec.Struct, frozen=True):
    items: list[OpenTeamFindingOut]
    next_cursor: str | None


class PulseIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    days: PulseDays = 14
    """How long members may answer."""


class PulseOut(Out, frozen=True, kw_only=True):
    """That members are asked; how many answered is told with the results."""

    id: PulseId
    version: int
    team_id: TeamId
    questions_version: int
    invited: int
    state: PulseState
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None


class PulsePage(msgspec.Struct, frozen=True):
    items: list[PulseOut]
    next_cursor: str | None


class PulseBarOut(Out, frozen=True, kw_only=True):
    """How many gave a score, which share that is, and Wilson's interval of 95 % around the share."""

    score: int
    count: int
    share: float
    low: float
    high: float


class PulseQuestionOut(msgspec.Struct, frozen=True):
    key: str
    text: str
    bars: list[PulseBarOut]


class PulseResultsOut(msgspec.Struct, frozen=True):
    pulse_id: PulseId
    questions_version: int
    answers: int
    """How many members answered: five at the least."""
    items: list[PulseQuestionOut]

    @classmethod
    def of(cls, results: PulseResults, language: Language) -> "PulseResultsOut":
        pulse = results.pulse
        items = [
            PulseQuestionOut(one.key, one.text[language], [PulseBarOut.of(bar) for bar in one.bars])
            for one in results.items
        ]
        return cls(pulse.id, pulse.questions_version, results.answers, items)
