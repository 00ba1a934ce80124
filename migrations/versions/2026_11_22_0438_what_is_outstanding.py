"""what is outstanding

Revision ID: 6b17e2f9c0a4
Revises: 5d02e9b7c4f1
Create Date: 2026-11-22 04:38:00

What customers owe is summed by customer and age out of one index.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "6b17e2f9c0a4"
down_revision: Union[str, Sequence[str], None] = "5d02e9b7c4f1"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX open_items_aged_idx ON open_items (practice_id, coachee_id, sponsor_id)"
        " INCLUDE (booked_on, due_on, open) WHERE open <> 0 AND coach_id IS NULL"
    )


def downgrade() -> None:
    op.drop_index("open_items_aged_idx", "open_items")
