"""own catalogues

Revision ID: 9b2d6f41ce07
Revises: 6d1f0a94c7b3
Create Date: 2026-11-25 23:20:00

What a practice makes of a catalogue, edition by edition; a phase may be one of its own.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "9b2d6f41ce07"
down_revision: Union[str, Sequence[str], None] = "6d1f0a94c7b3"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    """CREATE TABLE catalogue_editions (
    practice_id UUID NOT NULL,
    name VARCHAR(40) NOT NULL,
    edition INTEGER NOT NULL,
    entries JSONB NOT NULL,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT catalogue_editions_pkey PRIMARY KEY (practice_id, name, edition),
    CONSTRAINT catalogue_editions_practice_id_made_by_fkey
        FOREIGN KEY(practice_id, made_by) REFERENCES staff (practice_id, id),
    CONSTRAINT catalogue_editions_counted_from_one_check CHECK (edition > 0)
)""",
    "SELECT protect_tenant_table('catalogue_editions')",
    "SELECT make_append_only('catalogue_editions')",
    "ALTER TABLE trajectories ALTER COLUMN phase TYPE VARCHAR(40)",
)
# What the narrower column does not hold is let go of: a tag, and never more.
BACK = (
    "ALTER TABLE trajectories NO FORCE ROW LEVEL SECURITY",
    "UPDATE trajectories SET phase = NULL WHERE length(phase) > 24",
    "ALTER TABLE trajectories FORCE ROW LEVEL SECURITY",
    "ALTER TABLE trajectories ALTER COLUMN phase TYPE VARCHAR(24)",
    "DROP TABLE catalogue_editions",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
