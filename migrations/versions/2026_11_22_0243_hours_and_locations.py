"""hours and locations

Revision ID: 8d41c7f0ab36
Revises: 5f2c81d07ab4
Create Date: 2026-11-22 02:43:00

When coaches can be booked: the practice's rules, their week with its exceptions, kinds of session, and locations.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


revision: str = "8d41c7f0ab36"
down_revision: Union[str, Sequence[str], None] = "5f2c81d07ab4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = ("calendar_rules", "coach_weeks", "hours_exceptions", "session_types", "locations")


def upgrade() -> None:
    op.create_table(
        "calendar_rules",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("grid_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("buffer_before_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_after_minutes", sa.Integer(), nullable=False),
        sa.Column("holidays_country", sa.String(length=2), nullable=True),
        sa.Column("holidays_subdivision", sa.String(length=16), nullable=True),
        sa.Column("cancel_free_hours", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("calendar_rules_practice_id_fkey")),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("calendar_rules_pkey")),
    )
    op.create_table(
        "coach_weeks",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "coach_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("coach_weeks_practice_id_coach_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "coach_id", name=op.f("coach_weeks_pkey")),
    )
    op.create_table(
        "hours_exceptions",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coach_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=True),
        sa.Column("to_time", sa.Time(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("hours_exceptions_ends_after_start_check")),
        sa.CheckConstraint("(from_time IS NULL) = (to_time IS NULL)", name=op.f("hours_exceptions_both_times_check")),
        sa.CheckConstraint("to_time > from_time", name=op.f("hours_exceptions_time_runs_on_check")),
        sa.ForeignKeyConstraint(
            ["practice_id", "coach_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("hours_exceptions_practice_id_coach_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("hours_exceptions_pkey")),
    )
    op.create_index("hours_exceptions_coach_idx", "hours_exceptions", ["practice_id", "coach_id", "id"])
    op.create_table(
        "session_types",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("minutes", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("counts_as", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("session_types_practice_id_fkey")),
        sa.PrimaryKeyConstraint("practice_id", "key", name=op.f("session_types_pkey")),
    )
    op.create_table(
        "locations",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("locations_practice_id_fkey")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("locations_pkey")),
    )
    op.create_index("locations_practice_id_name_key", "locations", ["practice_id", "name"], unique=True)
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
