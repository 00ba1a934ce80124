"""development plans

Revision ID: 5e0c8d2b71fa
Revises: 5be07d31c9f2
Create Date: 2026-11-22 03:20:00

The development plan (POP) and its revisions, which are never changed.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


revision: str = "5e0c8d2b71fa"
down_revision: Union[str, Sequence[str], None] = "5be07d31c9f2"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def _within(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice_id", column],
        [f"{other}.practice_id", f"{other}.id"],
        name=op.f(f"{table}_practice_id_{column}_fkey"),
    )


def upgrade() -> None:
    op.create_table(
        "development_plans",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("cheque_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("parties", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (finalised_at IS NULL)", name=op.f("development_plans_finalised_when_check")
        ),
        _within("development_plans", "trajectory_id", "trajectories"),
        _within("development_plans", "coachee_id", "coachees"),
        _within("development_plans", "coach_id", "staff"),
        _within("development_plans", "cheque_id", "cheques"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("development_plans_pkey")),
    )
    op.create_index("development_plans_trajectory_idx", "development_plans", ["practice_id", "trajectory_id", "id"])
    op.create_index("development_plans_cheque_idx", "development_plans", ["practice_id", "cheque_id"])
    op.create_index(
        "development_plans_one_draft_idx",
        "development_plans",
        ["practice_id", "trajectory_id"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "development_revisions",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_kind", sa.String(length=16), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        _within("development_revisions", "plan_id", "development_plans"),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("development_revisions_pkey")),
        sa.UniqueConstraint(
            "practice_id", "plan_id", "number", name=op.f("development_revisions_practice_id_plan_id_number_key")
        ),
    )
    for table in ("development_plans", "development_revisions"):
        op.execute(f"SELECT protect_tenant_table('{table}')")
    op.execute("SELECT make_append_only('development_revisions')")


def downgrade() -> None:
    op.drop_table("development_revisions")
    op.drop_table("development_plans")
