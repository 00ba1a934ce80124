"""feeds end with the text

Revision ID: 8e2b64d1f09c
Revises: 5e0c8d2b71fa
Create Date: 2026-11-22 04:00:00

"""

from typing import Sequence, Union

from alembic import op

revision: str = "8e2b64d1f09c"
down_revision: Union[str, Sequence[str], None] = "5e0c8d2b71fa"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

OPEN_FEED = """
CREATE OR REPLACE FUNCTION open_feed(wanted bytea) RETURNS TABLE (practice_id uuid, feed_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT f.practice_id, f.id
    FROM public.calendar_feeds f
    JOIN public.staff s ON s.practice_id = f.practice_id AND s.id = f.staff_id
    LEFT JOIN public.coachees c ON c.practice_id = f.practice_id AND c.id = f.coachee_id
    {text}
   WHERE f.digest = wanted AND f.revoked_at IS NULL
     AND CASE WHEN f.coachee_id IS NULL THEN s.left_at IS NULL ELSE c.archived_at IS NULL {kept} END
$$
"""
TEXT = "LEFT JOIN public.sealing_keys k ON k.practice_id = f.practice_id AND k.id = f.coachee_id"


def upgrade() -> None:
    op.execute(OPEN_FEED.format(text=TEXT, kept="AND k.destroyed_at IS NULL"))


def downgrade() -> None:
    op.execute(OPEN_FEED.format(text="", kept=""))
