"""order references

Revision ID: b1d94f60a2e7
Revises: 5c1f8d2be704
Create Date: 2026-11-25 23:50:00

The buyer's own reference on an invoice, which companies and public bodies ask for.
"""

from typing import Sequence, Union

from alembic import op


revision: str = "b1d94f60a2e7"
down_revision: Union[str, Sequence[str], None] = "5c1f8d2be704"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("ALTER TABLE invoices ADD COLUMN order_reference VARCHAR(60)")


def downgrade() -> None:
    op.execute("ALTER TABLE invoices DROP COLUMN order_reference")
