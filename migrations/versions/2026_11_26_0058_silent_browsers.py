"""silent browsers

Revision ID: 7d20c4e8b5f1
Revises: 8b2d61f4a70c
Create Date: 2026-11-26 00:58:00

A browser of which nothing was heard for long is dropped: the one that was silent longest is looked for every minute.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "7d20c4e8b5f1"
down_revision: Union[str, Sequence[str], None] = "8b2d61f4a70c"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX push_subscriptions_heard_idx ON push_subscriptions"
        " (GREATEST(created_at, confirmed_at, worked_at))"
    )


def downgrade() -> None:
    op.execute("DROP INDEX push_subscriptions_heard_idx")
