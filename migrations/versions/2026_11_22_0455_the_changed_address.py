"""the changed address

Revision ID: e4a90c7b13d6
Revises: 6b17e2f9c0a4
Create Date: 2026-11-22 04:55:00

When somebody of the practice changed a coachee's e-mail address, by which she signs in.

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op


revision: str = "e4a90c7b13d6"
down_revision: Union[str, Sequence[str], None] = "6b17e2f9c0a4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("coachees", sa.Column("email_changed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("coachees", "email_changed_at")
