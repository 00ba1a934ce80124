"""engagement templates

Revision ID: c95a3e60b1d7
Revises: 9b41c07ad52e
Create Date: 2026-11-22 03:05:00

What a practice offers, from which a trajectory starts in one call.

"""

from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


revision: str = "c95a3e60b1d7"
down_revision: Union[str, Sequence[str], None] = "9b41c07ad52e"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "engagement_templates",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=24), nullable=False),
        sa.Column("domain", sa.String(length=16), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("sessions", JSONB(), nullable=False),
        sa.Column("check_ins", JSONB(), nullable=True),
        sa.Column("agreement_template_key", sa.String(length=60), nullable=True),
        sa.Column("funding_note", sa.String(length=200), nullable=True),
        sa.Column("starts_accepted", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "planned_minutes BETWEEN 0 AND 60000", name=op.f("engagement_templates_planned_minutes_in_range_check")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("engagement_templates_practice_id_fkey")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("engagement_templates_pkey")),
    )
    op.execute("SELECT protect_tenant_table('engagement_templates')")


def downgrade() -> None:
    op.drop_table("engagement_templates")
