"""qualities of a practice's own

Revision ID: b60f92d7a41c
Revises: 4e9b27d5c1a8
Create Date: 2026-11-22 03:18:00

The qualities that a practice adds to the catalogue, hides or moves.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "b60f92d7a41c"
down_revision: Union[str, Sequence[str], None] = "4e9b27d5c1a8"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("practice_qualities",)
STATEMENTS = (
    """CREATE TABLE practice_qualities (
    practice_id UUID NOT NULL,
    key VARCHAR(60) NOT NULL,
    labels JSONB NOT NULL,
    hidden BOOLEAN NOT NULL,
    position INTEGER,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT practice_qualities_pkey PRIMARY KEY (practice_id, key),
    CONSTRAINT practice_qualities_position_in_range_check CHECK (position BETWEEN 1 AND 10000)
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
