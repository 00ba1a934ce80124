"""calendar feeds

Revision ID: 5f2c81d07ab4
Revises: 7d02c81f5b3e
Create Date: 2026-11-22 02:41:00

"""

from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "5f2c81d07ab4"
down_revision: Union[str, Sequence[str], None] = "7d02c81f5b3e"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

OPEN_FEED = """
CREATE FUNCTION open_feed(wanted bytea) RETURNS TABLE (practice_id uuid, feed_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT f.practice_id, f.id
    FROM public.calendar_feeds f
    JOIN public.staff s ON s.practice_id = f.practice_id AND s.id = f.staff_id
    LEFT JOIN public.coachees c ON c.practice_id = f.practice_id AND c.id = f.coachee_id
   WHERE f.digest = wanted AND f.revoked_at IS NULL
     AND CASE WHEN f.coachee_id IS NULL THEN s.left_at IS NULL ELSE c.archived_at IS NULL END
$$
"""


def upgrade() -> None:
    op.add_column(
        "sessions",
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_index("sessions_coachee_idx", "sessions", ["practice_id", "coachee_id", "starts_at", "id"])
    op.create_table(
        "calendar_feeds",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("coachee_id", sa.Uuid(), nullable=True),
        sa.Column("titles", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "coachee_id IS NULL OR titles = 'neutral'", name=op.f("calendar_feeds_initials_for_staff_alone_check")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "coachee_id"],
            ["coachees.practice_id", "coachees.id"],
            name=op.f("calendar_feeds_practice_id_coachee_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("calendar_feeds_practice_id_staff_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("calendar_feeds_pkey")),
    )
    op.create_index("calendar_feeds_digest_idx", "calendar_feeds", ["digest"])
    op.execute("SELECT protect_tenant_table('calendar_feeds')")
    op.execute(OPEN_FEED)
    op.execute("GRANT CREATE ON SCHEMA public TO krachtlijn_sweep")
    op.execute("ALTER FUNCTION open_feed(bytea) OWNER TO krachtlijn_sweep")
    op.execute("REVOKE EXECUTE ON FUNCTION open_feed(bytea) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION open_feed(bytea) TO krachtlijn_app")
    op.execute("REVOKE CREATE ON SCHEMA public FROM krachtlijn_sweep")


def downgrade() -> None:
    op.execute("DROP FUNCTION open_feed(bytea)")
    op.drop_index("calendar_feeds_digest_idx", table_name="calendar_feeds")
    op.drop_table("calendar_feeds")
    op.drop_index("sessions_coachee_idx", table_name="sessions")
    op.drop_column("sessions", "changed_at")
