"""pins of a quality or ideal

Revision ID: 8b2d61f4a70c
Revises: 3f9b6c81d7a4
Create Date: 2026-11-26 00:55:00

A coach pins a quality or an ideal of her coachee for the next check-ins, beside a kind or without one.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "8b2d61f4a70c"
down_revision: Union[str, Sequence[str], None] = "3f9b6c81d7a4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

PINNED = {"pinned_quality_id": "coachee_qualities", "pinned_ideal_id": "ideals"}


def upgrade() -> None:
    for column, table in PINNED.items():
        op.execute(f"ALTER TABLE check_in_plans ADD COLUMN {column} UUID")
        op.execute(
            f"ALTER TABLE check_in_plans ADD CONSTRAINT check_in_plans_practice_id_{column}_fkey"
            f" FOREIGN KEY (practice_id, {column}) REFERENCES {table} (practice_id, id)"
        )


def downgrade() -> None:
    for column in PINNED:
        op.execute(f"ALTER TABLE check_in_plans DROP COLUMN {column}")
