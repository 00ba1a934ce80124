"""templates name a method

Revision ID: d5a07c1e94b3
Revises: b83f5e20d7c4
Create Date: 2026-11-26 14:15:00

What starts from an engagement template is guided by the method that the template names.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "d5a07c1e94b3"
down_revision: Union[str, Sequence[str], None] = "b83f5e20d7c4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE engagement_templates ADD COLUMN method VARCHAR(24) NOT NULL DEFAULT 'krachtgericht'"
        " CONSTRAINT engagement_templates_method_check CHECK (method IN ('krachtgericht', 'other'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE engagement_templates DROP COLUMN method")
