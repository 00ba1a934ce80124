"""nth cheques

Revision ID: 8e1b5d20c7a4
Revises: 5ff4af164279
Create Date: 2026-11-22 02:40:00

Which cheque of a coachee it is has a word of its own; `sequence` is that of invoices.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "8e1b5d20c7a4"
down_revision: Union[str, Sequence[str], None] = "5ff4af164279"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE cheques RENAME COLUMN sequence TO nth")
    op.execute("ALTER INDEX cheques_sequence_idx RENAME TO cheques_nth_idx")


def downgrade() -> None:
    op.execute("ALTER INDEX cheques_nth_idx RENAME TO cheques_sequence_idx")
    op.execute("ALTER TABLE cheques RENAME COLUMN nth TO sequence")
