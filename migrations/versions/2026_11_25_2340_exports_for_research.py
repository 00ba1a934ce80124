"""exports for research

Revision ID: 5d0b93c7e1a4
Revises: 91d5c3e7a0f4
Create Date: 2026-11-25 23:40:00

Check-ins lent to research, in sealed pieces, with who is in each: the scheduler makes them, and throws them away
after a week or as soon as somebody in them takes her consent back.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "5d0b93c7e1a4"
down_revision: Union[str, Sequence[str], None] = "91d5c3e7a0f4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    """CREATE TABLE research_exports (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    with_texts BOOLEAN NOT NULL,
    requested_by UUID NOT NULL,
    state VARCHAR(16) NOT NULL,
    attempts INTEGER NOT NULL,
    participants INTEGER,
    prompts INTEGER,
    size INTEGER,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ready_at TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT research_exports_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT research_exports_practice_id_requested_by_fkey
        FOREIGN KEY (practice_id, requested_by) REFERENCES staff (practice_id, id),
    CONSTRAINT research_exports_days_in_order_check CHECK (last_day >= first_day),
    CONSTRAINT research_exports_state_known_check CHECK (state IN ('queued', 'ready', 'failed', 'expired')),
    CONSTRAINT research_exports_due_while_it_lives_check CHECK ((state IN ('queued', 'ready')) = (due_at IS NOT NULL))
)""",
    "CREATE INDEX research_exports_due_idx ON research_exports (due_at) WHERE due_at IS NOT NULL",
    """CREATE TABLE research_participants (
    practice_id UUID NOT NULL,
    export_id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    shares BOOLEAN NOT NULL,
    with_texts BOOLEAN NOT NULL,
    CONSTRAINT research_participants_pkey PRIMARY KEY (practice_id, export_id, coachee_id),
    CONSTRAINT research_participants_practice_id_export_id_fkey
        FOREIGN KEY (practice_id, export_id) REFERENCES research_exports (practice_id, id),
    CONSTRAINT research_participants_practice_id_coachee_id_fkey
        FOREIGN KEY (practice_id, coachee_id) REFERENCES coachees (practice_id, id)
)""",
    "CREATE INDEX research_participants_coachee_idx ON research_participants (practice_id, coachee_id)",
    """CREATE TABLE research_pieces (
    practice_id UUID NOT NULL,
    export_id UUID NOT NULL,
    position INTEGER NOT NULL,
    sealed_content BYTEA NOT NULL,
    CONSTRAINT research_pieces_pkey PRIMARY KEY (practice_id, export_id, position),
    CONSTRAINT research_pieces_practice_id_export_id_fkey
        FOREIGN KEY (practice_id, export_id) REFERENCES research_exports (practice_id, id),
    CONSTRAINT research_pieces_small_check CHECK (octet_length(sealed_content) BETWEEN 1 AND 1048700)
)""",
    *(
        f"SELECT protect_tenant_table('{table}')"
        for table in ("research_exports", "research_participants", "research_pieces")
    ),
    """CREATE TRIGGER tell_schedulers AFTER INSERT ON research_exports REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION tell_schedulers()""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("research_pieces", "research_participants", "research_exports"):
        op.execute(f"DROP TABLE {table}")
