"""note versions

Revision ID: 8c1f60d5a7e4
Revises: 5d0e83b7f2a6
Create Date: 2026-11-22 04:05:00

Notes in segments that may be tagged, with every version that they had.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "8c1f60d5a7e4"
down_revision: Union[str, Sequence[str], None] = "5d0e83b7f2a6"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    "ALTER TABLE notes ADD segments JSONB NOT NULL DEFAULT '[]'",
    "ALTER TABLE notes ALTER segments DROP DEFAULT",
    "ALTER TABLE notes ADD version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE notes ALTER version DROP DEFAULT",
    """CREATE TABLE note_versions (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    note_id UUID NOT NULL,
    version INTEGER NOT NULL,
    author_id UUID NOT NULL,
    sealed_text BYTEA NOT NULL,
    segments JSONB NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT note_versions_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT note_versions_practice_id_note_id_fkey
        FOREIGN KEY(practice_id, note_id) REFERENCES notes (practice_id, id),
    CONSTRAINT note_versions_practice_id_author_id_fkey
        FOREIGN KEY(practice_id, author_id) REFERENCES staff (practice_id, id)
)""",
    "CREATE UNIQUE INDEX note_versions_note_idx ON note_versions (practice_id, note_id, version)",
    "SELECT protect_tenant_table('note_versions')",
    "SELECT make_append_only('note_versions')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE note_versions")
    op.execute("ALTER TABLE notes DROP version")
    op.execute("ALTER TABLE notes DROP segments")
