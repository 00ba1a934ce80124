"""tries

Revision ID: 90b3d5c7e1f4
Revises: c41f7a9be630
Create Date: 2026-11-26 21:30:00

Tries that were begun and did not come back: so what ends the process that works on it is laid aside, and is not the
first again when the next process begins.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "90b3d5c7e1f4"
down_revision: Union[str, Sequence[str], None] = "c41f7a9be630"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("""CREATE TABLE tries (
    practice_id UUID NOT NULL,
    kind VARCHAR(32) NOT NULL,
    thing_id UUID NOT NULL,
    begun INTEGER NOT NULL,
    again_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT tries_pkey PRIMARY KEY (practice_id, kind, thing_id),
    CONSTRAINT tries_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES practices (id)
)""")
    op.execute("SELECT protect_tenant_table('tries')")


def downgrade() -> None:
    op.execute("DROP TABLE tries")
