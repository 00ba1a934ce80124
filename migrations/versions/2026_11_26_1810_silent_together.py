"""silent together

Revision ID: 4f90c7e2ab15
Revises: 8c13f6a0e27d
Create Date: 2026-11-26 18:10:00

When a plan paused in silence: what paused with it begins again with it.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "4f90c7e2ab15"
down_revision: Union[str, Sequence[str], None] = "8c13f6a0e27d"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE check_in_plans ADD COLUMN silenced_at TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    op.execute("ALTER TABLE check_in_plans DROP COLUMN silenced_at")
