"""who named the evidence

Revision ID: a93f0c5e7d18
Revises: 9a4d17c6e0b3
Create Date: 2026-11-26 13:30:00

Evidence of a quality says who saw it: the coachee herself, her coach, or somebody else.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "a93f0c5e7d18"
down_revision: Union[str, Sequence[str], None] = "9a4d17c6e0b3"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE quality_evidence ADD COLUMN named_by VARCHAR(16) NOT NULL DEFAULT 'coach'"
        " CONSTRAINT quality_evidence_named_by_check CHECK (named_by IN ('coachee', 'coach', 'other'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE quality_evidence DROP COLUMN named_by")
