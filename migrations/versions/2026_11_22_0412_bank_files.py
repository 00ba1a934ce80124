"""bank files

Revision ID: 84d1f7b2c05e
Revises: 8d3e61a07c54
Create Date: 2026-11-22 04:12:00

The files of the bank, each taken over once, and their lines with what became of each.
"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "84d1f7b2c05e"
down_revision: Union[str, Sequence[str], None] = "8d3e61a07c54"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "bank_files",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=34), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("practice_id", "sha256", name=op.f("bank_files_practice_id_sha256_key")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("bank_files_pkey")),
    )
    op.create_table(
        "bank_lines",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("line_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("bank_reference", sa.String(length=100), nullable=False),
        sa.Column("ogm", sa.String(length=20), nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'matched') = (num_nonnulls(item_id, receipt_id) = 1)",
            name=op.f("bank_lines_matched_is_booked_check"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["practice_id", column],
                [f"{parent}.practice_id", f"{parent}.id"],
                name=op.f(f"bank_lines_practice_id_{column}_fkey"),
            )
            for column, parent in (
                ("file_id", "bank_files"),
                ("item_id", "open_items"),
                ("receipt_id", "settlement_receipts"),
            )
        ),
        sa.UniqueConstraint("practice_id", "line_key", name=op.f("bank_lines_practice_id_line_key_key")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("bank_lines_pkey")),
    )
    op.create_index("bank_lines_state_idx", "bank_lines", ["practice_id", "state", "id"])
    for table in ("bank_files", "bank_lines"):
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("SELECT make_append_only('bank_files')")


def downgrade() -> None:
    op.drop_table("bank_lines")
    op.drop_table("bank_files")
