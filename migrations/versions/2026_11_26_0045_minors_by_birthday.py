"""minors by birthday

Revision ID: 4c82e0d9b7a1
Revises: 4c7e19b0d5a2
Create Date: 2026-11-26 00:45:00

Every minute the clock asks which minors are of age by now; it reads those alone whose birthday is known.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "4c82e0d9b7a1"
down_revision: Union[str, Sequence[str], None] = "4c7e19b0d5a2"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

MINORS = """CREATE INDEX coachees_minors_idx ON coachees (born_on)
    WHERE minor AND born_on IS NOT NULL AND archived_at IS NULL"""


def upgrade() -> None:
    op.execute(MINORS)


def downgrade() -> None:
    op.execute("DROP INDEX coachees_minors_idx")
