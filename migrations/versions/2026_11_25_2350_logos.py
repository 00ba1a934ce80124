"""logos

Revision ID: c6f2a9471e83
Revises: 91d5c3e7a0f4
Create Date: 2026-11-25 23:50:00

The logo of a practice on what it prints, and those of before.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "c6f2a9471e83"
down_revision: Union[str, Sequence[str], None] = "91d5c3e7a0f4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    "ALTER TABLE practices ADD logo VARCHAR(64)",
    """CREATE TABLE practice_logos (
    practice_id UUID NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    format VARCHAR(8) NOT NULL,
    content BYTEA NOT NULL,
    uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT practice_logos_pkey PRIMARY KEY (practice_id, sha256),
    CONSTRAINT practice_logos_practice_id_fkey FOREIGN KEY(practice_id) REFERENCES practices (id)
)""",
    "SELECT protect_tenant_table('practice_logos')",
    "SELECT make_append_only('practice_logos')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE practice_logos")
    op.execute("ALTER TABLE practices DROP logo")
