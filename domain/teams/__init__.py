"""Teams: coachees who are coached together, what they find, and an anonymous pulse of how it goes."""

from domain.teams.answering import (
    Ballot as Ballot,
    answer_pulse as answer_pulse,
    find_ballot as find_ballot,
)
from domain.teams.findings import (
    IdealInOwnWords as IdealInOwnWords,
    OpenFinding as OpenFinding,
    add_finding as add_finding,
    archive_finding as archive_finding,
    list_findings as list_findings,
)
from domain.teams.groups import (
    create_team as create_team,
    get_team as get_team,
    join_team as join_team,
    leave_team as leave_team,
    list_members as list_members,
    list_teams as list_teams,
    update_team as update_team,
)
from domain.teams.guidance import (
    OpenTeamTrajectory as OpenTeamTrajectory,
    complete_team_trajectory as complete_team_trajectory,
    list_team_trajectories as list_team_trajectories,
    start_team_trajectory as start_team_trajectory,
    stop_team_trajectory as stop_team_trajectory,
)
from domain.teams.model import (
    AlreadyInTeam as AlreadyInTeam,
    FindingKind as FindingKind,
    NotYourTeam as NotYourTeam,
    Team as Team,
    TeamFinding as TeamFinding,
    TeamFindingNotFound as TeamFindingNotFound,
    TeamMember as TeamMember,
    TeamMemberNotFound as TeamMemberNotFound,
    TeamNotFound as TeamNotFound,
    TeamOfAnotherCoach as TeamOfAnotherCoach,
    TeamTrajectory as TeamTrajectory,
    TeamTrajectoryNotFound as TeamTrajectoryNotFound,
    TeamTrajectoryRuns as TeamTrajectoryRuns,
    TeamTrajectoryState as TeamTrajectoryState,
)
from domain.teams.pulse import (
    SCORES as SCORES,
    Pulse as Pulse,
    PulseAlreadyOpen as PulseAlreadyOpen,
    PulseNotFound as PulseNotFound,
    PulseState as PulseState,
    PulseStillOpen as PulseStillOpen,
    PulseTally as PulseTally,
    PulseTicket as PulseTicket,
    TeamTooSmall as TeamTooSmall,
    TooFewAnswers as TooFewAnswers,
)
from domain.teams.pulses import (
    close_pulse as close_pulse,
    due_pulses as due_pulses,
    end_pulse as end_pulse,
    get_pulse as get_pulse,
    list_pulses as list_pulses,
    next_pulse_at as next_pulse_at,
    open_pulse as open_pulse,
)
from domain.teams.questions import (
    current_questions as current_questions,
    questions as questions,
)
from domain.teams.results import (
    PulseResults as PulseResults,
    bars as bars,
    read_results as read_results,
)
