"""teams

Revision ID: 5d0e83b7f2a6
Revises: c2a94e6d81f7
Create Date: 2026-11-22 03:40:00

Teams of coachees, their trajectories and findings, and the anonymous pulse.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "5d0e83b7f2a6"
down_revision: Union[str, Sequence[str], None] = "c2a94e6d81f7"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = (
    "teams",
    "team_members",
    "team_trajectories",
    "team_findings",
    "team_pulses",
    "pulse_tickets",
    "pulse_tallies",
)
STATEMENTS = (
    """CREATE TABLE teams (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    name VARCHAR(200) NOT NULL,
    coach_id UUID NOT NULL,
    sponsor_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT teams_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT teams_practice_id_coach_id_fkey
        FOREIGN KEY(practice_id, coach_id) REFERENCES staff (practice_id, id),
    CONSTRAINT teams_practice_id_sponsor_id_fkey
        FOREIGN KEY(practice_id, sponsor_id) REFERENCES sponsors (practice_id, id)
)""",
    "CREATE INDEX teams_coach_idx ON teams (practice_id, coach_id, id)",
    """CREATE TABLE team_members (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    team_id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    joined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT team_members_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT team_members_practice_id_team_id_fkey
        FOREIGN KEY(practice_id, team_id) REFERENCES teams (practice_id, id),
    CONSTRAINT team_members_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id)
)""",
    "CREATE INDEX team_members_team_idx ON team_members (practice_id, team_id, id)",
    """CREATE UNIQUE INDEX team_members_once_idx ON team_members (practice_id, team_id, coachee_id)
  WHERE left_at IS NULL""",
    """CREATE TABLE team_trajectories (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    team_id UUID NOT NULL,
    coach_id UUID NOT NULL,
    sealed_key_question BYTEA NOT NULL,
    planned_minutes INTEGER NOT NULL,
    state VARCHAR(16) NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT team_trajectories_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT team_trajectories_practice_id_team_id_fkey
        FOREIGN KEY(practice_id, team_id) REFERENCES teams (practice_id, id),
    CONSTRAINT team_trajectories_practice_id_coach_id_fkey
        FOREIGN KEY(practice_id, coach_id) REFERENCES staff (practice_id, id),
    CONSTRAINT team_trajectories_planned_minutes_in_range_check CHECK (planned_minutes BETWEEN 0 AND 60000),
    CONSTRAINT team_trajectories_stamped_once_ended_check CHECK ((state = 'running') = (ended_at IS NULL))
)""",
    "CREATE INDEX team_trajectories_team_idx ON team_trajectories (practice_id, team_id, id)",
    """CREATE UNIQUE INDEX team_trajectories_running_idx ON team_trajectories (practice_id, team_id)
  WHERE state = 'running'""",
    """CREATE TABLE team_findings (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    team_id UUID NOT NULL,
    kind VARCHAR(16) NOT NULL,
    catalogue_key VARCHAR(60),
    sealed_text BYTEA,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    archived_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT team_findings_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT team_findings_practice_id_team_id_fkey
        FOREIGN KEY(practice_id, team_id) REFERENCES teams (practice_id, id),
    CONSTRAINT team_findings_one_name_check CHECK ((catalogue_key IS NULL) <> (sealed_text IS NULL)),
    CONSTRAINT team_findings_ideal_in_own_words_check CHECK (kind = 'quality' OR catalogue_key IS NULL)
)""",
    "CREATE INDEX team_findings_team_idx ON team_findings (practice_id, team_id, id)",
    """CREATE TABLE team_pulses (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    team_id UUID NOT NULL,
    questions_version INTEGER NOT NULL,
    invited INTEGER NOT NULL,
    state VARCHAR(16) NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT team_pulses_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT team_pulses_practice_id_team_id_fkey
        FOREIGN KEY(practice_id, team_id) REFERENCES teams (practice_id, id),
    CONSTRAINT team_pulses_stamped_once_closed_check CHECK ((state = 'closed') = (closed_at IS NOT NULL))
)""",
    "CREATE INDEX team_pulses_team_idx ON team_pulses (practice_id, team_id, id)",
    "CREATE UNIQUE INDEX team_pulses_open_idx ON team_pulses (practice_id, team_id) WHERE state = 'open'",
    "CREATE INDEX team_pulses_due_idx ON team_pulses (closes_at) WHERE state = 'open'",
    """CREATE TABLE pulse_tickets (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    pulse_id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    used BOOLEAN NOT NULL,
    CONSTRAINT pulse_tickets_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT pulse_tickets_practice_id_pulse_id_fkey
        FOREIGN KEY(practice_id, pulse_id) REFERENCES team_pulses (practice_id, id),
    CONSTRAINT pulse_tickets_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id)
)""",
    "CREATE INDEX pulse_tickets_pulse_idx ON pulse_tickets (practice_id, pulse_id)",
    """CREATE TABLE pulse_tallies (
    practice_id UUID NOT NULL,
    pulse_id UUID NOT NULL,
    answers INTEGER NOT NULL,
    counts JSONB NOT NULL,
    CONSTRAINT pulse_tallies_pkey PRIMARY KEY (practice_id, pulse_id),
    CONSTRAINT pulse_tallies_practice_id_pulse_id_fkey
        FOREIGN KEY(practice_id, pulse_id) REFERENCES team_pulses (practice_id, id)
)""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
