"""her trajectory tells the phase

Revision ID: 9a4be6d15c72
Revises: e1b84c72d059
Create Date: 2026-11-26 13:20:00

A coachee's rhythm kept a phase that nothing wrote or read any more.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "9a4be6d15c72"
down_revision: Union[str, Sequence[str], None] = "e1b84c72d059"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE coachee_rhythms DROP COLUMN phase")


def downgrade() -> None:
    op.execute("ALTER TABLE coachee_rhythms ADD phase VARCHAR(24)")
