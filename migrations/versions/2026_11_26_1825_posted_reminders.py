"""posted reminders

Revision ID: 4e80ab2c97d5
Revises: 4f90c7e2ab15
Create Date: 2026-11-26 18:25:00

The day on which the letter of a reminder went by post too: only then may it carry postage.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "4e80ab2c97d5"
down_revision: Union[str, Sequence[str], None] = "4f90c7e2ab15"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE reminders ADD COLUMN posted_on date")


def downgrade() -> None:
    op.execute("ALTER TABLE reminders DROP COLUMN posted_on")
