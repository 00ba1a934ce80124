"""subcontracting

Revision ID: c47be1f0a836
Revises: 8c41f0d27b9e
Create Date: 2026-11-22 04:05:00

What coaches who work for the practice earn, and which sessions have been paid out to them.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "c47be1f0a836"
down_revision: Union[str, Sequence[str], None] = "8c41f0d27b9e"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "coach_shares",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("per_hour", sa.BigInteger(), nullable=True),
        sa.Column("percent", sa.Numeric(5, 2), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(per_hour, percent) < 2", name=op.f("coach_shares_one_share_check")),
        sa.CheckConstraint("per_hour >= 0 AND percent BETWEEN 0 AND 100", name=op.f("coach_shares_in_range_check")),
        _reference("coach_shares", "coach_id", "staff"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("coach_shares_pkey")),
        sa.UniqueConstraint(
            "practice_id", "coach_id", "valid_from", name=op.f("coach_shares_practice_id_coach_id_valid_from_key")
        ),
    )
    op.create_index("coach_shares_coach_idx", "coach_shares", ["practice_id", "coach_id", "id"])
    op.create_table(
        "coach_settlements",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        _reference("coach_settlements", "id", "sessions"),
        _reference("coach_settlements", "coach_id", "staff"),
        _reference("coach_settlements", "invoice_id", "invoices"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("coach_settlements_pkey")),
    )
    for table in ("coach_shares", "coach_settlements"):
        op.execute(f"SELECT protect_tenant_table('{table}')")
        op.execute(f"SELECT make_append_only('{table}')")


def _reference(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice_id", column],
        [f"{parent}.practice_id", f"{parent}.id"],
        name=op.f(f"{table}_practice_id_{column}_fkey"),
    )


def downgrade() -> None:
    op.drop_table("coach_settlements")
    op.drop_table("coach_shares")
