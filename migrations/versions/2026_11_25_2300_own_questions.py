"""own questions

Revision ID: 5c1f8d2be704
Revises: 9b2d6f41ce07
Create Date: 2026-11-25 23:00:00

Questions in a practice's own words: sets that it keeps at hand, and what is agreed with a coachee for one plan.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "5c1f8d2be704"
down_revision: Union[str, Sequence[str], None] = "9b2d6f41ce07"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    """CREATE TABLE question_sets (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    name VARCHAR(100) NOT NULL,
    items JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT question_sets_pkey PRIMARY KEY (practice_id, id)
)""",
    """CREATE TABLE own_questions (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    plan_id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    number INTEGER NOT NULL,
    state VARCHAR(16) NOT NULL,
    proposed_by VARCHAR(16) NOT NULL,
    sealed_items BYTEA NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT own_questions_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT own_questions_practice_id_plan_id_fkey
        FOREIGN KEY(practice_id, plan_id) REFERENCES check_in_plans (practice_id, id),
    CONSTRAINT own_questions_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT own_questions_practice_id_plan_id_number_key UNIQUE (practice_id, plan_id, number)
)""",
    """CREATE UNIQUE INDEX own_questions_one_of_each_idx ON own_questions (practice_id, plan_id, state)
    WHERE state IN ('proposed', 'accepted')""",
    "SELECT protect_tenant_table('question_sets')",
    "SELECT protect_tenant_table('own_questions')",
    "ALTER TABLE check_ins ADD COLUMN own_questions_id UUID",
    """ALTER TABLE check_ins ADD CONSTRAINT check_ins_practice_id_own_questions_id_fkey
    FOREIGN KEY(practice_id, own_questions_id) REFERENCES own_questions (practice_id, id)""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE check_ins DROP COLUMN own_questions_id")
    op.execute("DROP TABLE own_questions")
    op.execute("DROP TABLE question_sets")
