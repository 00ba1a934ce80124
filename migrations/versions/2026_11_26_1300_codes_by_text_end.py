"""codes by text end

Revision ID: 3c81f0d27be4
Revises: 5d0e83b1c7a9
Create Date: 2026-11-26 13:00:00

A code that confirms a number is good for minutes and for few tries; who was sent one before this asks for a new one.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "3c81f0d27be4"
down_revision: Union[str, Sequence[str], None] = "5d0e83b1c7a9"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE coachee_reach ADD sms_asked_at TIMESTAMP WITH TIME ZONE")
    op.execute("ALTER TABLE coachee_reach ADD sms_tries SMALLINT DEFAULT 0 NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE coachee_reach DROP sms_tries")
    op.execute("ALTER TABLE coachee_reach DROP sms_asked_at")
