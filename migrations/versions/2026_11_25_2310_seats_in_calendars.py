"""seats in calendars

Revision ID: 7ac41e90d2b8
Revises: 7d3c90e5a1b8
Create Date: 2026-11-25 23:10:00

When a seat in a group was taken, so that calendars show it, and as cancelled when it is given up.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "7ac41e90d2b8"
down_revision: Union[str, Sequence[str], None] = "7d3c90e5a1b8"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

STATEMENTS = (
    "ALTER TABLE group_seats ADD taken_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE group_seats NO FORCE ROW LEVEL SECURITY",
    "UPDATE group_seats SET taken_at = changed_at WHERE state = 'taken'",
    "ALTER TABLE group_seats FORCE ROW LEVEL SECURITY",
    "CREATE INDEX group_seats_coachee_idx ON group_seats (practice_id, coachee_id, id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX group_seats_coachee_idx")
    op.execute("ALTER TABLE group_seats DROP taken_at")
