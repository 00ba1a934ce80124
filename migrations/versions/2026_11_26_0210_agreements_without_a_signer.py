"""agreements without a signer

Revision ID: e1b84c72d059
Revises: c40d7a91e2b6
Create Date: 2026-11-26 02:10:00

An agreement that waits for a guardian who ended, or for a child who turned out to be a minor: when its coach was told.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "e1b84c72d059"
down_revision: Union[str, Sequence[str], None] = "c40d7a91e2b6"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE agreements ADD COLUMN signer_gone_at TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    op.execute("ALTER TABLE agreements DROP COLUMN signer_gone_at")
