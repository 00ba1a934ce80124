"""a price once

Revision ID: 3f9b6c81d7a4
Revises: 4c82e0d9b7a1
Create Date: 2026-11-26 00:50:00

A text message that was handed over and whose deliverer died before it wrote that down is handed over again, and its
gateway knows it by its reference: so it counts in the month once too. In which month it was counted, it now says
itself.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "3f9b6c81d7a4"
down_revision: Union[str, Sequence[str], None] = "4c82e0d9b7a1"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE messages ADD charged_in DATE")


def downgrade() -> None:
    op.execute("ALTER TABLE messages DROP charged_in")
