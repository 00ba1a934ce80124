"""session mails

Revision ID: 93b1e6f04ad7
Revises: 9c41d07be3a2
Create Date: 2026-11-22 02:58:00

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "93b1e6f04ad7"
down_revision: Union[str, Sequence[str], None] = "9c41d07be3a2"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("practices", sa.Column("reminder_hours", sa.Integer(), server_default="24", nullable=False))
    op.add_column("messages", sa.Column("once", sa.String(length=120), nullable=True))
    op.add_column("messages", sa.Column("attached", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_index(
        "messages_once_idx",
        "messages",
        ["practice_id", "once"],
        unique=True,
        postgresql_where=sa.text("once IS NOT NULL"),
    )
    op.create_table(
        "session_reminders",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "session_id"],
            ["sessions.practice_id", "sessions.id"],
            name=op.f("session_reminders_practice_id_session_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "session_id", name=op.f("session_reminders_pkey")),
    )
    op.create_index("session_reminders_due_idx", "session_reminders", ["due_at"])
    op.execute("SELECT protect_tenant_table('session_reminders')")


def downgrade() -> None:
    op.drop_index("session_reminders_due_idx", table_name="session_reminders")
    op.drop_table("session_reminders")
    op.drop_index("messages_once_idx", table_name="messages", postgresql_where=sa.text("once IS NOT NULL"))
    op.drop_column("messages", "attached")
    op.drop_column("messages", "once")
    op.drop_column("practices", "reminder_hours")
