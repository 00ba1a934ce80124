"""templates issue agreements

Revision ID: 8c41f0d27b9e
Revises: 8d41f6c2a97e
Create Date: 2026-11-22 04:16:00

What starts from an engagement template may come with an agreement to sign.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "8c41f0d27b9e"
down_revision: Union[str, Sequence[str], None] = "8d41f6c2a97e"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE engagement_templates ADD issues_agreement BOOLEAN NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE engagement_templates DROP issues_agreement")
