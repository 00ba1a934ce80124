"""funding sources

Revision ID: 5d02e9b7c4f1
Revises: 84d1f7b2c05e
Create Date: 2026-11-22 04:12:00

What pays for a trajectory, in its order and up to its limits; and which sponsor pays for a session.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "5d02e9b7c4f1"
down_revision: Union[str, Sequence[str], None] = "84d1f7b2c05e"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

CHECKS = {
    "sponsor_named": "(kind = 'sponsor') = (sponsor_id IS NOT NULL)",
    "priced_where_limited": "limit_amount IS NULL OR price_per_hour IS NOT NULL",
    "minutes_in_limit": "used_minutes BETWEEN 0 AND COALESCE(limit_minutes, used_minutes)",
    "amount_in_limit": "used_amount BETWEEN 0 AND COALESCE(limit_amount, used_amount)",
}


def upgrade() -> None:
    op.create_table(
        "funding_sources",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sponsor_id", sa.Uuid(), nullable=True),
        sa.Column("limit_minutes", sa.Integer(), nullable=True),
        sa.Column("limit_amount", sa.BigInteger(), nullable=True),
        sa.Column("price_per_hour", sa.BigInteger(), nullable=True),
        sa.Column("used_minutes", sa.Integer(), nullable=False),
        sa.Column("used_amount", sa.BigInteger(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"funding_sources_{name}_check")) for name, rule in CHECKS.items()),
        _reference("funding_sources", "trajectory_id", "trajectories"),
        _reference("funding_sources", "sponsor_id", "sponsors"),
        sa.PrimaryKeyConstraint("practice_id", "trajectory_id", "position", name=op.f("funding_sources_pkey")),
    )
    op.execute("SELECT protect_tenant_table('funding_sources')")
    op.add_column("session_fundings", sa.Column("sponsor_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("session_fundings_practice_id_sponsor_id_fkey"),
        "session_fundings",
        "sponsors",
        ["practice_id", "sponsor_id"],
        ["practice_id", "id"],
    )


def _reference(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice_id", column],
        [f"{parent}.practice_id", f"{parent}.id"],
        name=op.f(f"{table}_practice_id_{column}_fkey"),
    )


def downgrade() -> None:
    op.drop_column("session_fundings", "sponsor_id")
    op.drop_table("funding_sources")
