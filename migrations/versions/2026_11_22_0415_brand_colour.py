"""brand colour

Revision ID: 8d41f6c2a97e
Revises: 8c1f60d5a7e4
Create Date: 2026-11-22 04:15:00

The colour of a practice's letterhead.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "8d41f6c2a97e"
down_revision: Union[str, Sequence[str], None] = "8c1f60d5a7e4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("practices", sa.Column("brand_colour", sa.String(length=7), nullable=True))


def downgrade() -> None:
    op.drop_column("practices", "brand_colour")
