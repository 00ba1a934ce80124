"""the method of a trajectory

Revision ID: c40d7a91e2b6
Revises: 3c81f0d27be4
Create Date: 2026-11-26 02:00:00

A trajectory says by what method it is guided: the one that the product carries, unless its coach says otherwise.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "c40d7a91e2b6"
down_revision: Union[str, Sequence[str], None] = "3c81f0d27be4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE trajectories ADD COLUMN method VARCHAR(24) NOT NULL DEFAULT 'krachtgericht'"
        " CONSTRAINT trajectories_method_check CHECK (method IN ('krachtgericht', 'other'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE trajectories DROP COLUMN method")
