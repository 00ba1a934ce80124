"""after an obstacle

Revision ID: b38d0f6a91e4
Revises: 5e2c90d7b41a
Create Date: 2026-11-26 17:40:00

When she told of an obstacle, where that is what she answered last: what was sent since then has followed it.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "b38d0f6a91e4"
down_revision: Union[str, Sequence[str], None] = "5e2c90d7b41a"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE coachee_rhythms ADD COLUMN obstacle_told_at TIMESTAMP WITH TIME ZONE")
    op.execute("ALTER TABLE coachee_rhythms NO FORCE ROW LEVEL SECURITY")  # its owner mends the rows of every practice
    op.execute("UPDATE coachee_rhythms SET obstacle_told_at = now() WHERE after_obstacle")
    op.execute("ALTER TABLE coachee_rhythms FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE coachee_rhythms DROP COLUMN after_obstacle")


def downgrade() -> None:
    op.execute("ALTER TABLE coachee_rhythms ADD COLUMN after_obstacle BOOLEAN NOT NULL DEFAULT FALSE")
    op.execute("ALTER TABLE coachee_rhythms NO FORCE ROW LEVEL SECURITY")  # its owner mends the rows of every practice
    op.execute("UPDATE coachee_rhythms SET after_obstacle = obstacle_told_at IS NOT NULL")
    op.execute("ALTER TABLE coachee_rhythms FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE coachee_rhythms ALTER COLUMN after_obstacle DROP DEFAULT")
    op.execute("ALTER TABLE coachee_rhythms DROP COLUMN obstacle_told_at")
