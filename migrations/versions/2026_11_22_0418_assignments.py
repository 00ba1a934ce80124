"""assignments

Revision ID: d3975ea08b16
Revises: 5d0c9be1f7a3
Create Date: 2026-11-22 04:18:00

What coachees are given to do, and what they write of it.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "d3975ea08b16"
down_revision: Union[str, Sequence[str], None] = "5d0c9be1f7a3"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    """CREATE TABLE assignments (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    trajectory_id UUID NOT NULL,
    given_by UUID NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    exercise_key VARCHAR(40),
    exercise_version INTEGER,
    sealed_instruction BYTEA,
    due_on DATE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR(16) NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    shared BOOLEAN NOT NULL,
    sealed_reflection BYTEA,
    version INTEGER NOT NULL,
    CONSTRAINT assignments_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT assignments_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT assignments_practice_id_trajectory_id_fkey
        FOREIGN KEY(practice_id, trajectory_id) REFERENCES trajectories (practice_id, id),
    CONSTRAINT assignments_practice_id_given_by_fkey
        FOREIGN KEY(practice_id, given_by) REFERENCES staff (practice_id, id),
    CONSTRAINT assignments_asks_check CHECK (exercise_key IS NOT NULL OR sealed_instruction IS NOT NULL),
    CONSTRAINT assignments_version_named_check CHECK ((exercise_key IS NULL) = (exercise_version IS NULL))
)""",
    "CREATE INDEX assignments_trajectory_idx ON assignments (practice_id, trajectory_id, id)",
    "CREATE INDEX assignments_due_idx ON assignments (due_at) WHERE state = 'given'",
    "SELECT protect_tenant_table('assignments')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE assignments")
