"""the day of issue

Revision ID: 8d3e61a07c54
Revises: d3975ea08b16
Create Date: 2026-11-22 04:15:00

Invoices are exported by the days on which they were issued.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "8d3e61a07c54"
down_revision: Union[str, Sequence[str], None] = "d3975ea08b16"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_index("invoices_issued_idx", "invoices", ["practice_id", "issued_on", "series", "number"])


def downgrade() -> None:
    op.drop_index("invoices_issued_idx", "invoices")
