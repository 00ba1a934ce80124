"""what a coach felt

Revision ID: e71b4c09d2a8
Revises: d5a07c1e94b3
Create Date: 2026-11-26 14:35:00

A coach's reflection keeps what she felt apart from what she did.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "e71b4c09d2a8"
down_revision: Union[str, Sequence[str], None] = "d5a07c1e94b3"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE coach_reflections ADD COLUMN sealed_felt BYTEA")


def downgrade() -> None:
    op.execute("ALTER TABLE coach_reflections DROP COLUMN sealed_felt")
