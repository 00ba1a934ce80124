"""digests

Revision ID: 7a1c5e90d3b4
Revises: 4f8b27c1e96d
Create Date: 2026-11-25 23:00:00

What a coachee brings to her next session, and how long before it she is asked.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "7a1c5e90d3b4"
down_revision: Union[str, Sequence[str], None] = "4f8b27c1e96d"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    "ALTER TABLE practices ADD COLUMN digest_hours INTEGER DEFAULT 48 NOT NULL",
    """CREATE TABLE digests (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    session_id UUID NOT NULL,
    coachee_id UUID NOT NULL,
    state VARCHAR(16) NOT NULL,
    offered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    sealed_content BYTEA,
    version INTEGER NOT NULL,
    CONSTRAINT digests_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT digests_practice_id_session_id_fkey
        FOREIGN KEY(practice_id, session_id) REFERENCES sessions (practice_id, id),
    CONSTRAINT digests_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT digests_content_shared_check CHECK ((state = 'shared') = (sealed_content IS NOT NULL))
)""",
    "CREATE UNIQUE INDEX digests_session_idx ON digests (practice_id, session_id)",
    "CREATE INDEX digests_coachee_idx ON digests (practice_id, coachee_id, id)",
    "CREATE INDEX sessions_planned_idx ON sessions (starts_at) WHERE state = 'planned'",
    "SELECT protect_tenant_table('digests')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX sessions_planned_idx")
    op.execute("DROP TABLE digests")
    op.execute("ALTER TABLE practices DROP COLUMN digest_hours")
