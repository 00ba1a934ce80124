"""exports to download

Revision ID: e41c7a90d2b6
Revises: e4a90c7b13d6
Create Date: 2026-11-22 04:50:00

What was issued in a period as one ZIP, in pieces; the scheduler makes it and throws it away after a week.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "e41c7a90d2b6"
down_revision: Union[str, Sequence[str], None] = "e4a90c7b13d6"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    """CREATE TABLE exports (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    state VARCHAR(16) NOT NULL,
    attempts INTEGER NOT NULL,
    documents INTEGER,
    size BIGINT,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ready_at TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT exports_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT exports_practice_id_fkey FOREIGN KEY(practice_id) REFERENCES practices (id),
    CONSTRAINT exports_state_known_check CHECK (state IN ('queued', 'ready', 'failed', 'expired')),
    CONSTRAINT exports_due_while_it_lives_check CHECK ((state IN ('queued', 'ready')) = (due_at IS NOT NULL))
)""",
    "CREATE INDEX exports_due_idx ON exports (due_at) WHERE due_at IS NOT NULL",
    """CREATE TABLE export_pieces (
    practice_id UUID NOT NULL,
    export_id UUID NOT NULL,
    position INTEGER NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT export_pieces_pkey PRIMARY KEY (practice_id, export_id, position),
    CONSTRAINT export_pieces_practice_id_export_id_fkey
        FOREIGN KEY(practice_id, export_id) REFERENCES exports (practice_id, id),
    CONSTRAINT export_pieces_small_check CHECK (octet_length(content) BETWEEN 1 AND 1048576)
)""",
    "SELECT protect_tenant_table('exports')",
    "SELECT protect_tenant_table('export_pieces')",
    """CREATE TRIGGER tell_schedulers AFTER INSERT ON exports REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION tell_schedulers()""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE export_pieces")
    op.execute("DROP TABLE exports")
