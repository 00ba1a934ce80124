"""series

Revision ID: c47d90be1a35
Revises: 2d9ac05be471
Create Date: 2026-11-22 03:08:00

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "c47d90be1a35"
down_revision: Union[str, Sequence[str], None] = "2d9ac05be471"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "session_series",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trajectory_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("except_days", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "trajectory_id"],
            ["trajectories.practice_id", "trajectories.id"],
            name=op.f("session_series_practice_id_trajectory_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("session_series_pkey")),
    )
    op.execute("SELECT protect_tenant_table('session_series')")
    op.add_column("sessions", sa.Column("series_id", sa.Uuid(), nullable=True))
    op.add_column("sessions", sa.Column("occurrence_day", sa.Date(), nullable=True))
    op.add_column("sessions", sa.Column("moved_apart", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_foreign_key(
        op.f("sessions_practice_id_series_id_fkey"),
        "sessions",
        "session_series",
        ["practice_id", "series_id"],
        ["practice_id", "id"],
    )
    op.create_index(
        "sessions_series_idx",
        "sessions",
        ["practice_id", "series_id", "occurrence_day"],
        unique=True,
        postgresql_where=sa.text("series_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("sessions_series_idx", table_name="sessions", postgresql_where=sa.text("series_id IS NOT NULL"))
    op.drop_constraint(op.f("sessions_practice_id_series_id_fkey"), "sessions", type_="foreignkey")
    op.drop_column("sessions", "moved_apart")
    op.drop_column("sessions", "occurrence_day")
    op.drop_column("sessions", "series_id")
    op.drop_table("session_series")
